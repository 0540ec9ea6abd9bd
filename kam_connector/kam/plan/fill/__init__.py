"""Fills each section of a plan from the CRM and the layer; nobody has to copy anything."""
