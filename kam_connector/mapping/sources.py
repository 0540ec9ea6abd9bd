"""What a mapping asks a CRM for."""

from __future__ import annotations

from collections.abc import Iterable

from kam_connector.mapping.rule import Rule
from kam_connector.mapping.spec import Mapping, SourceMapping, WriteMapping
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Association, PullSource

__all__ = ["owner_paths", "pull_sources", "rule_fields"]


def pull_sources(mapping: Mapping) -> tuple[PullSource, ...]:
    """Return every source with the fields that reading, formulas and writing need.

    Fields that only writing or a currency names are optional: an org without them is
    still read, and the check of the connection says what is missing.
    """
    return tuple(_pull_source(source, mapping) for source in mapping.sources)


def owner_paths(mapping: Mapping) -> tuple[str, ...]:
    """Return the paths of users by which people are matched, in [owners]' order.

    [owners] names CRM fields of the user object, or KAM paths; unknown names are left out.
    """
    users = mapping.source_of(Kind.USER)
    if users is None:
        return ("email",)
    by_field = {field: rule.target for rule in users.rules for field in rule_fields(rule)}
    known = {rule.target for rule in users.rules}
    named = [by_field.get(name, name) for name in mapping.owners_match]
    return tuple(name for name in named if name in known)


def rule_fields(rule: Rule) -> frozenset[str]:
    """Return the CRM fields of one read rule, virtual ones included."""
    if rule.source in ("association", "value"):
        return frozenset()
    return frozenset(rule.inputs)


def _pull_source(source: SourceMapping, mapping: Mapping) -> PullSource:
    write = mapping.write_of(source.kind)
    needed = _fields(rule for rule in source.rules if not rule.optional)
    soft = _fields(rule for rule in source.rules if rule.optional) | _currencies(source.rules)
    if write is not None and write.object == source.object:
        soft |= _written(write)
    without = _task_key(source, mapping)
    if source.only_with:
        needed.discard(source.only_with)
        soft.add(source.only_with)
    names = needed | soft | ({without} if without else set())
    return PullSource(
        kind=source.kind,
        object=source.object,
        fields=tuple(sorted(name for name in names if not name.startswith("@"))),
        virtual=tuple(sorted(name for name in names if name.startswith("@"))),
        associations=_associations(source.rules),
        cursor_field=source.cursor,
        settle=source.settle,
        only_with=source.only_with,
        without=without,
        optional=frozenset(names - needed),
        swept=_swept(source.rules),
        optional_object=source.optional,
    )


def _fields(rules: Iterable[Rule]) -> set[str]:
    return {field for rule in rules for field in rule_fields(rule)}


def _swept(rules: Iterable[Rule]) -> frozenset[str]:
    """Return what the rules say changes without a timestamp, by field or link alias."""
    marked = [rule for rule in rules if rule.sweep]
    links = {rule.alias for rule in marked if rule.source == "association"}
    return frozenset(_fields(marked) | links)


def _written(write: WriteMapping) -> set[str]:
    return {rule.target for rule in write.rules}


def _currencies(rules: Iterable[Rule]) -> set[str]:
    """Return the currency fields to read; the org's own currency is no field."""
    named = {rule.currency for rule in rules if rule.currency}
    return {name for name in named if not _is_known(name)}


def _is_known(currency: str) -> bool:
    iso_code = len(currency) == 3 and currency.isupper()
    return iso_code or (currency.startswith("@") and currency.endswith("_currency"))


def _associations(rules: Iterable[Rule]) -> tuple[Association, ...]:
    found = {
        rule.alias: Association(object=rule.inputs[0], type_id=rule.type_id, alias=rule.alias)
        for rule in rules
        if rule.source == "association" and rule.type_id is not None
    }
    return tuple(found.values())


def _task_key(source: SourceMapping, mapping: Mapping) -> str | None:
    """Return our key field when this source reads activities from the tasks' object."""
    task = mapping.write_of(Kind.TASK)
    if source.kind is Kind.ACTIVITY and task is not None and task.object == source.object:
        return task.match
    return None
