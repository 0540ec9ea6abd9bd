"""CSV as Bulk 2.0 reads and writes it."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.paths import resolve
from kam_sandbox.salesforce.request import Answer, Request
from kam_sandbox.salesforce.schema import ObjectDef
from kam_sandbox.salesforce.values import bulk_text

__all__ = ["Dialect", "check_ending", "csv_answer", "query_csv", "read_csv", "write_csv"]

_DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a job's CSV is written, by the API's names."""

    delimiter: str
    line_ending: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Dialect:
        """Return the dialect that a job's document asks for.

        Raises:
            ApiError: a name is not known.
        """
        delimiter = str(document.get("columnDelimiter") or "COMMA")
        ending = str(document.get("lineEnding") or "LF")
        if delimiter not in _DELIMITERS or ending not in _ENDINGS:
            message = f"Unknown columnDelimiter or lineEnding: {delimiter}, {ending}"
            raise ApiError(400, "INVALIDJOB", message)
        return cls(delimiter, ending)


def read_csv(text: str, dialect: Dialect) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of an upload.

    Raises:
        ValueError: a quote is not closed, or something follows a closed one.
    """
    stream = io.StringIO(text, newline="")
    lines = csv.reader(stream, delimiter=_DELIMITERS[dialect.delimiter], strict=True)
    try:
        header = next(lines, [])
        return header, [line for line in lines if line]
    except csv.Error as error:
        raise ValueError(f"line {lines.line_num}: {error}") from error


def check_ending(text: str, dialect: Dialect) -> str | None:
    """Return what the job says when its first line does not end as the job was told."""
    first, newline, _ = text.partition("\n")
    if newline and first.endswith("\r") != (dialect.line_ending == "CRLF"):
        return (
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is "
            f"{dialect.line_ending}"
        )
    return None


def csv_answer(request: Request, text: str, headers: Mapping[str, str]) -> Answer:
    """Return a CSV answer, compressed for a client that can take it."""
    body = text.encode()
    headers = {**headers, "Content-Type": "text/csv"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Answer(raw=body, headers=headers)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]], dialect: Dialect) -> str:
    """Return a result file: every value quoted, as the real one does."""
    stream = io.StringIO(newline="")
    writer = csv.writer(
        stream,
        delimiter=_DELIMITERS[dialect.delimiter],
        lineterminator=_ENDINGS[dialect.line_ending],
        quoting=csv.QUOTE_ALL,
    )
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()


def query_csv(
    org: Org,
    object_: ObjectDef,
    columns: Sequence[str],
    records: Iterable[Record],
    dialect: Dialect,
) -> str:
    """Return a page of a query job's result."""
    resolved = [resolve(org, object_, path) for path in columns]
    header = [
        ".".join([*path.split(".")[:-1], field.name])
        for path, (_, field) in zip(columns, resolved, strict=True)
    ]
    rows = ([bulk_text(field, read(row)) for read, field in resolved] for row in records)
    return write_csv(header, rows, dialect)
