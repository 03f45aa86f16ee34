"""Finds the words in what people type, and replaces them there. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

import regex

from newsgraph.store.search.expression import AllOf, AnyOf, Term
from newsgraph.store.search.folding import fold, lower
from newsgraph.store.search.query_parser import parse_search
from newsgraph.store.search.tokenizer import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.tokenizer import Token

_LETTERS: Final = regex.compile(r"[\p{L}\p{M}\p{Cf}]+")
"""Letters and marks, and joiners and soft hyphens, of which a form has none."""


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A word of a search that can be replaced.

    Attributes:
        word: the word in lower case, with its accents.
        compound: form of the compound with hyphens of which it is a part; empty if there is none.
        start, end: where it is in what was typed, as indices of characters.
        term: the term that has it.
        position: number of its token in the term.
    """

    word: str
    compound: str
    start: int
    end: int
    term: Term
    position: int

    @property
    def form(self) -> str:
        """The folded word."""
        return fold(self.word)


def find_words(text: str) -> tuple[TypedWord, ...]:
    """Return the words of a search that can be replaced, in order.

    These are words of letters in terms that are not excluded, but not words before a star, and not
    those that would be the field of a term: ``titel:a``. Scripts without blanks have no words.
    """
    return tuple(
        word for term in _included_terms(parse_search(text)) for word in _words_of_term(term)
    )


def replace_words(text: str, forms: Sequence[tuple[TypedWord, str]]) -> str:
    """Return a search with other words.

    A term stays as it was typed if more than these words would change: a shorter word would make a
    single one of ``thhe&co``.

    Args:
        text: what was typed.
        forms: words of it, in order, with the folded words that replace them.
    """
    for _, replacements in groupby(reversed(forms), key=lambda item: item[0].term.start):
        text = _replace_in_term(text, list(replacements))
    return text


def _replace_in_term(text: str, forms: Sequence[tuple[TypedWord, str]]) -> str:
    """Return a search with other words in one term.

    Args:
        text: what was typed.
        forms: words of the term, the last one first, with the words that replace them.
    """
    term = forms[0][0].term
    replaced, replaced_term, expected = text, term.text, _forms(term.text)
    for word, form in forms:
        replaced = replaced[: word.start] + form + replaced[word.end :]
        start, end = word.start - term.start, word.end - term.start
        replaced_term = replaced_term[:start] + form + replaced_term[end:]
        expected[word.position] = form
    return replaced if _forms(replaced_term) == expected else text


def _included_terms(expression: Expression) -> Iterator[Term]:
    match expression:
        case AllOf(conditions) | AnyOf(conditions):
            for condition in conditions:
                yield from _included_terms(condition)
        case Term():
            yield expression


def _words_of_term(term: Term) -> Iterator[TypedWord]:
    tokens = list(tokenize(term.text))
    compound: Token | None = None
    end_of_match = 0
    for token in tokens:
        if token.kind == "compound":
            compound = token
        if token.kind != "word":
            continue
        match = _find_word(term.text, token, end_of_match)
        if match is None:
            continue
        end_of_match = match.end()
        if (term.is_prefix and token is tokens[-1]) or _is_field(term, match):
            continue
        yield TypedWord(
            lower(match[0]),
            compound.form if compound is not None and token.end <= compound.end else "",
            term.start + match.start(),
            term.start + match.end(),
            term,
            token.position,
        )


def _find_word(text: str, token: Token, start: int) -> regex.Match[str] | None:
    """Return where a token's word is; None if its form has other characters than letters.

    Words with an apostrophe between them have the place of all of them.

    Args:
        text: the term.
        token: one of its tokens.
        start: end of the word before it.
    """
    for match in _LETTERS.finditer(text, max(start, token.start), token.end):
        if fold(match[0]) == token.form:
            return match
    return None


def _is_field(term: Term, match: regex.Match[str]) -> bool:
    """Whether a word would restrict the term if it were the name of a field.

    It would not in quotes, and without a text after the colon.
    """
    is_phrase = term.is_exact and '"' not in term.text
    has_colon = term.text.startswith(":", match.end()) and match.end() + 1 < len(term.text)
    return match.start() == 0 and has_colon and not is_phrase


def _forms(text: str) -> list[str]:
    return [token.form for token in tokenize(text) if token.kind != "compound"]
