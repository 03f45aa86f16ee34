"""Folds words: spellings that people take for the same become the same. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = {
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "đ": "d",
    "ħ": "h",
    "ı": "i",
    "ł": "l",
    "ŋ": "n",
    "ø": "o",
    "ŧ": "t",
    "ё": "е",
    # Arabic: final forms are often written without their dots; Persian has letters of its own.
    "ى": "ي",
    "ة": "ه",
    "ک": "ك",
    "ی": "ي",
    "ہ": "ه",
}
"""Letters that have no decomposition, and what is typed for them."""

_STRIPPED_MARKS: Final = (
    *((0x0300, 0x036F), (0x0483, 0x0487)),  # accents of Latin, Greek and Cyrillic letters
    *((0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5), (0x05C7, 0x05C7)),
    *((0x093C, 0x093C), (0x09BC, 0x09BC), (0x0A3C, 0x0A3C)),  # dots of letters from Persian
    *((0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED)),
)
"""Ranges of marks that are usually not typed: accents, and vowels of Hebrew and Arabic."""

_OWN_LETTERS: Final = frozenset("йїґў")
"""Cyrillic letters with a mark that are letters of their own."""

_TATWEEL: Final = "\u0640"
_APOSTROPHES: Final = re.compile("[\u2018\u2019\u02bc\uff07]")


class _FoldedCharacters(dict[int, str]):
    """What characters are folded to, by code point; filled as characters are met."""

    def __missing__(self, code_point: int) -> str:
        folded = self[code_point] = _fold_character(chr(code_point))
        return folded


def _fold_character(character: str) -> str:
    if character in _OWN_LETTERS:
        return character
    if character == _TATWEEL or unicodedata.category(character) == "Cf":
        return ""
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    letters = "".join(
        letter
        for letter in unicodedata.normalize("NFD", character)
        if not any(first <= ord(letter) <= last for first, last in _STRIPPED_MARKS)
    )
    return "".join(_LETTERS.get(letter, letter) for letter in unicodedata.normalize("NFC", letters))


_FOLDED: Final = _FoldedCharacters()


def lower(text: str) -> str:
    """Return text in NFKC and in lower case, with plain apostrophes and with its accents."""
    if text.isascii():
        return text.lower()
    # Lower case can have other compatibility characters, and composed ones that NFKC has not.
    text = unicodedata.normalize("NFKC", text).casefold()
    return _APOSTROPHES.sub("'", unicodedata.normalize("NFKC", text))


def fold(text: str) -> str:
    """Return text in lower case, without accents, and with digits of 0 to 9.

    Letters are compared as people type them: ``ß`` is ``ss``, ``ø`` is ``o``, and Hebrew and Arabic
    have no vowel marks. Marks of other scripts are letters, and stay.
    """
    if text.isascii():
        return text.lower()
    return lower(text).translate(_FOLDED)
