"""Chooses where a snippet starts and ends: at words, and if possible at a sentence. Pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import regex

from newsgraph.store.search.term_scanning import blank_separators
from newsgraph.store.search.tokenizer import has_tokens, tokens_of_chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsgraph.store.search.tokenizer import TokenKind

WORD_COST: Final = 4
"""Cost of a word. A character of a script without blanks costs 2 if it is wide, else 1."""

_MAX_WORD_LENGTH: Final = 16
_CONTEXT_LENGTH: Final = 10
"""Characters for each word that are read before and after the matches."""

_WIDE_CONTEXT_LENGTH: Final = 3
"""The same of texts with many letters of East Asia."""

_MAX_PUNCTUATION: Final = 32
_MAX_CACHED_LENGTH: Final = 400
_CACHED_CHUNKS: Final = 20_000
_CACHED_LANGUAGES: Final = 8
_CACHED_GAPS: Final = 2_000

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

_NOT_BLANK: Final = re.compile(r"\S")
_WIDE: Final = re.compile("[ぁ-ゖァ-ヺ㐀-䶿一-鿿가-힣]")
"""Letters of East Asia that are folded to themselves."""

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


Unit: TypeAlias = tuple[int, int, int, bool]
"""A word or a character, which is in a snippet, or not: its start and its end, where no other unit
is, its cost, and whether it is a word, and no character of a script without blanks."""


class Layout(NamedTuple):
    """What a chunk takes of a snippet.

    Attributes:
        units: its words and characters.
        length: number of words, as positions of tokens count them.
        cost: the cost of all.
    """

    units: tuple[Unit, ...]
    length: int
    cost: int


def token_cost(kind: TokenKind, form: str) -> int:
    """Return what a token costs; a compound is the words after it, and costs nothing."""
    if kind == "piece":
        return 2 if unicodedata.east_asian_width(form[0]) in "WF" else 1
    return WORD_COST if kind == "word" else 0


def _lay_out(chunk: str, subtag: str) -> Layout:
    tokens = [token for token in tokens_of_chunk(chunk, subtag) if token[4] != "compound"]
    units: list[Unit] = []
    cost = total = 0
    for (form, _, start, end, kind, _), following in zip_longest(tokens, tokens[1:]):
        cost += token_cost(kind, form)
        end_of_unit = end if following is None else min(end, following[2])
        # Several tokens of one place are a unit.
        if end_of_unit > start:
            units.append((start, end_of_unit, cost, kind == "word"))
            total, cost = total + cost, 0
    return Layout(tuple(units), len(tokens), total)


class _Layouts(dict[str, Layout]):
    """The layouts of texts without blanks; filled as texts are met."""

    def __init__(self, subtag: str) -> None:
        super().__init__()
        self._subtag = subtag

    def __missing__(self, chunk: str) -> Layout:
        layout = _lay_out(chunk, self._subtag)
        if len(chunk) <= _MAX_CACHED_LENGTH:
            if len(self) >= _CACHED_CHUNKS:
                self.clear()
            self[chunk] = layout
        return layout


@lru_cache(_CACHED_LANGUAGES)
def layouts_of(subtag: str) -> Mapping[str, Layout]:
    """Return the layouts of all texts without blanks, for the primary subtag of a language."""
    return _Layouts(subtag)


class Surroundings(NamedTuple):
    """What is around the matches of a snippet.

    Attributes:
        start: where the text begins.
        text: a part of the text, with blanks for separators; a cut word is no part of it.
        units: its words and characters. Those that are too far away can be left out.
    """

    start: int
    text: str
    units: list[Unit]


def max_characters(max_words: int) -> int:
    """Return the maximum length of a snippet, in characters."""
    return max_words * _MAX_WORD_LENGTH


def read_surroundings(text: str, start: int, end: int, subtag: str, max_words: int) -> Surroundings:
    """Return what is around a part of a text, with that part.

    Args:
        text: the text.
        start: where the part starts.
        end: where it ends.
        subtag: primary subtag of the text's language.
        max_words: maximum number of words of a snippet.
    """
    first = max(0, start - max_words * _CONTEXT_LENGTH)
    last = min(len(text), end + max_words * _CONTEXT_LENGTH)
    # Wide letters fill a snippet sooner, and their pieces take longer than words.
    if _count_wide(text, first, start) > max_words * _WIDE_CONTEXT_LENGTH:
        first = max(first, start - max_words * _WIDE_CONTEXT_LENGTH)
    if _count_wide(text, end, last) > max_words * _WIDE_CONTEXT_LENGTH:
        last = min(last, end + max_words * _WIDE_CONTEXT_LENGTH)
    part = blank_separators(text[first:last])
    # A cut word is another word, and so can be what is before and after its punctuation.
    is_cut_before = first > 0 and blank_separators(text[first - 1]) != " "
    is_cut_after = last < len(text) and blank_separators(text[last]) != " "
    if is_cut_before and (blank := part.find(" ", 0, start - first)) >= 0:
        part, first, is_cut_before = part[blank:], first + blank, False
    units = _units_around(part, first, (start, end), subtag, max_words * WORD_COST)
    if is_cut_before and units and units[0][0] == first < start:
        part, first = part[units[0][1] - first :], units.pop(0)[1]
    if is_cut_after and units and units[-1][1] == first + len(part) > end:
        part = part[: units.pop()[0] - first]
    return Surroundings(first, part, units)


def _units_around(
    part: str, offset: int, matches: tuple[int, int], subtag: str, max_cost: int
) -> list[Unit]:
    """Return the units of a part of a text, up to a cost before and after some matches.

    Args:
        part: the part, with blanks between chunks.
        offset: where it is in the text.
        matches: where the matches start and end.
        subtag: primary subtag of the text's language.
        max_cost: the cost.
    """
    start, end = matches
    at, layouts = part.rfind(" ", 0, start - offset) + 1, layouts_of(subtag)
    units: list[Unit] = []
    cost, begin = 0, offset + at
    for chunk in part[at:].split(" "):
        layout = layouts[chunk]
        units += [(begin + s, begin + e, c, w) for s, e, c, w in layout.units]
        if begin >= end:
            cost += layout.cost
        if cost > max_cost:
            break
        begin += len(chunk) + 1
    before: list[Unit] = []
    cost, stop = 0, offset + at - 1
    for chunk in reversed(part[: max(0, at - 1)].split(" ")):
        if cost > max_cost:
            break
        layout = layouts[chunk]
        begin = stop - len(chunk)
        before += [(begin + s, begin + e, c, w) for s, e, c, w in reversed(layout.units)]
        cost += layout.cost
        stop = begin - 1
    return before[::-1] + units


def _count_wide(text: str, start: int, end: int) -> int:
    """Return the number of letters of East Asia in a part of a text."""
    return 0 if text.isascii() else len(_WIDE.findall(text, start, end))


def first_bounds(text: str, subtag: str, max_words: int) -> Bounds:
    """Return the beginning of a text."""
    match = _NOT_BLANK.search(text)
    if match is None:
        return Bounds(0, 0, is_cut_before=False, is_cut_after=False)
    start = match.start()
    units = read_surroundings(text, start, start, subtag, max_words).units
    return _bounds(text, units, 0, start, max_words)


def fits(chunks: Iterable[str], subtag: str, max_words: int) -> bool:
    """Return whether the words of a text fit into a snippet.

    Args:
        chunks: its chunks.
        subtag: primary subtag of its language.
        max_words: maximum number of words of a snippet.
    """
    layouts = layouts_of(subtag)
    return sum([layouts[chunk].cost for chunk in chunks]) <= max_words * WORD_COST


def text_bounds(text: str) -> Bounds:
    """Return the bounds of a whole text."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return Bounds(start, end, is_cut_before=False, is_cut_after=False)


