"""The store as one person sees it: every read filtered, every write judged, deny by default."""

from kam_connector.store.seen.handling import HANDLING, Handling
from kam_connector.store.seen.store import SeenStore, seen_by

__all__ = ["HANDLING", "Handling", "SeenStore", "seen_by"]
