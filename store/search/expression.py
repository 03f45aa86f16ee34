"""What to search for, as a tree of conditions. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import date

_CACHED_SEARCHES: Final = 100

TextField: TypeAlias = Literal["title", "author", "topic", "publisher"]
"""A part of an article that a term can be restricted to."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other; a single word, in most cases.

    Attributes:
        text: the words as they were typed. The tokens of each language are made of it.
        field: where they are; None for anywhere.
        is_exact: whether forms have to match, as in a phrase in quotes, and not only stems.
        is_prefix: whether the last word may go on.
        start: where the text is in what was typed, as an index of characters. Terms that only
            differ in it are equal.
    """

    text: str
    field: TextField | None = None
    is_exact: bool = False
    is_prefix: bool = False
    start: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Published:
    """A range of dates of publication.

    Attributes:
        since: first day; None if it is open.
        before: first day after the range; None if it is open.
    """

    since: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """All conditions are true; without any, of every article."""

    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One condition at least is true."""

    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition is false."""

    condition: Expression


Expression: TypeAlias = Term | Published | AllOf | AnyOf | Not
EVERYTHING = AllOf(())
"""True of every article: what an empty search box searches for."""


@lru_cache(_CACHED_SEARCHES)
def with_prefixes(expression: Expression) -> Expression:
    """Return a search in which words may go on, except those in quotes and excluded ones."""
    match expression:
        case AllOf(conditions):
            return AllOf(tuple(map(with_prefixes, conditions)))
        case AnyOf(conditions):
            return AnyOf(tuple(map(with_prefixes, conditions)))
        case Term(is_exact=False):
            return dataclasses.replace(expression, is_prefix=True)
    return expression