def choose_bounds(text: str, units: Sequence[Unit], start: int, end: int, max_words: int) -> Bounds:
    """Return the bounds of a snippet that has some matches.

    If what follows them is long enough, it starts at the sentence of the first match. If that
    starts too far away, as many words are before the matches as after them.

    Args:
        text: the text.
        units: words and characters of the matches, and of what is around them.
        start: where the matches start.
        end: where they end.
        max_words: maximum number of words.
    """
    starts = [unit[0] for unit in units]
    first = bisect_left(starts, start)
    last = max(first, bisect_left(starts, end) - 1)
    left = max_words * WORD_COST - sum(unit[2] for unit in units[first : last + 1])
    after = sum(unit[2] for unit in units[last + 1 :])
    first_unit = first
    if left > 0 and first < len(units):
        min_start = end - max_characters(max_words)
        first_unit = _first_unit(text, units, first, (max(0, left - after), left), min_start)
    begin = min(start, _start(text, units, first_unit)) if first_unit < len(units) else start
    return _bounds(text, units, first_unit, begin, max_words)._replace(first_match=start)


def _first_unit(
    text: str, units: Sequence[Unit], first: int, costs: tuple[int, int], min_start: int
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
            cost += units[index][2]
        start = _start(text, units, index)
        if cost > max_cost or start < min_start:
            break
        if cost >= min_cost // 2 and _starts_sentence(text, units, index, start):
            sentence = index
        if cost >= min_cost:
            if sentence >= 0:
                return sentence
            if phrase < 0 and not units[index][3] and index and units[index - 1][1] < start:
                phrase = index
        if cost <= middle and _is_boundary(text, start):
            in_middle = index
    return next(index for index in (sentence, phrase, in_middle) if index >= 0)


def _bounds(text: str, units: Sequence[Unit], first: int, start: int, max_words: int) -> Bounds:
    """Return the bounds of a snippet that starts at a unit, and has as many as possible."""
    cost, max_end = 0, min(len(text), start + max_characters(max_words))
    end = best_end = start
    for _, end_of_unit, unit_cost, is_word in units[first:]:
        cost += unit_cost
        if cost > max_words * WORD_COST or end_of_unit > max_end:
            break
        end = end_of_unit
        if is_word or _is_boundary(text, end):
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


def _start(text: str, units: Sequence[Unit], index: int) -> int:
    """Return where a unit starts, with the punctuation that belongs to it."""
    start = units[index][0]
    if not index and start <= _MAX_PUNCTUATION and not has_tokens(text[:start]):
        return start - len(text[:start].lstrip())
    return start - _read_gap(_gap(text, units, index)).opening


def _gap(text: str, units: Sequence[Unit], index: int) -> str:
    """Return what is between a unit and the one before it, up to a length."""
    start = units[index][0]
    return text[max(units[index - 1][1] if index else 0, start - _MAX_PUNCTUATION) : start]


class _Gap(NamedTuple):
    """What is between two units.

    Attributes:
        opening: length of the punctuation that belongs to the second one.
        ends_sentence: whether a sentence ends before that.
    """

    opening: int
    ends_sentence: bool


@lru_cache(_CACHED_GAPS)
def _read_gap(gap: str) -> _Gap:
    end = len(gap)
    while end and (gap[end - 1] in _OPENING or unicodedata.category(gap[end - 1]) in ("Ps", "Pi")):
        end -= 1
    return _Gap(len(gap) - end, _SENTENCE_END.search(gap, 0, end) is not None)


def _starts_sentence(text: str, units: Sequence[Unit], index: int, start: int) -> bool:
    if _read_gap(_gap(text, units, index)).ends_sentence:
        return not text[start].islower()
    # Only what is before the first unit read can be the beginning of the text.
    return not index and (not start or text[:start].isspace())


def _is_boundary(text: str, index: int) -> bool:
    """Whether a script without blanks can be cut here, as far as its characters tell."""
    if text[index - 1 : index + 1].isascii():
        return True
    return not (
        0 < index < len(text) and (_NO_START.match(text, index) or _NO_END.match(text, index - 1))
    )
