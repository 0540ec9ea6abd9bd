"""What changed between two versions of a plan, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kam_connector.kam.plan.words import section_title
from kam_connector.language import Voice, phrase
from kam_connector.model.plan_content import SectionKind

__all__ = ["Difference", "plan_differences"]

_KINDS: Mapping[str, str] = {
    "plan_frame": phrase("Frame"),
    "objective": phrase("Objective"),
    "action": phrase("Action"),
    "swot_item": phrase("SWOT"),
    "competitor": phrase("Competitor"),
    "tactic": phrase("Tactic"),
    "initiative": phrase("Initiative"),
    "risk": phrase("Risk"),
    "shared_value": phrase("Shared value"),
    "communication_charter": phrase("Communication charter"),
}
_NAMES = ("title", "text", "name", "vision")
_SILENT = {"id", "account_id", "written_on", "written_by", "created_on"}
"""Fields whose change says nothing to a reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change."""

    where: str
    """The section or the kind of record."""
    text: str


def plan_differences(before: str, after: str, say: Voice) -> list[Difference]:
    """Return what changed from one version's content to another's: words, records, facts."""
    old, new = json.loads(before), json.loads(after)
    return [
        *_words(old["sections"], new["sections"], say),
        *_records(old["records"], new["records"], say),
        *_facts(old["sections"], new["sections"], say),
    ]


def _words(old: Any, new: Any, say: Voice) -> Iterator[Difference]:
    for kind in SectionKind:
        was, now = _body(old, kind), _body(new, kind)
        if was == now:
            continue
        where = section_title(kind, say)
        if not was:
            yield Difference(where=where, text=say("written: {text}", text=now))
        elif not now:
            yield Difference(where=where, text=say("the words are gone: {text}", text=was))
        else:
            text = say("rewritten, from “{before}” to “{after}”", before=was, after=now)
            yield Difference(where=where, text=text)


def _body(sections: Any, kind: SectionKind) -> str:
    told = sections.get(kind.value, {}).get("words", [])
    return "\n".join(str(one["body"]) for one in told)


def _records(old: Any, new: Any, say: Voice) -> Iterator[Difference]:
    for kind, name in _KINDS.items():
        was = {one["id"]: one for one in old.get(kind, [])}
        now = {one["id"]: one for one in new.get(kind, [])}
        where = say(name)
        for id_ in sorted(now.keys() - was.keys()):
            text = say("added: {name}", name=_called(now[id_]))
            yield Difference(where=where, text=text)
        for id_ in sorted(was.keys() - now.keys()):
            text = say("no longer there: {name}", name=_called(was[id_]))
            yield Difference(where=where, text=text)
        for id_ in sorted(was.keys() & now.keys()):
            for text in _fields(was[id_], now[id_], say):
                yield Difference(
                    where=where, text=say("{name}: {text}", name=_called(now[id_]), text=text)
                )


def _fields(was: Mapping[str, Any], now: Mapping[str, Any], say: Voice) -> Iterator[str]:
    for name in now:
        if name not in _SILENT and was.get(name) != now[name]:
            yield say(
                "{field} from {before} to {after}",
                field=say(name.removesuffix("_id").replace("_", " ").capitalize()),
                before=_shown(was.get(name), say),
                after=_shown(now[name], say),
            )


def _shown(value: Any, say: Voice) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or say.word(None)
    return say.word(value)


def _called(record: Mapping[str, Any]) -> str:
    return next((str(record[name]) for name in _NAMES if record.get(name)), str(record["id"]))


def _facts(old: Any, new: Any, say: Voice) -> Iterator[Difference]:
    """Yield facts that read otherwise now; new and gone ones are the CRM's news, not the plan's."""
    for kind in SectionKind:
        was, now = _lines(old, kind), _lines(new, kind)
        for key in now:
            if key in was and was[key] != now[key]:
                text = say(
                    "{label}: {before}, now {after}",
                    label=key[1],
                    before=was[key],
                    after=now[key],
                )
                yield Difference(where=section_title(kind, say), text=text)


def _lines(sections: Any, kind: SectionKind) -> dict[tuple[str, str], str]:
    told = sections.get(kind.value, {}).get("facts", [])
    return {(group, label): value for group, label, value, _note in told if value}
