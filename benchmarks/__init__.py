"""Speed and memory beside a floor script and the vendors' own clients; never part of the tests."""
