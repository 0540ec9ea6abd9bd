"""The second pillar: who works for a key account, with what time, and who covers whom."""
