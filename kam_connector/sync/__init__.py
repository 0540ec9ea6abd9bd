"""Use cases told through ports: pull, stage, resolve, merge, derive, preview, deliver, undo."""
