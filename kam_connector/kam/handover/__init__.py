"""Handovers: what moves when one of ours gives accounts to another, and what would be lost."""
