"""The map of touchpoints that comes with the method, until a programme draws its own.

Our choice throughout, after the articles: who decides is met rarely and by management
(S2.15), sponsors often (S2.16), users by those who serve them (S2.17), technical people by
product and delivery (S2.18); digital channels complement meetings (S2.42); consolidation is
calmer than development (S2.09). Cadences are those of `StrengthSettings.cadence_days`.
"""

from __future__ import annotations

from kam_connector.model.account import Stage
from kam_connector.model.contact import Profile
from kam_connector.model.journey import Channel, Touchpoint
from kam_connector.model.kept import kept_id
from kam_connector.model.programme import Function

__all__ = ["DEFAULT_MAP"]

_I, _O, _D, _C = Stage
_DECIDER, _SPONSOR = Profile.ECONOMIC_DECIDER, Profile.INTERNAL_SPONSOR
_USER, _TECHNICAL, _LEGAL = Profile.OPERATIONAL_USER, Profile.TECHNICAL_INFLUENCER, Profile.LEGAL

_ROWS: tuple[tuple[Stage, Profile, Channel, Function, int], ...] = (
    (_I, _SPONSOR, Channel.MEETING, Function.SALES, 30),
    (_I, _DECIDER, Channel.MEETING, Function.MANAGEMENT, 90),
    (_I, _DECIDER, Channel.SOCIAL, Function.MARKETING, 30),
    (_O, _SPONSOR, Channel.MEETING, Function.SALES, 14),
    (_O, _DECIDER, Channel.MEETING, Function.MANAGEMENT, 90),
    (_O, _USER, Channel.MEETING, Function.DELIVERY, 14),
    (_O, _USER, Channel.PORTAL, Function.CUSTOMER_SERVICE, 30),
    (_O, _TECHNICAL, Channel.VIDEO, Function.PRODUCT, 30),
    (_O, _LEGAL, Channel.EMAIL, Function.LEGAL, 90),
    (_D, _SPONSOR, Channel.MEETING, Function.SALES, 30),
    (_D, _SPONSOR, Channel.EMAIL, Function.SALES, 30),
    (_D, _DECIDER, Channel.MEETING, Function.MANAGEMENT, 90),
    (_D, _USER, Channel.CALL, Function.CUSTOMER_SERVICE, 30),
    (_D, _USER, Channel.PORTAL, Function.CUSTOMER_SERVICE, 30),
    (_D, _TECHNICAL, Channel.VIDEO, Function.PRODUCT, 30),
    (_D, _TECHNICAL, Channel.EVENT, Function.R_AND_D, 180),
    (_D, _LEGAL, Channel.EMAIL, Function.LEGAL, 180),
    (_C, _SPONSOR, Channel.MEETING, Function.SALES, 45),
    (_C, _DECIDER, Channel.MEETING, Function.MANAGEMENT, 90),
    (_C, _USER, Channel.CALL, Function.CUSTOMER_SERVICE, 60),
    (_C, _USER, Channel.PORTAL, Function.CUSTOMER_SERVICE, 30),
    (_C, _TECHNICAL, Channel.EMAIL, Function.PRODUCT, 60),
    (_C, _LEGAL, Channel.EMAIL, Function.LEGAL, 180),
)

DEFAULT_MAP: tuple[Touchpoint, ...] = tuple(
    Touchpoint(
        id=kept_id(Touchpoint, "default", stage, profile, channel, function),
        stage=stage,
        profile=profile,
        channel=channel,
        function=function,
        cadence_days=days,
    )
    for stage, profile, channel, function, days in _ROWS
)
"""Touchpoints of every key account; a programme that keeps one of its own replaces all."""
