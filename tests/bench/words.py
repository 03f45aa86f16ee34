"""Generates artificial words of syllables; a number always gives the same word."""

from __future__ import annotations

_SYLLABLES = (
    *("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su"),
    *("ta", "ve", "wi", "xo", "zu", "bra", "cle", "dri", "flo", "gru", "pla", "ske", "tri", "sto"),
)


def make_event_words(event: int) -> str:
    """Return the two words that name an event; the second is unique to it."""
    return f"{make_word(event % 997).capitalize()}or {make_word(event).capitalize()}ian"


def make_word(number: int) -> str:
    """Return the word of a number; syllables are its digits, so numbers have different words."""
    text = ""
    while number or not text:
        number, digit = divmod(number, len(_SYLLABLES))
        text = _SYLLABLES[digit] + text
    return text
