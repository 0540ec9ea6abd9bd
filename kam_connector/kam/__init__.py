"""Pure KAM rules: facts in, scores, signals, actions and outcomes out."""
