"""kam orgchart: show, set, suggest and draw who is who at an account."""
