"""Words that many texts in a language have, by which the number of its articles is estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FUNCTION_WORDS: Final[Mapping[str, str]] = {
    "ca": "el la de que en per amb",
    "cs": "na se je že do pro",
    "da": "og at det til med for",
    "de": "der die und in den für mit",
    "el": "και το να της στο για",
    "en": "the of and in to for with",
    "es": "el la de que en por con",
    "et": "ja on ei et kui oli",
    "eu": "eta da ez du bat dira",
    "fi": "ja on ei että oli kun",
    "fr": "le la les de et pour dans",
    "hu": "az és hogy nem is egy",
    "id": "yang dan di untuk dengan dari",
    "it": "il la di che per con del",
    "ja": "した して です ます する から",
    "lt": "ir kad su iš į yra",
    "nb": "og det til med for av",
    "nl": "de het een van en voor met",
    "nn": "og det til med for av",
    "no": "og det til med for av",
    "pl": "na nie się jest do dla",
    "pt": "de que para com uma do da",
    "ro": "de și la pe cu pentru",
    "ru": "на что не это для как",
    "sr": "је да на се за су",
    "sv": "och att det för med till",
    "tr": "ve bir bu için ile da",
    "uk": "на що не це для як",
}
"""By the primary subtag of a language, some of its most frequent words of several letters."""
