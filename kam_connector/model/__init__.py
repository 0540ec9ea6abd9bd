"""Frozen values: everything that crosses a port."""
