"""A seeded mutator: the same number gives the same inputs, on every computer.

Its own, in place of a fuzzer that needs a compiler's instrumentation: what is fuzzed here is
Python over the standard library's parsers.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence

__all__ = ["RUNS", "mutated", "torn"]

RUNS = int(os.environ.get("KAM_FUZZ", "2000"))
"""Inputs a parser gets: five parsers make ten thousand; the release gives each a million."""
_TOKENS = (
    *("(", ")", "[", "]", "{", "}", "'", '"', "\\", "=", ",", ";", "#", ".", "\n", "\r\n", "\t"),
    *("\0", "\ufeff", "\u202e", "é", "\U0001f600", "nan", "inf", "1e999", "-0", "9" * 30, "null"),
    *("true", "__class__", "{{", "${", "'''", '"""', "[[", "]]", "/*", "--", "%00", "../", "=cmd|"),
    *("IF(", "AND(", "CASE(", "a.b", "@a", " OR ", " AND ", "NOT ", "2026-13-45", "\x1b[31m", ":"),
)


def mutated(seeds: Sequence[str], *, seed: int, runs: int = RUNS) -> Iterator[str]:
    """Yield texts grown from sound ones: cut, doubled, swapped, sprinkled, spliced."""
    chance = random.Random(seed)
    for _ in range(runs):
        text = chance.choice(seeds)
        for _ in range(chance.randint(1, 5)):
            text = _step(text, seeds, chance)
        yield text[:4000]


def _step(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    start, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
    other = chance.choice(seeds)
    return chance.choice(
        (
            text[:start] + text[end:],
            text[:end] + text[start:],
            text[:start] + chance.choice(_TOKENS) + text[start:],
            text[:start] + chance.choice(_TOKENS) * chance.randint(1, 60) + text[end:],
            text[:start] + other[chance.randint(0, len(other)) :],
            text[:start] + chr(chance.randint(0, 0x2FFF)) + text[start + 1 :],
            text[end:] + text[:start],
        )
    )


def torn(sound: bytes, *, seed: int, runs: int) -> Iterator[bytes]:
    """Yield a file's bytes with some turned, and sometimes cut, doubled or spliced."""
    chance = random.Random(seed)
    for _ in range(runs):
        body = bytearray(sound)
        for _ in range(chance.randint(1, 8)):
            value = chance.choice((0, 1, 127, 255, chance.randrange(256)))
            body[chance.randrange(len(body))] = value
        start, end = sorted((chance.randint(0, len(body)), chance.randint(0, len(body))))
        spliced = (body[:end], body[:start] + body[end:], body + body[start:])
        yield bytes(chance.choice((body, body, body, *spliced)))
