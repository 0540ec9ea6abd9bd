"""[kam]: the parts of the method an installation may tune."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from kam_connector.config.problem import nearest
from kam_connector.config.sections import Section
from kam_connector.config.signals import SignalSwitches
from kam_connector.errors import MappingError
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Language
from kam_connector.mapping.scope import compile_rule
from kam_connector.model.contact import Profile
from kam_connector.model.journey import PlaybookKind
from kam_connector.model.kind import Kind, Row
from kam_connector.model.paths import READ_PATHS
from kam_connector.model.plan_content import SectionKind
from kam_connector.model.programme import Maturity

__all__ = ["Method"]

_STANDARD = KamSettings()
_LONGEST = 3650


class Method(Section):
    """Key account management as this programme practises it; defaults are the method's own."""

    key_accounts: str = Field(default="target or rating = 'Hot'", max_length=2000)
    method: Maturity = Field(default=_STANDARD.programme.method, strict=False)
    max_open_per_owner: int = Field(default=_STANDARD.actions.max_open_per_owner, ge=0, le=50)
    max_open_per_account: int = Field(default=_STANDARD.actions.max_open_per_account, ge=1, le=50)
    first_tier: int = Field(default=_STANDARD.selection.first_tier, ge=0)
    second_tier: int = Field(default=_STANDARD.selection.second_tier, ge=0)
    short_half_life_days: float = Field(
        default=_STANDARD.strength.short_half_life_days, gt=0, le=365
    )
    long_half_life_days: float = Field(
        default=_STANDARD.strength.long_half_life_days, gt=0, le=3650
    )
    green_from: int = Field(default=int(_STANDARD.health.green_from), ge=1, le=100)
    amber_from: int = Field(default=int(_STANDARD.health.amber_from), ge=0, le=100)
    plan_stale_days: int = Field(default=_STANDARD.signals.plan_stale_days, ge=1)
    plan_four_eyes: bool = _STANDARD.plan.four_eyes
    language: Language = Field(default=Language.EN, strict=False)
    playbooks: list[str] | None = None
    digest: bool | None = None
    plan_url: str | None = None
    cadence_days: dict[str, int] = Field(default_factory=dict)
    segment_half_life_days: dict[str, float] = Field(default_factory=dict, strict=False)
    weights: dict[str, int] = Field(default_factory=dict)
    plan_sections: dict[str, bool] = Field(default_factory=dict)
    signals: SignalSwitches = SignalSwitches()

    @field_validator("key_accounts")
    @classmethod
    def _is_rule(cls, rule: str) -> str:
        try:
            compile_rule(rule, READ_PATHS[Kind.ACCOUNT])
        except MappingError as error:
            context = {"text": error.message, "hint": error.hint}
            raise PydanticCustomError("rule", "{text}", context) from error
        return rule

    @field_validator("weights")
    @classmethod
    def _known_weights(cls, weights: dict[str, int]) -> dict[str, int]:
        _refuse_strangers(weights, list(_STANDARD.health.weights))
        if any(points < 0 for points in weights.values()):
            raise PydanticCustomError("weights", "must not be negative")
        return weights

    @field_validator("segment_half_life_days")
    @classmethod
    def _lasting(cls, half_lives: dict[str, float]) -> dict[str, float]:
        if any(not 0 < days <= _LONGEST for days in half_lives.values()):
            raise PydanticCustomError("half_life", "must be above 0 and at most 3650 days")
        return half_lives

    @field_validator("playbooks")
    @classmethod
    def _known_playbooks(cls, kinds: list[str] | None) -> list[str] | None:
        _refuse_strangers(dict.fromkeys(kinds or (), 0), [kind.value for kind in PlaybookKind])
        return kinds

    @field_validator("plan_sections")
    @classmethod
    def _known_sections(cls, sections: dict[str, bool]) -> dict[str, bool]:
        _refuse_strangers(sections, [kind.value for kind in SectionKind])
        return sections

    @field_validator("cadence_days")
    @classmethod
    def _known_profiles(cls, cadences: dict[str, int]) -> dict[str, int]:
        _refuse_strangers(cadences, [profile.value for profile in Profile])
        if any(days < 1 for days in cadences.values()):
            raise PydanticCustomError("cadence", "must be at least one day")
        return cadences

    @model_validator(mode="after")
    def _bands_in_order(self) -> Method:
        if self.amber_from >= self.green_from:
            text = "has amber_from {amber} and green_from {green}: green must start above amber."
            context = {"amber": self.amber_from, "green": self.green_from}
            raise PydanticCustomError("together", text, context)
        return self

    @property
    def selects(self) -> Callable[[Row], bool]:
        """The rule that says which account is a key account."""
        return compile_rule(self.key_accounts, READ_PATHS[Kind.ACCOUNT])

    def settings(self) -> KamSettings:
        """Return the rules' settings with what was tuned here."""
        cadences = {Profile(name): days for name, days in self.cadence_days.items()}
        standard = _STANDARD
        return replace(
            standard,
            language=self.language,
            plan_url=self.plan_url,
            playbooks=replace(standard.playbooks, enabled=self._enabled()),
            digest=replace(standard.digest, weekly=self.digest),
            strength=replace(
                standard.strength,
                short_half_life_days=self.short_half_life_days,
                long_half_life_days=self.long_half_life_days,
                cadence_days={**standard.strength.cadence_days, **cadences},
                segment_half_life_days=self.segment_half_life_days,
            ),
            health=replace(
                standard.health,
                weights={**standard.health.weights, **self.weights},
                green_from=Decimal(self.green_from),
                amber_from=Decimal(self.amber_from),
            ),
            signals=replace(
                standard.signals,
                plan_stale_days=self.plan_stale_days,
                shadow=self.signals.shadow,
                off=self.signals.off,
                on=self.signals.on,
            ),
            programme=replace(standard.programme, method=self.method),
            actions=replace(
                standard.actions,
                max_open_per_owner=self.max_open_per_owner,
                max_open_per_account=self.max_open_per_account,
            ),
            plan=replace(
                standard.plan,
                four_eyes=self.plan_four_eyes,
                sections={SectionKind(name): on for name, on in self.plan_sections.items()},
            ),
            selection=replace(
                standard.selection, first_tier=self.first_tier, second_tier=self.second_tier
            ),
        )

    def _enabled(self) -> frozenset[PlaybookKind] | None:
        return None if self.playbooks is None else frozenset(map(PlaybookKind, self.playbooks))


def _refuse_strangers(given: Mapping[str, object], known: list[str]) -> None:
    strangers = sorted(set(given) - set(known))
    if strangers:
        context = {"name": strangers[0], "hint": nearest(strangers[0], known)}
        raise PydanticCustomError("stranger", 'unknown key "{name}".', context)
