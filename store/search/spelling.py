"""Suggests another spelling of a search with words that no article has. Pure.

A store has the words of its articles by their keys: the word itself, and the word without one of
its letters, for each of them. A misspelt word has a key in common with the word that was meant, so
that a lookup of a few keys replaces a comparison with all words. The method is that of SymSpell
(https://github.com/wolfgarbe/SymSpell). Letters are code points: on the keyboards of Indic scripts,
vowel signs have keys of their own.

`suggest` is all of it. A store that looks words up by itself does these steps:

1. look up which of the `spellings_of` the `words_to_check` it knows;
2. look up words by the `deletion_keys` of the `unknown_words`;
3. `correct` the text.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

import regex

from newsgraph.store.search.query_parser import MAX_CHARACTERS, clean_search
from newsgraph.store.search.typed_words import find_words, replace_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from newsgraph.store.search.typed_words import TypedWord

MIN_LETTERS: Final = 3
"""Letters of the shortest words that have keys."""

MAX_LETTERS: Final = 24
"""Letters of the longest words that have keys, and that are corrected."""

MAX_WORDS: Final = 32
"""Words of a search that are checked, of those that can be misspelt. Each one is looked up."""

_MIN_LETTERS_TO_CORRECT: Final = 4
"""Nearly any three letters are one edit away from a word."""

_MIN_LETTERS_OF_TWO_EDITS: Final = 7
"""Letters of the shortest words that are corrected by two edits. For shorter words, these are wrong
as often as they are right."""

_LETTERS: Final = regex.compile(r"[\p{L}\p{M}]+")


class Vocabulary(Protocol):
    """The words of a store's articles."""

    def find_known(self, words: Collection[str], /) -> Collection[str]:
        """Return the words that an article has, as a form or by a stem in its language.

        Args:
            words: words in lower case, with their accents.
        """

    def find_similar(self, forms: Collection[str], /) -> Mapping[str, int]:
        """Return the words that share one of the `deletion_keys` with one of the forms.

        Args:
            forms: folded words.

        Returns:
            The number of articles by word. The words are folded.
        """


def deletion_keys(form: str) -> frozenset[str]:
    """Return a word and what is left of it without one of its letters.

    Two words that are one edit apart have a key in common: a letter left out, added or replaced, or
    two adjacent letters swapped. So have words of the same length of which a letter is left out at
    one place and added at another; no others have.

    Args:
        form: a folded word. If it is too short or too long, or has other characters than letters
            and marks, it has no keys.
    """
    if not MIN_LETTERS <= len(form) <= MAX_LETTERS or not _LETTERS.fullmatch(form):
        return frozenset()
    return frozenset((form, *(form[:index] + form[index + 1 :] for index in range(len(form)))))


def suggest(text: str, vocabulary: Vocabulary) -> str | None:
    """Return a search with its misspelt words corrected, or None if there is nothing to suggest.

    All else stays as it was typed. The new words are folded.

    Args:
        text: what was typed: any text.
        vocabulary: the words of the store.
    """
    words = words_to_check(text)
    unknown = unknown_words(words, vocabulary.find_known(spellings_of(words))) if words else ()
    if not unknown:
        return None
    return correct(text, unknown, vocabulary.find_similar({word.form for word in unknown}))


def words_to_check(text: str) -> tuple[TypedWord, ...]:
    """Return the words of a search that are corrected if no article has them.

    They have 4 to 24 letters, and no digits. Excluded words and words before a star are left alone.
    Scripts without blanks have no words.
    """
    words = (
        word
        for word in find_words(text)
        if len(word.form) >= _MIN_LETTERS_TO_CORRECT and deletion_keys(word.form)
    )
    return tuple(islice(words, MAX_WORDS))


def spellings_of(words: Iterable[TypedWord]) -> set[str]:
    """Return the words to look up: ``web-site`` is known by its parts, or as ``website``."""
    return {spelling for word in words for spelling in (word.word, word.compound) if spelling}


def unknown_words(words: Iterable[TypedWord], known: Collection[str]) -> tuple[TypedWord, ...]:
    """Return the words that no article has, alone or in their compound.

    Args:
        words: words of a search.
        known: those of their spellings that articles have.
    """
    return tuple(word for word in words if word.word not in known and word.compound not in known)


def correct(text: str, words: Iterable[TypedWord], candidates: Mapping[str, int]) -> str | None:
    """Return a search in which words are replaced, or None if none is.

    Args:
        text: what was typed.
        words: words to replace, in their order in the text.
        candidates: number of articles by folded word. Those that are not similar are ignored.
    """
    corrections = [
        (word, candidate)
        for word in words
        if (candidate := _best_candidate(word.form, candidates)) is not None
    ]
    typed = clean_search(text)
    corrected = replace_words(typed, corrections)
    return corrected if corrected != typed and len(corrected) <= MAX_CHARACTERS else None


def _best_candidate(form: str, candidates: Mapping[str, int]) -> str | None:
    """Return the candidate with the fewest edits, the same first letter, the most articles."""
    ranked = [
        (edits, candidate[0] != form[0], -article_count, candidate)
        for candidate, article_count in candidates.items()
        if (edits := _count_edits(form, candidate)) is not None
    ]
    return min(ranked)[-1] if ranked else None


def _count_edits(form: str, candidate: str) -> int | None:
    """Return 1 or 2 edits; None if there are more or none, or too many for such a word."""
    difference = len(candidate) - len(form)
    if form == candidate or not -1 <= difference <= 1:
        return None
    start = 0
    while form[start : start + 1] == candidate[start : start + 1]:
        start += 1
    # What follows the first difference, after each of the edits.
    if form[start + (difference <= 0) :] == candidate[start + (difference >= 0) :]:
        return 1
    if form[start : start + 2] == candidate[start : start + 2][::-1] and (
        form[start + 2 :] == candidate[start + 2 :]
    ):
        return 1
    if len(form) < _MIN_LETTERS_OF_TWO_EDITS:
        return None
    return None if deletion_keys(form).isdisjoint(deletion_keys(candidate)) else 2
