"""What runs by itself: the nightly sync, its timer, and who is told."""
