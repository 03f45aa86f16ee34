"""Words that nobody has said before, made of syllables: the same for the same number."""

from __future__ import annotations

_SYLLABLES = (
    *("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su"),
    *("ta", "ve", "wi", "xo", "zu", "bra", "cle", "dri", "flo", "gru", "pla", "ske", "tri", "sto"),
)


def event_words(event: int) -> str:
    """Return the two words that name an event: the second is its alone."""
    return f"{word(event % 997).capitalize()}or {word(event).capitalize()}ian"


def word(number: int) -> str:
    """Return the word of a number: syllables as digits, so that two numbers never share one."""
    text = ""
    while number or not text:
        number, place = divmod(number, len(_SYLLABLES))
        text = _SYLLABLES[place] + text
    return text
