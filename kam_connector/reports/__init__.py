"""Tables for people: frames over the store, and files no spreadsheet can be tricked by."""

from kam_connector.reports.export import FORMATS, as_text, write_file
from kam_connector.reports.frames import FRAMES, Frame

__all__ = ["FORMATS", "FRAMES", "Frame", "as_text", "write_file"]
