"""The text by which articles are sorted by date, newest first: ``article.date_order``.

It begins with the time of publication, so it compares with times as text. What follows decides
among equal times by the rule of the archive's generator; the key of the row decides among the rest.
Without a date it is less than every time, and is the order of paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from newsgraph.store.documents.archive_kinds import ArchiveKind

FIRST_DATED: Final = "0001"
"""Less than or equal to the order of every article with a date, and greater than all others."""

AFTER_TIES: Final = "~"
"""Appended to a time: greater than the order of every article of that time."""

_TIE: Final = "|"
_DATELESS: Final = " "
_MAX_TIE_CHARACTERS: Final = 120
_PRINTABLE: Final = range(ord(" "), ord("~") + 1)
_REVERSED: Final = dict(zip(_PRINTABLE, reversed(_PRINTABLE), strict=True))
_REVERSED_END: Final = "\x7f"


def date_order(published_at: str, kind: ArchiveKind, title: str, path: str) -> str:
    """Return the order of an article with a date.

    Args:
        published_at: when it was published, as ``YYYY-MM-DDTHH:MM:SSZ``.
        kind: how its archive's generator sorts documents with equal dates.
        title: its title.
        path: the path of its file.
    """
    match kind.ties:
        case "key":
            return published_at
        case "path":
            return f"{published_at}{_TIE}{_reverse(path)}"
        case "path, reversed":
            return f"{published_at}{_TIE}{_to_ascii(path)}"
        case "title":
            return f"{published_at}{_TIE}{_reverse(title.casefold())}{_reverse(path)}"


def dateless_order(path: str) -> str:
    """Return the order of an article without a date.

    Args:
        path: the path of its file.
    """
    return _DATELESS + _reverse(path)


def _to_ascii(text: str) -> str:
    return quote(text, safe="/ ", errors="surrogatepass")[:_MAX_TIE_CHARACTERS]


def _reverse(text: str) -> str:
    """Return a text that sorts descending where the given one sorts ascending."""
    return _to_ascii(text).translate(_REVERSED) + _REVERSED_END
