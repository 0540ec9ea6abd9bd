"""The network of ties: why each is as strong as it is, who opens doors, what falls with whom."""
