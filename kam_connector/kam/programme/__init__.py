"""The first pillar: the programme itself, its method, rhythm, choice of accounts and balance."""
