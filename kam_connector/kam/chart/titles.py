"""Reads French and English job titles: how high, in which function, and a suggested profile.

A suggestion is a beginning, never a judgement: it says on which words it rests and how sure it
is, and counts only once a person has accepted it (S2.43: the machine helps, people decide).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.chart.title_words import (
    AMBIGUOUS,
    DEPUTY,
    FORMER,
    HELPERS,
    INTERIM,
    SENSES,
)
from kam_connector.model.contact import Profile
from kam_connector.model.programme import Function
from kam_connector.model.stakeholder import Seniority

__all__ = ["TitleReading", "read_title", "title_key"]

_LONGEST = 5
"""Words in the longest phrase ("directeur des systemes d information")."""
_SENIOR = (Seniority.C_LEVEL, Seniority.VP, Seniority.DIRECTOR, Seniority.MANAGER,
           Seniority.INDIVIDUAL)  # fmt: skip
_DEPUTY_RANKS = frozenset({"manager", "director", "vice president", "vp", "head", "controller",
                           "treasurer", "general manager", "buyer"})  # fmt: skip
"""English ranks before which "assistant" means deputy: an assistant manager has no manager's
desk to look after."""
_OF_ANOTHER = frozenset({"to", "du", "aupres", "reporting", "rattache", "rattachee", "of", "de",
                         "for", "des", "d", "de la"})  # fmt: skip
_TECHNICAL = frozenset({Function.IT, Function.R_AND_D, Function.QUALITY})
_DECIDES = {Seniority.C_LEVEL: "0.9", Seniority.VP: "0.8", Seniority.DIRECTOR: "0.75"}
_BUYS = {Seniority.C_LEVEL: "0.7", Seniority.VP: "0.65", Seniority.DIRECTOR: "0.6"}
_LEADS = {Seniority.C_LEVEL: "0.6", Seniority.VP: "0.5", Seniority.DIRECTOR: "0.5"}
"""How sure a decider is by level: whoever holds a budget for all, for purchases, for one
function. Our choice: finance and general management sign, the others mostly ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleReading:
    """What a title says of somebody; nothing more is known from it."""

    title: str
    seniority: Seniority = Seniority.UNKNOWN
    function: Function | None = None
    profile: Profile | None = None
    """Suggested; never a sponsor: no title says who speaks for us."""
    confidence: Decimal = Decimal(0)
    """0 to 1, of the suggested profile; 0 without one."""
    words: tuple[str, ...] = ()
    """The words it rests on, as read."""
    interim: bool = False
    former: bool = False
    helper: bool = False
    """Works for somebody whose title stands beside: an assistant to the CEO is no CEO."""

    @property
    def rank(self) -> int:
        """Place from the top, 0 to 5, for sorting."""
        return _SENIOR.index(self.seniority) if self.seniority in _SENIOR else len(_SENIOR)


