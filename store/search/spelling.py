"""Suggests another spelling of a search with words that no article has. Pure.

A word is corrected by one edit: a letter left out, added or replaced, or two adjacent letters
swapped. In longer words, a letter can be at another place. Letters are code points: on the
keyboards of Indic scripts, vowel signs have keys of their own.

Words that are similar have the same first letter, but for those of which `other_first_letters` is
a list. So a store compares a misspelt word with a small part of its words.
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
"""Letters of the shortest words that are suggested."""

MAX_LETTERS: Final = 24
"""Letters of the longest words that are suggested, and that are corrected."""

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
        """Return the words that are similar to one of the forms, by `count_edits`; maybe others.

        Args:
            forms: folded words.

        Returns:
            The number of articles by word, which `is_word`.
        """


def is_word(form: str) -> bool:
    """Whether a folded text consists of 3 to 24 letters and marks, and so can be suggested."""
    return MIN_LETTERS <= len(form) <= MAX_LETTERS and _LETTERS.fullmatch(form) is not None


def count_edits(form: str, candidate: str) -> int | None:
    """Return 1, or 2 for a letter at another place; None if words are equal or not similar.

    Args:
        form: a misspelt word, folded.
        candidate: a word that could have been meant.
    """
    difference = len(candidate) - len(form)
    if form == candidate or not -1 <= difference <= 1:
        return None
    start = 0
    while form[start : start + 1] == candidate[start : start + 1]:
        start += 1
    # What follows the first difference, after each of the edits.
    if form[start + (difference <= 0) :] == candidate[start + (difference >= 0) :]:
        return 1
    if difference or (not start and form[:2] != candidate[1::-1]):
        return None
    end = len(form)
    while form[end - 1] == candidate[end - 1]:
        end -= 1
    differing, other = form[start:end], candidate[start:end]
    if differing[1:] != other[:-1] and differing[:-1] != other[1:]:
        return None
    if differing == other[::-1] and len(differing) == 2:
        return 1
    return 2 if start and len(form) >= _MIN_LETTERS_OF_TWO_EDITS else None


def other_first_letters(form: str, letters: Iterable[str]) -> set[str]:
    """Return the words with another first letter that are similar to a word.

    Args:
        form: a misspelt word, folded.
        letters: the first letters that words can have.
    """
    words = {form[1:], form[1::-1] + form[2:]}
    for letter in letters:
        words |= {letter + form, letter + form[1:]}
    return {word for word in words if word[0] != form[0]}


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
        if len(word.form) >= _MIN_LETTERS_TO_CORRECT and is_word(word.form)
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
        if (edits := count_edits(form, candidate)) is not None
    ]
    return min(ranked)[-1] if ranked else None
