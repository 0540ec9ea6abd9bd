"""The health verdict: readings, weights, caps and the ledger that explains them."""
