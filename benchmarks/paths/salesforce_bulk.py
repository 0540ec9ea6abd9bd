"""Bulk 2.0: the product into staging, and the vendor's client into nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from benchmarks.forms import CONNECTION, SALESFORCE_COLUMNS
from benchmarks.paths.peers import plain_session
from benchmarks.paths.product import Run, RunClock
from benchmarks.task import Job, Task

__all__ = ["client", "stage"]


def stage(task: Task, ahead: str = "4") -> Job:
    """A first pull into staging through one bulk job, *ahead* result pages side by side."""
    from kam_connector.model.settings import Secret  # noqa: PLC0415
    from kam_salesforce import bulk_pages  # noqa: PLC0415
    from kam_salesforce.crm import SalesforceCrm  # noqa: PLC0415
    from kam_salesforce.settings import SalesforceSettings  # noqa: PLC0415

    bulk_pages.AHEAD = int(ahead)
    settings = SalesforceSettings(
        endpoint=f"http://127.0.0.1:{task.port}",
        access_token=Secret("00D000000000BNC!bench"),
        bulk_read_from=0,
    )
    crm = SalesforceCrm.open(CONNECTION["salesforce"], settings, clock=RunClock())
    run = Run(task, "salesforce")
    run.context = replace(run.context, crm=crm)
    return Job(work=run.pull, check=lambda: run.contents("staged"))


def client(task: Task, what: str) -> Job:
    """``bulk2.query`` as its manual has it, but for the five seconds before the first look.

    Its pages of text are counted (``text``) or read, which is what a program does with them
    next (``rows``).
    """
    api = plain_session(task.port)
    soql = f"SELECT {', '.join(SALESFORCE_COLUMNS)} FROM Contact"
    count = {"text": _lines, "rows": _rows}[what]

    def work() -> int:
        return sum(count(page) for page in api.bulk2.Contact.query(soql, wait=0.1))

    return Job(work=work, check=dict)


def _lines(page: str) -> int:
    return page.count("\n") - 1


def _rows(page: str) -> int:
    return sum(1 for _ in csv.DictReader(io.StringIO(page, newline="")))
