"""Which part of a feed a document tells: its newest stories, a page, or an archive (RFC 5005).

Pages (section 3) are told by cursors: every page costs the same, and stays where it is while
newer stories come. Archives (section 4) should never change. So they do not end after so many
stories, but at articles that are `archive ends` by their keys: one in fifty. A document that is
imported late changes only the archive that it falls into. What no article has ended yet is told by
an archive, too, whose address says how far it goes: later there is another, at another address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import parse_qsl

from newsgraph.feeds import Paging
from newsgraph.server.article_query import NoSubject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsgraph.server.article_query import Subject

Part: TypeAlias = Literal["newest", "older", "newer", "oldest", "archive"]

_TO = ".."

START = "start"
"""Names the archive of the oldest stories, before which there is nothing."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a feed.

    Attributes:
        part: the newest stories, those on one side of a cursor, the oldest, or an archive.
        cursor: of the story that the part begins beyond; None where there is none. An archive
            holds what is newer than its cursor.
        until: of an archive that has no end yet, the cursor of the story that it is older than.
    """

    part: Part = "newest"
    cursor: str | None = None
    until: str | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """What names it in an address."""
        match self.part:
            case "newest":
                return {}
            case "archive":
                until = f"{_TO}{self.until}" if self.until else ""
                return {"archive": f"{self.cursor or START}{until}"}
            case "oldest":
                return {"page": self.part}
        return {"page": f"{self.part}-{self.cursor}"}


NEWEST = Window()


def window_of(query: str) -> Window:
    """Return the part of a feed that the parameters of an address name.

    Raises:
        NoSubject: they name none.
    """
    told = dict(parse_qsl(query))
    if "archive" in told:
        named, _, until = told["archive"].partition(_TO)
        return Window("archive", None if named == START else named, until or None)
    page = told.get("page")
    if page is None:
        return NEWEST
    if page == "oldest":
        return Window("oldest")
    part, _, cursor = page.partition("-")
    if cursor and part == "older":
        return Window("older", cursor)
    if cursor and part == "newer":
        return Window("newer", cursor)
    raise NoSubject(f"There is no page {page!r}; follow a feed's links from page to page.")


@dataclass(frozen=True, slots=True)
class Document:
    """What one address of a feed answers.

    Attributes:
        subject: what the feed is of.
        suffix: the format's.
        window: the part of the feed.
    """

    subject: Subject
    suffix: str
    window: Window = NEWEST

    @property
    def address(self) -> str:
        """Where it is, below the site."""
        return self.subject.address(self.suffix, **self.window.parameters)

    def as_(self, suffix: str) -> str:
        """Return where it is in another format."""
        return replace(self, suffix=suffix).address

    def beside(self, window: Window) -> Document:
        """Return another part of the same feed."""
        return replace(self, window=window)


def paging(
    page: Mapping[str, Any],
    before: Window,
    address: Callable[[Window], str],
) -> Paging:
    """Return where a page leads to.

    Args:
        page: its `pageInfo`, as the store answers it.
        before: the archive of what came before it, if anything did.
        address: tells where a window is.
    """
    older = page["endCursor"] if page["hasNextPage"] else None
    newer = page["startCursor"] if page["hasPreviousPage"] else None
    if older is None and newer is None:
        return Paging()
    return Paging(
        first=address(NEWEST),
        previous=newer and address(Window("newer", newer)),
        next=older and address(Window("older", older)),
        last=address(Window("oldest")),
        prev_archive=address(before) if older else None,
    )
