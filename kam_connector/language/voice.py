"""Says a text in one language, with its words, numbers and dates as that language writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from kam_connector.language.catalogue import french
from kam_connector.model.money import Money

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["Language", "Voice", "Word", "voice"]

Word: TypeAlias = "str | int | float | Decimal | date | Enum | Money | None"
"""What may stand in a text; None is a dash."""


class Language(StrEnum):
    """Languages in which we speak to people."""

    EN = "en"
    FR = "fr"


@dataclass(frozen=True, slots=True)
class Voice:
    """One language; calling it says a text."""

    language: Language = Language.EN

    def __call__(self, text: str, /, **words: Word) -> str:
        """Return *text* in this language, each ``{name}`` filled as the language writes it.

        A text without a French one is said in English: half a page is better than none.
        """
        said = french().get(text, text) if self.language is Language.FR else text
        plain = said if isinstance(said, str) else said[0]
        return plain.format_map({name: self.word(one) for name, one in words.items()})

    def count(self, one: str, many: str, n: float | Decimal, /, **words: Word) -> str:
        """Return *one* or *many* as *n* asks; in French none and one are singular."""
        if self.language is Language.EN:
            return self(one if n == 1 else many, n=n, **words)
        said = french().get(one, (one, many))
        single, several = said if isinstance(said, tuple) else (said, said)
        chosen = single if -2 < n < 2 else several
        return chosen.format_map({name: self.word(w) for name, w in {**words, "n": n}.items()})

    def word(self, one: Word) -> str:
        """Return one word: a name of an enum in words, a number, an amount, a day, a text."""
        match one:
            case None:
                return "\u2013"
            case Enum():
                return self.name(one)
            case bool():
                return self("yes" if one else "no")
            case int() | float() | Decimal():
                return self.number(one)
            case Money():
                return self.money(one)
            case date():
                return self.day(one)
        return one

    @property
    def hidden(self) -> str:
        """What stands where a value is that the reader may not see."""
        return self("hidden")

    def name(self, member: Enum) -> str:
        """Return what an enum's member is called: ``economic_decider`` -> economic decider."""
        return self(str(member.value).replace("_", " "))

    def number(self, value: float | Decimal) -> str:
        """Return a number with at most two decimals: 1,234.5 or 1 234,5."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - a tenth of a second

        return format_decimal(value, format="#,##0.##", locale=_locale(self.language))

    def money(self, amount: Money) -> str:
        """Return an amount in whole units with its currency's code: EUR 1,200 or 1 200 EUR."""
        number = self.number(amount.amount.quantize(Decimal(1)))
        if self.language is Language.FR:
            return f"{number}\u00a0{amount.currency}"
        return f"{amount.currency} {number}"

    def day(self, day: date) -> str:
        """Return a day: 2026-11-20, which nobody reads two ways, or 20/11/2026."""
        only = day.date() if isinstance(day, datetime) else day
        return f"{only:%d/%m/%Y}" if self.language is Language.FR else only.isoformat()


@cache
def _locale(language: Language) -> Locale:
    """Return babel's locale, looked up once: a night says many numbers."""
    from babel import Locale  # noqa: PLC0415 - a tenth of a second

    return Locale(language.value)


@cache
def voice(language: Language | str) -> Voice:
    """Return the voice of a language."""
    return Voice(Language(language))
