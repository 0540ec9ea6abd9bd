"""The account plan: what it wants to reach and how far that has got."""
