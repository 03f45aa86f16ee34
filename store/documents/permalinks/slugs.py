"""Makes the parts of addresses out of titles and names, as the generators do. Pure.

Some of them write other alphabets in Latin letters, by tables that newsgraph does not have. Only
letters with accents are converted here; the result for others is None.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_JEKYLL_SAFE: Final = "._~!$&'()+,;=@"
_HUGO_SAFE: Final = "./\\_+~-@"
_HUGO_PIECE: Final = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)
_HEXO_SPECIAL: Final = re.compile(r"""[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:"'<>,.?/]+""")
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_TAG: Final = re.compile(r"</?[^>]*>")
_LATIN: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
    }
)


def fold_to_ascii(text: str) -> str | None:
    """Return a text in ASCII, with letters without their accents; None if others remain."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LATIN))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters if letters.isascii() else None


def jekyll_slug(text: str, *, pretty: bool = False) -> str:
    """Return Jekyll's slug (`Jekyll::Utils.slugify`).

    Args:
        text: a title or a name.
        pretty: whether it is in the mode ``pretty``, which keeps case and more characters.
    """
    safe = _JEKYLL_SAFE if pretty else ""
    slug = _replace_runs(text, lambda char: _is_ruby_word(char) or char in safe)
    slug = re.sub(r"^-|-$", "", slug)
    return slug if pretty else slug.lower()


def _is_ruby_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Nd"


def _replace_runs(text: str, is_allowed: Callable[[str], bool]) -> str:
    """Return a text with a dash for each run of characters that are not allowed."""
    parts: list[str] = []
    for char in text:
        if is_allowed(char):
            parts.append(char)
        elif not parts or parts[-1] != "\0":
            parts.append("\0")
    return "".join(parts).replace("\0", "-")


def hugo_path(text: str, *, lower: bool = True) -> str:
    """Return a path without what Hugo removes (`PathSpec.MakePathSanitized`).

    Args:
        text: a title, a name or a path.
        lower: whether letters become small ones, as without ``disablePathToLower``.
    """
    pieces: list[str] = []
    wants_hyphen = was_hyphen = False
    for piece in _HUGO_PIECE.findall(text):
        char = piece[0]
        if (
            len(piece) > 1
            or char in _HUGO_SAFE
            or unicodedata.category(char)[0] in "LM"
            or char.isdecimal()
        ):
            was_hyphen = char == "-"
            if wants_hyphen and not was_hyphen:
                pieces.append("-")
            wants_hyphen = False
            pieces.append(piece)
        elif pieces and not was_hyphen and char.isspace():
            wants_hyphen = True
    path = "".join(pieces)
    return path.lower() if lower else path


def hexo_slug(text: str, *, transform: int = 0) -> str:
    """Return Hexo's slug (`slugize` of hexo-util).

    Args:
        text: a title or a path.
        transform: 1 for small letters, 2 for capital letters, as in ``filename_case``.
    """
    # Its table of accents leaves other alphabets as they are.
    letters = "".join(_without_accent(char) for char in text)
    slug = _HEXO_SPECIAL.sub("-", _CONTROL.sub("", letters))
    slug = re.sub("-{2,}", "-", slug).strip("-")
    return {1: slug.lower(), 2: slug.upper()}.get(transform, slug)


def _without_accent(char: str) -> str:
    folded = fold_to_ascii(char) if unicodedata.category(char)[0] == "L" else None
    return folded or char


def ascii_slug(text: str) -> str | None:
    """Return the slug that Zola makes (the crate ``slug``): words in ASCII, joined with dashes."""
    folded = fold_to_ascii(text)
    return None if folded is None else re.sub(r"[^a-z0-9]+", "-", folded.lower()).strip("-")


def pelican_slug(text: str) -> str | None:
    """Return Pelican's slug (`pelican.utils.slugify` with its usual substitutions)."""
    folded = fold_to_ascii(_TAG.sub("", text))
    if folded is None:
        return None
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", folded).strip()).lower()


def python_markdown_slug(text: str) -> str | None:
    """Return the id that Python-Markdown gives a heading (`markdown.extensions.toc.slugify`).

    It leaves out letters of other alphabets; then the result is None.
    """
    folded = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in folded if not unicodedata.category(char).startswith("M"))
    if any(char.isalpha() and not char.isascii() for char in letters):
        return None
    ascii_text = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_text).strip().lower())


def pymdownx_slug(text: str, separator: str = "-") -> str:
    """Return the slug that Material for MkDocs makes (`pymdownx.slugs.slugify`, small letters)."""
    slug = _TAG.sub("", unicodedata.normalize("NFC", text)).strip().lower()
    return re.sub(r"[^\w\- ]", "", slug).replace(" ", separator)


def eleventy_slug(text: str) -> str | None:
    """Return the result of Eleventy's filter ``slugify``; None if its versions differ."""
    if not text.isascii() or "'" in text:
        return None
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("&", " and ")).strip("-")
