"""The terms of the index: texts whose ranges are what a search reads. Pure.

A term is the form or a stem of a token, and for how many words the token stands. So all lengths
of a word are a range of terms, and so are all words with a prefix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgraph.store.search.tokenizer import Token

FORM: Final = "="
_STEM: Final = "~"
_PREFIX: Final = "^"
END: Final = "\t"
"""No form and no stem has a tab."""

AFTER_END: Final = "\n"
MAX_PREFIX_LENGTH: Final = 3
"""Shorter prefixes, and those of this length, are terms: many forms begin with them."""

_LAST: Final = "\U0010ffff"
"""Greater than every text that goes on."""


class TermRange(NamedTuple):
    """Terms from the first one, up to another that is not in the range."""

    first: str
    end: str


def token_terms(token: Token, subtag: str) -> Iterator[str]:
    """Yield the terms by which a token is found.

    Args:
        token: a token of an article.
        subtag: primary subtag of the article's language.
    """
    end = f"{END}{token.length}"
    yield FORM + token.form + end
    if has_language(token):
        for stem in token.stems:
            yield f"{_STEM}{subtag}:{stem}{end}"


def prefix_terms(form: str) -> Iterator[str]:
    """Yield a term for each short prefix of a form. These terms have no positions."""
    for length in range(1, min(MAX_PREFIX_LENGTH, len(form)) + 1):
        yield _PREFIX + form[:length] + END


def has_language(token: Token) -> bool:
    """Whether a token has other stems than its form in some languages."""
    return token.kind != "piece" and any(map(str.isalpha, token.form))


def form_range(form: str) -> TermRange:
    """Return the terms of a form."""
    return TermRange(FORM + form + END, FORM + form + AFTER_END)


def form_of(term: str) -> str | None:
    """Return the form of which a term is; None if it is of something else."""
    return term[1:].partition(END)[0] if term.startswith(FORM) else None


def prefix_range(prefix: str, *, with_positions: bool = False) -> TermRange:
    """Return the terms of all forms that begin with a text.

    Args:
        prefix: the text.
        with_positions: whether positions are needed.
    """
    if len(prefix) <= MAX_PREFIX_LENGTH and not with_positions:
        return TermRange(_PREFIX + prefix + END, _PREFIX + prefix + AFTER_END)
    return TermRange(FORM + prefix, FORM + prefix + _LAST)


def stem_range(stem: str, subtag: str) -> TermRange:
    """Return the terms of a stem in a language."""
    return TermRange(f"{_STEM}{subtag}:{stem}{END}", f"{_STEM}{subtag}:{stem}{AFTER_END}")


def term_length(term: str) -> int:
    """Return for how many words a term stands."""
    return int(term.rpartition(END)[2])
