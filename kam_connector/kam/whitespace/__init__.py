"""What a customer could buy of us and does not: whitespace, share of wallet, footprint."""
