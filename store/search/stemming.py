"""Stems words by language, with the algorithms of Snowball (https://snowballstem.org). Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import Stemmer

from newsgraph.store.search.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable

_ALGORITHMS: Final = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Names of algorithms by the primary subtag of a language (RFC 5646)."""

_NOT_LATIN: Final = frozenset(
    ("ar", "el", "fa", "he", "hi", "hy", "ja", "ko", "ne", "ru", "ta", "th", "uk", "yi", "zh")
)
"""Languages of other scripts, whose texts have English words."""

DEFAULT_LANGUAGE: Final = "en"
"""Language of words whose own language is not known."""

_CACHED_WORDS: Final = 100_000
_CACHED_LANGUAGES: Final = 1_000


@lru_cache(_CACHED_LANGUAGES)
def primary_subtag(language: str | None) -> str:
    """Return the primary subtag of a language tag, such as ``de`` of ``de-AT``.

    Args:
        language: BCP 47 tag; None for an unknown language.
    """
    return (language or DEFAULT_LANGUAGE).lower().replace("_", "-").partition("-")[0]


def has_stemmer(subtag: str) -> bool:
    """Whether words of a language have stems besides themselves."""
    return subtag in _ALGORITHMS


@lru_cache(_CACHED_WORDS)
def stems_of(word: str, subtag: str) -> tuple[str, ...]:
    """Return the folded stems of a word, without duplicates: at least one.

    A word has the stem of its folded form, too: many people type words without their accents.

    Args:
        word: a word in lower case, with its accents.
        subtag: primary subtag of its language. Latin words in texts of other scripts are English.
    """
    if subtag in _NOT_LATIN and word.isascii():
        subtag = DEFAULT_LANGUAGE
    stem = _stemmer(_ALGORITHMS[subtag]) if subtag in _ALGORITHMS else str
    folded = fold(word)
    if folded == word:
        return (fold(stem(word)) or word,)
    return tuple(dict.fromkeys(fold(stem(form)) for form in (word, folded) if form)) or (folded,)


@lru_cache(len(_ALGORITHMS))
def _stemmer(algorithm: str) -> Callable[[str], str]:
    # The cache of words is in `stems_of`.
    stem: Callable[[str], str] = Stemmer.Stemmer(algorithm, 0).stemWord
    return stem
