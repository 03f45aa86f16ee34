"""Plans how terms of a search are found: the tokens that have to follow each other. Pure.

A search can be read in each language of the archive. Its tokens are the same in all of them, but
their stems are not: so each token has alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from newsgraph.store.search.expression import AllOf, AnyOf, Not, Term
from newsgraph.store.search.index.terms import (
    TermRange,
    form_range,
    has_language,
    prefix_range,
    stem_range,
)
from newsgraph.store.search.term_matching import token_sequences
from newsgraph.store.search.tokenizer import tokenize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.tokenizer import Token

Alternatives: TypeAlias = "tuple[TermRange, ...]"
"""Terms of which one has to be at a place."""


@dataclass(frozen=True, slots=True)
class TermPlan:
    """How a term of a search is found.

    Attributes:
        sequences: sequences of tokens, of which one has to be found. Each token has alternatives.
    """

    sequences: tuple[tuple[Alternatives, ...], ...]

    @property
    def ranges(self) -> Iterator[TermRange]:
        """All ranges of terms that have to be read."""
        for sequence in self.sequences:
            for alternatives in sequence:
                yield from alternatives

    @property
    def needs_positions(self) -> bool:
        """Whether it matters where the terms are."""
        return any(len(sequence) > 1 for sequence in self.sequences)


def iter_terms(expression: Expression) -> Iterator[Term]:
    """Yield all terms of a search, also those that must not be found."""
    match expression:
        case AllOf(conditions) | AnyOf(conditions):
            for condition in conditions:
                yield from iter_terms(condition)
        case Not(condition):
            yield from iter_terms(condition)
        case Term():
            yield expression


def plan_term(term: Term, subtags: Collection[str]) -> TermPlan:
    """Return how a term is found.

    Args:
        term: the term.
        subtags: primary subtags of the languages of all articles.
    """
    readings = {subtag: list(tokenize(term.text, subtag)) for subtag in sorted(subtags)}
    tokens = list(tokenize(term.text))
    sequences = []
    for sequence in token_sequences(tokens):
        last = sequence[-1]
        sequences.append(
            tuple(
                _alternatives(
                    tokens[index],
                    {subtag: reading[index] for subtag, reading in readings.items()},
                    is_exact=term.is_exact,
                    is_prefix=term.is_prefix and index == last,
                    with_positions=len(sequence) > 1,
                )
                for index in sequence
            )
        )
    return TermPlan(tuple(sequences))


def _alternatives(
    token: Token,
    readings: dict[str, Token],
    *,
    is_exact: bool,
    is_prefix: bool,
    with_positions: bool,
) -> Alternatives:
    if is_prefix or (token.kind == "piece" and len(token.form) == 1):
        return (prefix_range(token.form, with_positions=with_positions),)
    ranges = [form_range(token.form)]
    if has_language(token) and not is_exact:
        ranges += [
            stem_range(stem, subtag)
            for subtag, reading in readings.items()
            for stem in reading.stems
        ]
    return tuple(ranges)
