"""Cuts text into tokens, in the same way for documents and for searches. Pure.

Words are sequences of letters, digits and marks (UAX #29, section 4), but a word with a period
between letters is several. Scripts that write no blanks between words are cut into pieces of two
characters, one at each character, so that any two characters find their text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import regex
import Stemmer

from newsgraph.store.search.folding import fold, lower
from newsgraph.store.search.stemming import primary_subtag, stems_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TOKENIZER_VERSION: Final = "-".join(
    ("1", unicodedata.unidata_version, regex.__version__, Stemmer.version())
)
"""Version of this module, and of what it takes from Unicode and Snowball. An index that was built
with another version has other tokens."""

_UNSPACED: Final = (
    r"[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Hangul}\p{scx=Thai}"
    r"\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}]&&[\p{L}\p{M}\p{No}]]"
)
"""Letters of scripts that separate sentences or phrases, but not words. Korean separates words, but
attaches particles to them."""

_LETTER: Final = rf"[[\p{{L}}\p{{N}}]--{_UNSPACED}]"
_JOINER: Final = r"[\u00ad\u200c\u200d\u2060\ufeff]"
_WORD: Final = rf"{_LETTER}(?:{_LETTER}|\p{{M}}|{_JOINER}(?={_LETTER}|\p{{M}}))*"

_TOKEN: Final = regex.compile(
    rf"""
    (?P<code> (?<![\w.]) \.[A-Za-z]{{2,}}\b                         # .NET
            | (?<![\w&]) [A-Za-zＡ-Ｚａ-ｚ]{{1,2}} (?:[+＋]{{2}}|[\#＃]) (?![\w+\#])  # C++, C#
            | (?<![\w&]) [A-Za-z]{{1,3}} & [A-Za-z]{{1,3}} (?![\w&]) # AT&T
    )
    | (?<!\w) (?:[vV](?=\p{{Nd}}))?
      (?P<number> \p{{Nd}}+ (?: [.,\u00a0\u202f'’] \p{{Nd}}+ )+ ) (?!\w)
    | (?P<unspaced> {_UNSPACED} (?: {_UNSPACED} | \p{{M}} | [\u200b-\u200d\u2060] )* )
    | (?P<compound> {_WORD} (?: [-\u2010\u2011] {_WORD} )+ )
    | (?P<word> {_WORD} (?: ['’ʼ＇] {_WORD} )* )
    | (?P<emoji> \p{{Regional_Indicator}}{{2}}
             | (?![©®™]) \p{{Extended_Pictographic}}
               (?: \p{{Emoji_Modifier}} | \ufe0f | \u200d\p{{Extended_Pictographic}} )*
    )
    """,
    regex.VERBOSE | regex.VERSION1,
)
_THOUSANDS: Final = regex.compile(
    r"\d{1,3}(?P<separator>[.,\u00a0\u202f'’])\d{3}(?:(?P=separator)\d{3})*"
)
_NOT_IN_EMOJI: Final = regex.compile(r"[\ufe0f\p{Emoji_Modifier}]")
_HYPHENS: Final = re.compile("[-\u2010\u2011]")
_WORDS: Final = regex.compile(_WORD, regex.VERSION1)
_CLUSTER: Final = regex.compile(r"\X")


_SIMPLE: Final = re.compile(
    """
    ["'(\\[{<*“„«‘]*
    ( [A-Za-z]+
    | [A-Za-zÀ-ÖØ-öø-ſ]+ | [Ѐ-ҁҊ-ԯ]+ | [ΆΈ-ΊΌΎ-ΡΣ-ώ]+ | [א-ת]+ | [ء-غف-ي]+ )
    [\\])}>*”“»’"',.;:!?…،؟]*
    """,
    re.VERBOSE,
)
"""A word of letters only, perhaps with punctuation: most texts have little else."""

_CHUNK: Final = re.compile("[^ \\t-\\r]+")
"""Text without blanks; no token has one inside."""

_MAX_CACHED_LENGTH: Final = 40

TokenKind: TypeAlias = Literal["word", "piece", "compound"]

ChunkToken: TypeAlias = "tuple[str, tuple[str, ...], int, int, TokenKind, int]"
"""Values of a token after its position."""


class Token(NamedTuple):
    """A word, a number, an emoji, or two characters of a script without blanks.

    Attributes:
        position: number of the word in its text, from 0. A compound has that of its first part.
        form: what is written, folded.
        stems: folded stems of the form, at least one.
        start, end: where it is in the text, as indices of characters.
        kind: ``piece`` of a script without blanks; ``compound`` of words with hyphens, which is
            written without them, before its parts; ``word`` for all else.
        length: number of words that it stands for.
    """

    position: int
    form: str
    stems: tuple[str, ...]
    start: int
    end: int
    kind: TokenKind = "word"
    length: int = 1


def tokenize(text: str, language: str | None = None) -> Iterator[Token]:
    """Yield the tokens of a text, in order.

    The last piece of each sequence of a script without blanks has one character, so that the
    pieces that begin with a character find all of its places.

    Args:
        text: plain text.
        language: BCP 47 tag of its language.
    """
    subtag = primary_subtag(language)
    position = 0
    for chunk in _CHUNK.finditer(text):
        offset = chunk.start()
        for form, stems, start, end, kind, length in tokens_of_chunk(chunk[0], subtag):
            yield Token(position, form, stems, offset + start, offset + end, kind, length)
            position += kind != "compound"


def split_chunks(text: str) -> list[str]:
    """Return the parts of a text between blanks; the tokens of a text are those of its parts."""
    return _CHUNK.findall(text)


def tokens_of_chunk(chunk: str, subtag: str) -> tuple[ChunkToken, ...]:
    """Return the tokens of a text without blanks, as their values after the position.

    Args:
        chunk: the text.
        subtag: primary subtag of its language.
    """
    return (_cached_parts if len(chunk) <= _MAX_CACHED_LENGTH else _parts)(chunk, subtag)


def has_tokens(text: str) -> bool:
    """Whether a text has a token."""
    return next(tokenize(text), None) is not None


def _parts(chunk: str, subtag: str) -> tuple[ChunkToken, ...]:
    """Return the tokens of a text without blanks, as their values after the position."""
    simple = _SIMPLE.fullmatch(chunk)
    if simple is None:
        return _parts_by_pattern(chunk, subtag)
    word, (start, end) = simple[1], simple.span(1)
    if not word.isascii():
        return tuple(_words(word, subtag, start, end))
    form = word.lower()
    return ((form, stems_of(form, subtag), start, end, "word", 1),)


def _parts_by_pattern(chunk: str, subtag: str) -> tuple[ChunkToken, ...]:
    """Return what `_parts` returns, for any text without blanks."""
    parts: list[ChunkToken] = []
    for match in _TOKEN.finditer(chunk):
        kind, (start, end) = match.lastgroup or "", match.span()
        if kind == "unspaced":
            parts.extend(_pieces(match[0], start))
        elif kind == "compound":
            compound = _HYPHENS.sub("", match[0])
            words = [
                part
                for word in _WORDS.finditer(match[0])
                for part in _words(word[0], subtag, start + word.start(), start + word.end())
            ]
            stems = stems_of(lower(compound), subtag)
            parts += [(fold(compound), stems, start, end, "compound", len(words)), *words]
        elif kind == "word":
            parts += _words(match[0], subtag, start, end)
        else:
            form = _FORMS[kind](match[kind])
            parts.append((form, (form,), start, end, "word", 1))
    return tuple(parts)


_cached_parts = lru_cache(100_000)(_parts)
"""Most words of a text, with the punctuation next to them, have been in a text before."""


def _words(text: str, subtag: str, start: int, end: int) -> Iterator[ChunkToken]:
    """Yield the words of a text with apostrophes, without an English ``'s``."""
    # NFKC makes more than a word of some characters, such as ½.
    for word in _WORDS.findall(lower(text).removesuffix("'s")):
        if form := fold(word):
            yield form, stems_of(word, subtag), start, end, "word", 1


def _fold_number(number: str) -> str:
    """Return a number without separators of thousands, and with a decimal point."""
    separators = _THOUSANDS.fullmatch(number)
    if separators is not None:
        number = number.replace(separators["separator"], "")
    return fold(number).replace(",", ".").replace("'", "")


def _fold_emoji(emoji: str) -> str:
    """Return an emoji without skin tone, and without how it is displayed."""
    return str(_NOT_IN_EMOJI.sub("", emoji))


_FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "code": fold,
    "number": _fold_number,
    "emoji": _fold_emoji,
}
"""What is not a word, by the group of the pattern: its form, which is its stem, too."""


def _pieces(run: str, start: int) -> Iterator[ChunkToken]:
    """Yield the pieces of a sequence of characters, as the values of tokens after the position.

    Args:
        run: the sequence.
        start: where it is in the text.
    """
    characters = [
        (character, start + cluster.start(), start + cluster.end())
        for cluster in _CLUSTER.finditer(run)
        for character in fold(cluster[0])
    ]
    for (first, begin, end), (second, _, end_of_second) in zip_longest(
        characters, characters[1:], fillvalue=("", 0, 0)
    ):
        piece = first + second
        yield piece, (piece,), begin, end_of_second or end, "piece", 1
