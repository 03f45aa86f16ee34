"""Chooses where a snippet starts and ends: at words, and if possible at a sentence. Pure."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

import regex

from newsgraph.store.search.term_scanning import SEGMENT, count_wide
from newsgraph.store.search.tokenizer import Token, has_tokens, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WORD_COST: Final = 4
"""Cost of a word. A character of a script without blanks costs 2 if it is wide, else 1."""

_MAX_WORD_LENGTH: Final = 16
_CONTEXT_LENGTH: Final = 10
"""Characters for each word that are read before and after the matches."""

_WIDE_CONTEXT_LENGTH: Final = 3
"""The same of texts with many letters of East Asia."""

_MAX_PUNCTUATION: Final = 32

_SENTENCE_END: Final = regex.compile(
    r"""
    (?: (?: [\p{Sentence_Terminal}…] [\p{Pe}\p{Pf}"']* \s+
        | [\p{Sentence_Terminal}…&&\p{East_Asian_Width=Wide}] [\p{Pe}\p{Pf}]* \s*
        | [！．？｡] [\p{Pe}\p{Pf}]* \s*
        | \s\n\s+ | \n\s*\n\s*  # different blocks
        ) \Z
    )
    """,
    regex.VERBOSE | regex.VERSION1,
)
_NO_START: Final = regex.compile(r"[\p{lb=NS}\p{lb=CJ}\p{M}ะาำๅະາຳ]")
"""What follows another letter of its word: small kana, marks, and vowels of Thai and Lao."""

_NO_END: Final = regex.compile(r"\p{Logical_Order_Exception}")
"""Vowels of Thai and Lao that are written before their consonant."""

_NOT_BLANK: Final = regex.compile(r"\S")
_OPENING: Final = frozenset("\"'#@$€£¿¡")


class Bounds(NamedTuple):
    """The part of a text that is a snippet.

    Attributes:
        start, end: where it is in the text.
        is_cut_before, is_cut_after: whether the text has more, other than blanks.
        first_match: where its first match starts.
    """

    start: int
    end: int
    is_cut_before: bool
    is_cut_after: bool
    first_match: int = -1


class _Unit(NamedTuple):
    """A word or a character: what is in a snippet, or not.

    Attributes:
        start, end: where it is in the text; units do not overlap.
        cost: what it costs.
        is_word: whether it is no character of a script without blanks.
    """

    start: int
    end: int
    cost: int
    is_word: bool


def max_characters(max_words: int) -> int:
    """Return the maximum length of a snippet, in characters."""
    return max_words * _MAX_WORD_LENGTH


def running_costs(tokens: Iterable[Token]) -> list[int]:
    """Return the cost of the tokens before each position, and of all.

    Args:
        tokens: the tokens of a text, from its beginning.
    """
    return list(accumulate((_cost(t) for t in tokens if t.kind != "compound"), initial=0))


def local_tokens(
    text: str, start: int, end: int, language: str | None, max_words: int
) -> list[Token]:
    """Return the tokens of a part of a text, and of what is around it.

    Args:
        text: the text.
        start: where the part starts.
        end: where it ends.
        language: BCP 47 tag.
        max_words: maximum number of words of a snippet.
    """
    first = max(0, start - max_words * _CONTEXT_LENGTH)
    last = min(len(text), end + max_words * _CONTEXT_LENGTH)
    # Wide letters fill a snippet sooner, and their pieces take longer than words.
    if count_wide(text, first, start) > max_words * _WIDE_CONTEXT_LENGTH:
        first = max(first, start - max_words * _WIDE_CONTEXT_LENGTH)
    if count_wide(text, end, last) > max_words * _WIDE_CONTEXT_LENGTH:
        last = min(last, end + max_words * _WIDE_CONTEXT_LENGTH)
    is_cut_before = first > 0 and SEGMENT.match(text, first - 1) is not None
    is_cut_after = last < len(text) and SEGMENT.match(text, last) is not None
    # A cut word is another word, and so can be what is before and after its punctuation.
    if is_cut_before and (match := SEGMENT.match(text, first, start)) and match.end() < start:
        first, is_cut_before = match.end(), False
    return [
        Token(position, form, stems, first + begin, first + stop, kind, length)
        for position, form, stems, begin, stop, kind, length in tokenize(text[first:last], language)
        if not (is_cut_before and begin == 0) and not (is_cut_after and first + stop == last > end)
    ]


def first_bounds(text: str, language: str | None, max_words: int) -> Bounds:
    """Return the beginning of a text."""
    match = _NOT_BLANK.search(text)
    if match is None:
        return Bounds(0, 0, is_cut_before=False, is_cut_after=False)
    start = match.start()
    units = _units(local_tokens(text, start, start, language, max_words))
    return _bounds(text, units, 0, start, max_words)


def choose_bounds(
    text: str, tokens: Sequence[Token], start: int, end: int, max_words: int
) -> Bounds:
    """Return the bounds of a snippet that has some matches.

    If what follows them is long enough, it starts at the sentence of the first match. If that
    starts too far away, as many words are before the matches as after them.

    Args:
        text: the text.
        tokens: the tokens of the matches, and of what is around them.
        start: where the matches start.
        end: where they end.
        max_words: maximum number of words.
    """
    units = _units(tokens)
    starts = [unit.start for unit in units]
    first = bisect_left(starts, start)
    last = max(first, bisect_left(starts, end) - 1)
    left = max_words * WORD_COST - sum(unit.cost for unit in units[first : last + 1])
    after = sum(unit.cost for unit in units[last + 1 :])
    first_unit = first
    if left > 0 and first < len(units):
        min_start = end - max_characters(max_words)
        first_unit = _first_unit(text, units, first, (max(0, left - after), left), min_start)
    begin = min(start, _start(text, units, first_unit)) if first_unit < len(units) else start
    return _bounds(text, units, first_unit, begin, max_words)._replace(first_match=start)


def _first_unit(
    text: str, units: Sequence[_Unit], first: int, costs: tuple[int, int], min_start: int
) -> int:
    """Return the unit at which a snippet starts.

    Args:
        text: the text.
        units: words and characters.
        first: the first one of the matches.
        costs: minimum and maximum cost of those before it.
        min_start: first character of the text that the snippet can have.
    """
    min_cost, max_cost = costs
    middle = max(min_cost, max_cost // 2)
    in_middle, phrase, sentence, cost = first, -1, -1, 0
    for index in range(first, -1, -1):
        if index < first:
            cost += units[index].cost
        start = _start(text, units, index)
        if cost > max_cost or start < min_start:
            break
        if cost >= min_cost // 2 and _starts_sentence(text, start):
            sentence = index
        if cost >= min_cost:
            if sentence >= 0:
                return sentence
            if phrase < 0 and not units[index].is_word and index and units[index - 1].end < start:
                phrase = index
        if cost <= middle and _is_boundary(text, start):
            in_middle = index
    return next(index for index in (sentence, phrase, in_middle) if index >= 0)


def _bounds(text: str, units: Sequence[_Unit], first: int, start: int, max_words: int) -> Bounds:
    """Return the bounds of a snippet that starts at a unit, and has as many as possible."""
    cost, max_end = 0, min(len(text), start + max_characters(max_words))
    end = best_end = start
    for unit in units[first:]:
        cost += unit.cost
        if cost > max_words * WORD_COST or unit.end > max_end:
            break
        end = unit.end
        if unit.is_word or _is_boundary(text, end):
            best_end = end
    else:
        best_end = end
    if best_end == start:
        # There are no words, or one that is longer than a snippet.
        best_end = max(start + 1, max_end)
    end = best_end
    rest = text[end : end + _MAX_PUNCTUATION]
    if end + len(rest) == len(text) and not has_tokens(rest):
        end += len(rest.rstrip())
    return Bounds(
        start,
        end,
        is_cut_before=start > 0 and not text[:start].isspace(),
        is_cut_after=_NOT_BLANK.search(text, end) is not None,
    )


def _units(tokens: Iterable[Token]) -> list[_Unit]:
    """Return words and characters; several tokens of one place are a unit."""
    words = [token for token in tokens if token.kind != "compound"]
    units: list[_Unit] = []
    cost = 0
    for token, following in zip_longest(words, words[1:]):
        cost += _cost(token)
        end = token.end if following is None else min(token.end, following.start)
        if end > token.start:
            units.append(_Unit(token.start, end, cost, token.kind == "word"))
            cost = 0
    return units


def _cost(token: Token) -> int:
    if token.kind != "piece":
        return WORD_COST
    return 2 if unicodedata.east_asian_width(token.form[0]) in "WF" else 1


def _start(text: str, units: Sequence[_Unit], index: int) -> int:
    """Return where a unit starts, with the punctuation that belongs to it."""
    start = units[index].start
    if not index and start <= _MAX_PUNCTUATION and not has_tokens(text[:start]):
        return start - len(text[:start].lstrip())
    min_start = max(units[index - 1].end if index else 0, start - _MAX_PUNCTUATION)
    while start > min_start and _is_opening(text[start - 1]):
        start -= 1
    return start


def _is_opening(character: str) -> bool:
    return character in _OPENING or unicodedata.category(character) in ("Ps", "Pi")


def _starts_sentence(text: str, start: int) -> bool:
    if _SENTENCE_END.search(text, max(0, start - _MAX_PUNCTUATION), start):
        return not text[start].islower()
    return not start or text[:start].isspace()


def _is_boundary(text: str, index: int) -> bool:
    """Whether a script without blanks can be cut here, as far as its characters tell."""
    return not (
        0 < index < len(text) and (_NO_START.match(text, index) or _NO_END.match(text, index - 1))
    )
