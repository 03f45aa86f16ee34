"""What a page says of itself, to browsers, readers, crawlers and those who share it."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsgraph.feeds import ATOM_TYPE, JSON_FEED_TYPE, RSS_TYPE
from newsgraph.server.article_query import Subject

FORMATS = (
    ("rss", "RSS", RSS_TYPE),
    ("atom", "Atom", ATOM_TYPE),
    ("json", "JSON", JSON_FEED_TYPE),
)
"""Suffix, name and media type of each kind of feed, the one that most readers take first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed to subscribe to.

    Attributes:
        title: what it is of; None for everything.
        subject: which articles it carries.
    """

    title: str | None
    subject: Subject


EVERYTHING = Offer(None, Subject())
"""The feed of all articles, which every page leads to."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself.

    Attributes:
        path: its one address, below the site.
        title: what it is of; None for the home page.
        description: in a sentence or two, as plain text.
        offers: feeds of what it shows, the most special first; that of everything goes
            without saying.
        picture: the whole address of one, for those who share the page.
        published_at: of an article.
        is_listed: whether search engines may list it.
        newer, older: addresses of the pages before and after it, below the site.
    """

    path: str
    title: str | None = None
    description: str | None = None
    offers: tuple[Offer, ...] = field(default=())
    picture: str | None = None
    published_at: str | None = None
    is_listed: bool = True
    newer: str | None = None
    older: str | None = None

    @property
    def feeds(self) -> tuple[Offer, ...]:
        """All feeds that the page leads to, the most special first."""
        return self.offers if EVERYTHING in self.offers else (*self.offers, EVERYTHING)

    @property
    def kind(self) -> str:
        """The page's type in the Open Graph protocol."""
        return "article" if self.published_at else "website"


def number(count: int, one: str, many: str) -> str:
    """Say how many there are: ``1,234 stories``."""
    return f"{count:,} {one if count == 1 else many}"
