"""Playbooks: known occasions, each answered by a dated series of steps."""
