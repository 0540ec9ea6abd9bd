"""The stable codes of what comes in over the web."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CODES"]

CODES: Mapping[str, str] = {
    "KAM-4001": (
        "An event was not signed with the app's secret: it is forged, or webhook_secret or "
        "webhook_url is not what the app states."
    ),
    "KAM-4002": (
        "An event is older than five minutes, or from the future: it is a recording, or this "
        "computer's clock is wrong."
    ),
    "KAM-4003": "An event was heard before, to the letter: a replay. Nothing was done.",
    "KAM-4004": "A request was larger than a mebibyte, far above a hundred events.",
    "KAM-4005": "A request holds no events that can be read.",
    "KAM-4006": "Nobody listens at this address: it is /webhooks/NAME of a connection.",
    "KAM-4010": "Nothing can listen at this address: choose another with --host and --port.",
}
