"""[kam.signals]: which rules speak, which are on trial, which are silent."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from kam_connector.config.problem import nearest
from kam_connector.config.sections import Section
from kam_connector.kam.settings.signals import SignalSettings
from kam_connector.model.signal import SignalKind

__all__ = ["SignalSwitches"]

_STANDARD = SignalSettings()


class SignalSwitches(Section):
    """Kinds of signals by name; those in no list follow the programme's method."""

    shadow: tuple[str, ...] = Field(default=_STANDARD.shadow, strict=False)
    off: tuple[str, ...] = Field(default=_STANDARD.off, strict=False)
    on: tuple[str, ...] = Field(default=_STANDARD.on, strict=False)

    @field_validator("shadow", "off", "on")
    @classmethod
    def _known_kinds(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        known = [kind.value for kind in SignalKind]
        strangers = sorted(set(kinds) - set(known))
        if strangers:
            context = {"name": strangers[0], "hint": nearest(strangers[0], known)}
            raise PydanticCustomError("stranger", 'unknown signal "{name}".', context)
        return kinds

    @model_validator(mode="after")
    def _in_one_list(self) -> SignalSwitches:
        twice = {*self.on} & {*self.shadow, *self.off} | {*self.shadow} & {*self.off}
        if twice:
            text = 'names "{kind}" in two lists: which one is meant?'
            raise PydanticCustomError("together", text, {"kind": min(twice)})
        return self