def title_key(text: str) -> str:
    """Return a text without accents, signs and capitals, words apart by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    dotted = re.sub(r"\b(?:[a-z]\.){2,}", lambda found: found[0].replace(".", ""), bare)
    return " ".join(re.findall(r"[a-z0-9]+", dotted))


def read_title(title: str | None) -> TitleReading:
    """Return what a job title says, in French or English; unknown words are passed over."""
    text = title or ""
    phrases = _phrases(title_key(text).split())
    if phrases and phrases[0] in FORMER:
        return TitleReading(title=text, former=True, words=tuple(phrases[:1]))
    interim = any(phrase in INTERIM for phrase in phrases)
    helper, own = _own_words(phrases)
    known = [phrase for phrase in own if phrase in SENSES]
    deputy = [phrase for phrase in own if phrase in DEPUTY or phrase == "assistant"]
    seniority = _lowered(_seniority(known), times=bool(deputy))
    if helper:
        seniority = Seniority.INDIVIDUAL
    function = _function(known)
    profile, sure = _suggestion(seniority, function, helper=bool(helper))
    marks = [phrase for phrase in phrases if phrase in INTERIM]
    return TitleReading(
        title=text,
        seniority=seniority,
        function=function,
        profile=profile,
        confidence=_confidence(sure, known, interim=interim, deputy=bool(deputy)),
        words=tuple(dict.fromkeys([*helper, *deputy, *known, *marks])),
        interim=interim,
        helper=bool(helper),
    )


def _phrases(words: Sequence[str]) -> list[str]:
    """Return the words, those of a known phrase together, the longest first."""
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            phrase = " ".join(words[place : place + length])
            if length == 1 or phrase in SENSES or phrase in HELPERS or phrase in INTERIM:
                found.append(phrase)
                place += length
                break
    return found


def _own_words(phrases: list[str]) -> tuple[list[str], list[str]]:
    """Return the helper's word, if any, and the words about the person's own work."""
    for place, phrase in enumerate(phrases):
        if phrase not in HELPERS:
            continue
        after = next((one for one in phrases[place + 1 :] if not _is_function(one)), "")
        if phrase == "assistant" and after in _DEPUTY_RANKS:
            continue
        behind = phrases[place + 1 :]
        cut = next((k for k, one in enumerate(behind) if one in _OF_ANOTHER), len(behind))
        own = [one for one in behind[:cut] if _is_function(one)]
        return [phrase], [one for one in phrases[:place] if _is_function(one)] + own
    end = next(
        (k for k, one in enumerate(phrases) if k and one in {"to", "reporting"}), len(phrases)
    )
    return [], phrases[:end]


def _is_function(phrase: str) -> bool:
    return phrase in SENSES and SENSES[phrase].seniority is None


def _seniority(known: list[str]) -> Seniority:
    ranks = [SENSES[phrase].seniority for phrase in known]
    return next((rank for rank in _SENIOR if rank in ranks), Seniority.UNKNOWN)


def _lowered(seniority: Seniority, *, times: int) -> Seniority:
    if seniority is Seniority.UNKNOWN:
        return seniority
    return _SENIOR[min(_SENIOR.index(seniority) + times, len(_SENIOR) - 1)]


def _function(known: list[str]) -> Function | None:
    firm = [SENSES[one].function for one in known if SENSES[one].firm and SENSES[one].function]
    weak = [SENSES[one].function for one in known if SENSES[one].function]
    return next(iter(firm or weak), None)


def _suggestion(
    seniority: Seniority, function: Function | None, *, helper: bool
) -> tuple[Profile | None, str]:
    if helper:
        return Profile.OTHER, "0.8"
    if function is None:
        return None, "0"
    if function is Function.LEGAL:
        return Profile.LEGAL, "0.9"
    if function in _TECHNICAL:
        return Profile.TECHNICAL_INFLUENCER, "0.7" if seniority is Seniority.C_LEVEL else "0.8"
    if function in {Function.MANAGEMENT, Function.FINANCE}:
        return _decider(seniority, _DECIDES)
    if function is Function.PROCUREMENT:
        return _decider(seniority, _BUYS)
    if seniority in _LEADS and function is not Function.OTHER:
        return Profile.ECONOMIC_DECIDER, _LEADS[seniority]
    if function is Function.OTHER:
        return Profile.OTHER, "0.5"
    return Profile.OPERATIONAL_USER, "0.6"


def _decider(seniority: Seniority, sure: dict[Seniority, str]) -> tuple[Profile, str]:
    if seniority in sure:
        return Profile.ECONOMIC_DECIDER, sure[seniority]
    return Profile.OTHER, "0.4"


def _confidence(sure: str, known: list[str], *, interim: bool, deputy: bool) -> Decimal:
    """Return how sure a suggestion is.

    Half as sure on an ambiguous word alone, a fifth less for somebody there for a while, a
    tenth less for a deputy. Our choice.
    """
    factor = Decimal(1)
    if known and all(phrase in AMBIGUOUS for phrase in known):
        factor *= Decimal("0.5")
    if interim:
        factor *= Decimal("0.8")
    if deputy:
        factor *= Decimal("0.9")
    return (Decimal(sure) * factor).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
