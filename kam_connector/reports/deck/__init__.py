"""Review packs as native PowerPoint: shapes, connectors, charts and tables that can be edited."""

from kam_connector.reports.deck.make import deck_bytes
from kam_connector.reports.deck.template import default_template

__all__ = ["deck_bytes", "default_template"]
