"""The stable codes of what comes in over the web."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CODES"]

CODES: Mapping[str, str] = {
    "KAM-4003": "An event was heard before, to the letter: a replay. Nothing was done.",
    "KAM-4004": "A request was larger than a mebibyte, far above a hundred events.",
    "KAM-4006": "Nobody listens at this address: it is /webhooks/NAME of a connection.",
    "KAM-4010": "Nothing can listen at this address: choose another with --host and --port.",
    "KAM-4011": "The receiver of events did not start within ten seconds; start it again.",
}
