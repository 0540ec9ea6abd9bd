"""Signals: what is worth a person's attention, found, followed and put into words."""
