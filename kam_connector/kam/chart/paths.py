"""What people of each profile need from us, how they are convinced and how often we meet.

Needs and proofs follow the article's profiles (S2.15 to S2.18); a programme's own paths
(`ProfilePath`, S2.19) stand before these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kam_connector.kam.settings import StrengthSettings
from kam_connector.language import phrase
from kam_connector.model.contact import Profile
from kam_connector.model.kept import kept_id
from kam_connector.model.stakeholder import ProfilePath

__all__ = ["profile_paths"]

_CADENCES = StrengthSettings().cadence_days


def _path(profile: Profile, needs: str, proofs: str, *channels: str) -> ProfilePath:
    return ProfilePath(
        id=kept_id(ProfilePath, profile.value),
        profile=profile,
        needs=needs,
        proofs=proofs,
        channels=channels,
        cadence_days=_CADENCES[profile],
    )


_SHIPPED = (
    _path(
        Profile.ECONOMIC_DECIDER,
        phrase("return on investment, strategic benefit, a clear view of the risks"),
        phrase("business case, results in figures, references of the same size"),
        phrase("executive meeting"),
        phrase("steering committee"),
    ),
    _path(
        Profile.INTERNAL_SPONSOR,
        phrase("arguments to carry inside, visible successes, recognition"),
        phrase("success stories to forward, figures of the joint projects, public thanks"),
        phrase("regular meeting"),
        phrase("workshop"),
    ),
    _path(
        Profile.OPERATIONAL_USER,
        phrase("efficiency, ease of use, problems solved fast"),
        phrase("training, short ways to support, satisfaction asked and acted upon"),
        phrase("user meeting"),
        phrase("help desk"),
    ),
    _path(
        Profile.TECHNICAL_INFLUENCER,
        phrase("integration, security, room to grow"),
        phrase("documentation, security answers, test access, an expert to talk to"),
        phrase("technical workshop"),
        phrase("call"),
    ),
    _path(
        Profile.LEGAL,
        phrase("clear commitments, conformity, few surprises"),
        phrase("clean contract drafts, certificates, notice periods told early"),
        phrase("call"),
    ),
    _path(
        Profile.OTHER,
        phrase("to know who we are and whom to ask"),
        phrase("a named contact, answers on time"),
        phrase("email"),
    ),
)


def profile_paths(
    told: Iterable[ProfilePath] = (), *, cadences: Mapping[Profile, int] | None = None
) -> Mapping[Profile, ProfilePath]:
    """Return the path of every profile: the programme's own where there is one.

    Args:
        told: The programme's own.
        cadences: Days between contacts by profile as configured, where a path says none.
    """
    usual = cadences or _CADENCES
    shipped = (replace(path, cadence_days=usual.get(path.profile)) for path in _SHIPPED)
    own = (
        path if path.cadence_days else replace(path, cadence_days=usual.get(path.profile))
        for path in told
    )
    return {path.profile: path for path in (*shipped, *own)}
