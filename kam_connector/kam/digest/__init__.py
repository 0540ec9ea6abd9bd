"""The weekly digest: five decisions for each key account manager, in ten minutes."""
