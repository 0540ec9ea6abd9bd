"""What must have arrived, worked out from the generator alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from benchmarks import forms
from benchmarks.checksum import Contents, contents
from benchmarks.people import Json, Person, hubspot_id, persons, salesforce_id, text

__all__ = ["expected"]


def expected(form: str, count: int, *, every: int = 0) -> Contents:
    """Return count and checksum of one form: ``sf-raw``, ``hs-staged``, ``sf-mirror`` and so on.

    Args:
        form: Which of the forms below.
        count: How many people there are.
        every: Each how many-th one was changed; 0: none.
    """
    make, ref = _FORMS[form.replace("-base", "-mirror")]  # a first base says what the mirror says

    def pairs() -> Iterator[tuple[str, Mapping[str, Json]]]:
        for who in persons(count, every=every):
            yield ref(who.number), make(who)

    return contents(pairs())


def _contact(number: int) -> str:
    return salesforce_id("003", number)


def _stamped(staged: Callable[[Person], dict[str, Json]]) -> Callable[[Person], dict[str, Json]]:
    return lambda who: {**staged(who), "@modified": text(who.modified)}


def _flat(who: Person) -> dict[str, Json]:
    record = forms.hubspot(who)
    properties = record["properties"]
    assert isinstance(properties, dict)
    return properties


_FORMS: dict[str, tuple[Callable[[Person], Mapping[str, Json]], Callable[[int], str]]] = {
    "sf-raw": (forms.raw, _contact),
    "sf-staged": (_stamped(forms.salesforce_staged), _contact),
    "sf-mirror": (lambda who: forms.mirrored(who, "salesforce"), _contact),
    "hs-raw": (_flat, hubspot_id),
    "hs-staged": (_stamped(forms.hubspot_staged), hubspot_id),
    "hs-mirror": (lambda who: forms.mirrored(who, "hubspot"), hubspot_id),
}
