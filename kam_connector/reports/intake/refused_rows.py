"""The rows that were left out, as a file to mend and bring again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kam_connector.errors import ConfigError
from kam_connector.reports.cells import guarded
from kam_connector.reports.export import replace_file
from kam_connector.reports.intake.cells_in import plain_text
from kam_connector.reports.intake.intake import Intake

__all__ = ["write_refused"]


def write_refused(found: Intake, path: Path) -> None:
    """Write the refused rows as CSV under their own header, with line and reason at the end.

    The two last columns are known to the import and left out by it.

    Raises:
        ConfigError: The file cannot be written (KAM-1071).
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*found.header, "import: line", "import: problem"])
    for line, cells, why in found.refused:
        row = [guarded(plain_text(cell)) for cell in cells]
        padded = [*row, *[""] * len(found.header)][: max(len(row), len(found.header))]
        writer.writerow([*padded, str(line), guarded(why)])
    content = ("\ufeff" + text.getvalue()).encode("utf-8", "replace")
    try:
        replace_file(path, content)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or type(error).__name__}."
        raise ConfigError(message, code="KAM-1071", hint="Name another with --refused.") from error
