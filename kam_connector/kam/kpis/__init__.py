"""Key figures of an account, its tree and the portfolio: four families, each with its reason."""
