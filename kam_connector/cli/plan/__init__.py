"""kam plan ...: an account's plan, read, checked, written, approved, and its place in a group."""
