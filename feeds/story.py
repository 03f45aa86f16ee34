"""What a feed is made of: a channel and its stories. Plain values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
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
    """A topic that a story is filed under: ``term`` is its slug, ``label`` its name."""

    term: str
    label: str


@dataclass(frozen=True, slots=True)
class Story:
    """One entry of a feed. Times are aware and in UTC.

    Attributes:
        guid: a ``urn:uuid:`` that never changes, the same in every feed.
        link: the absolute address of the story itself.
        summary: plain text.
        provider: the publisher's name.
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


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. All addresses are absolute.

    Attributes:
        id: the feed's own ``urn:uuid:``.
        self_url: where this very feed is.
        home_url: the page for people that the feed belongs to.
        author: who the feed as a whole is by; Atom requires one.
        language: a BCP 47 tag such as ``en``, or None.
        updated: the newest change among its stories (None: it has none).
    """

    id: str
    title: str
    description: str
    self_url: str
    home_url: str
    author: str
    language: str | None = None
    updated: datetime | None = None
