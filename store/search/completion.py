"""Completes what was typed into a search box so far. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import regex

from newsgraph.store.search.folding import fold
from newsgraph.store.search.query_parser import MAX_CHARACTERS, clean_search

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_COMPLETIONS: Final = 8
"""Completed searches that are shown."""

_MAX_NAMES: Final = 3
_LAST_WORD: Final = regex.compile(r"(?<![\p{L}\p{M}\p{N}])[\p{L}\p{M}]+\Z")
_OPERATORS: Final = regex.compile(r'["()|:*]|(?:^|\s)-')


class Name(NamedTuple):
    """The name of a topic or a publisher.

    Attributes:
        name: the name.
        folded: its folded form.
        article_count: number of its articles.
    """

    name: str
    folded: str
    article_count: int


def last_word(text: str) -> str | None:
    """Return the folded beginning of the word that is being typed; None if it is no word.

    Args:
        text: what was typed so far.
    """
    match = _LAST_WORD.search(text) if len(text) <= MAX_CHARACTERS else None
    return fold(match.group()) if match and clean_search(text) == text else None


def complete(text: str, counts: Mapping[str, int], names: Iterable[Name]) -> list[str]:
    """Return searches that begin with what was typed so far.

    Args:
        text: what was typed.
        counts: by folded words that begin like the last one, the number of articles.
        names: names of topics and publishers.

    Returns:
        Names that begin with the text, then the text with its last word completed; of both, those
        of the most articles first.
    """
    folded, beginning = fold(text.strip()), last_word(text)
    if not folded or clean_search(text) != text:
        return []
    fitting = [name for name in names if name.folded.startswith(folded) and name.folded != folded]
    fitting = [name for name in fitting if not _OPERATORS.search(name.name)]
    fitting.sort(key=lambda name: (-name.article_count, name.name))
    words = [] if beginning is None else sorted(counts, key=lambda word: (-counts[word], word))
    start = _LAST_WORD.sub("", text)
    completions = [name.name for name in fitting[:_MAX_NAMES]]
    completions += [start + word for word in words if word != beginning]
    unique: dict[str, str] = {}
    for completion in completions:
        unique.setdefault(fold(completion), completion)  # a topic can have the name of a word
    return list(unique.values())[:MAX_COMPLETIONS]
