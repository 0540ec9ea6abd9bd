"""Workbooks that people edit and give back."""
