"""The plan on a page: what a busy reader needs, as PDF or HTML."""

from kam_connector.reports.onepage.content import OnePage, one_page
from kam_connector.reports.onepage.make import page_html, page_pdf

__all__ = ["OnePage", "one_page", "page_html", "page_pdf"]
