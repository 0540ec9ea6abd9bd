"""Test data with good defaults: a test shows only what matters to it."""
