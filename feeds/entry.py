"""What a feed is made of: a channel and its stories. Plain values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """A story's picture; width and height are in pixels."""

    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A topic that a story is filed under.

    Attributes:
        term: its slug.
        label: its name.
        scheme: what the slug is a name in: with it, the address of the topic's page.
    """

    term: str
    label: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The feed of the publisher that a story comes from.

    Attributes:
        id: that feed's own.
        title: the publisher's name.
        feed_url, home_url: where the feed is, and the publisher's page here; absolute.
    """

    id: str
    title: str
    feed_url: str
    home_url: str


@dataclass(frozen=True, slots=True)
class Related:
    """A story that another leads on to; the address is absolute."""

    title: str
    link: str
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One entry of a feed. Times are aware and in UTC.

    Attributes:
        guid: a ``urn:uuid:`` that never changes, the same in every feed.
        link: the absolute address of the story itself.
        summary: plain text.
        body: the whole story as HTML, as it is kept; None where there is none.
        base: what relative addresses in the body are relative to.
        provider: the publisher's name.
        source: the publisher's own feed.
        related: what it leads on to, in its own order.
    """

    guid: str
    title: str
    link: str
    updated: datetime
    published: datetime | None = None
    summary: str | None = None
    provider: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    picture: Picture | None = None
    body: str | None = None
    base: str | None = None
    source: Source | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a feed document stands among those that make the whole feed (RFC 5005).

    All are absolute addresses, or None where there is no such document.

    Attributes:
        first, previous, next, last: of a feed in pages (section 3); the next one is older.
        prev_archive: the archive document (section 4) of what came before.
        next_archive: of an archive document, the one of what came after.
        current: of an archive document, the feed that people subscribe to.
    """

    first: str | None = None
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    prev_archive: str | None = None
    next_archive: str | None = None
    current: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. All addresses are absolute.

    Attributes:
        id: the feed's own ``urn:uuid:``.
        self_url: where this very feed is.
        home_url: the page for people that the feed belongs to.
        author: who the feed as a whole is by; Atom requires one.
        language: a BCP 47 tag such as ``en``, or None; what is no tag is left out.
        updated: the newest change among its stories (None: it has none).
        hub: the WebSub hub that tells of new stories.
        ttl_minutes: how long readers may wait until they ask again; None says nothing.
        paging: the feed's other documents.
        with_related: whether what stories lead on to is listed below their contents.
    """

    id: str
    title: str
    description: str
    self_url: str
    home_url: str
    author: str
    language: str | None = None
    updated: datetime | None = None
    hub: str | None = None
    ttl_minutes: int | None = None
    paging: Paging = field(default_factory=Paging)
    with_related: bool = True
