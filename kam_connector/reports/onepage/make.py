"""A plan on a page as HTML, and as PDF where the extra is installed."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kam_connector.errors import ConfigError
from kam_connector.reports.account_report import AccountReport
from kam_connector.reports.onepage.content import one_page

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["page_html", "page_pdf"]


def page_html(report: AccountReport) -> str:
    """Return the page as HTML: whole in itself, without scripts, printable on A4."""
    return _template().render(page=one_page(report))


def page_pdf(report: AccountReport) -> bytes:
    """Return the page as PDF.

    Raises:
        ConfigError: The extra ``pdf`` is not installed (KAM-7085).
    """
    try:
        import typst  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError(
            "A PDF needs the extra: pip install 'kam-connector[pdf]'.",
            code="KAM-7085",
            hint="-o plan.html  works without it and prints on one page.",
        ) from error
    source = files(__package__).joinpath("page.typ").read_bytes()
    told = json.dumps(one_page(report).plain(), ensure_ascii=True)
    made: bytes = typst.compile(source, format="pdf", sys_inputs={"page": told})
    return made


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only when a page is made

    text = files(__package__).joinpath("page.html.j2").read_text("utf-8")
    shaped = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return shaped.from_string(text)
