"""The data that a feed is rendered from: its metadata and its entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Image:
    """An entry's image.

    Attributes:
        url: absolute URL of the image.
        width: in pixels; None if it is unknown.
        height: likewise.
        title: the caption of the image, plain text.
        alt: what the image shows, for those who do not see it; plain text.
        credit: whom to credit for the image.
    """

    url: str
    width: int | None = None
    height: int | None = None
    title: str | None = None
    alt: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """An author of an entry.

    Attributes:
        name: plain text.
        url: absolute URL of the author's page.
        image_url: absolute URL of a picture of the author.
    """

    name: str
    url: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of an entry, such as the episode of a podcast.

    Attributes:
        url: absolute URL of the file.
        media_type: for example ``audio/mpeg``.
        size: in bytes; None if it is unknown.
    """

    url: str
    media_type: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A topic of an entry.

    Attributes:
        term: the topic's slug.
        label: the topic's name.
        scheme: URL prefix of the slug: ``scheme + term`` is the URL of the topic's page.
    """

    term: str
    label: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFeed:
    """The feed of the provider that an entry comes from.

    Attributes:
        id: the id of that feed.
        title: the provider's name.
        feed_url: absolute URL of that feed.
        home_url: absolute URL of the provider's page on this site.
    """

    id: str
    title: str
    feed_url: str
    home_url: str


@dataclass(frozen=True, slots=True)
class RelatedStory:
    """A story that an entry links to.

    Attributes:
        title: the title of the story.
        link: absolute URL of the story.
        provider: name of its provider.
    """

    title: str
    link: str
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed. Times are aware and in UTC.

    Attributes:
        guid: an id that never changes and is the same in every feed; any text.
        title: plain text; empty if the story has no title, as a short note.
        link: absolute URL of the story itself.
        updated: when the story last changed.
        published: when the story was published.
        summary: plain text.
        provider: the provider's name; None for a story of the site itself.
        authors: the authors.
        categories: the topics of the story.
        image: the image that represents the story.
        body_html: the complete story as HTML, sanitized when it is rendered; None if there is none.
        base_url: the URL that relative URLs in the body are resolved against.
        source: the provider's feed; None for a story of the site itself, and in that feed.
        related: the stories that this one links to, in order.
        attachments: audio, video and other files, such as the episode of a podcast.
        language: BCP 47 tag of the story's language; an invalid tag is not written.
        atom_id: the id in Atom, which requires an IRI; None if the guid is one.
    """

    guid: str
    title: str
    link: str
    updated: datetime
    published: datetime | None = None
    summary: str | None = None
    provider: str | None = None
    authors: tuple[Author, ...] = ()
    categories: tuple[Category, ...] = ()
    image: Image | None = None
    body_html: str | None = None
    base_url: str | None = None
    source: SourceFeed | None = None
    related: tuple[RelatedStory, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    language: str | None = None
    atom_id: str | None = None


@dataclass(frozen=True, slots=True)
class EntryOptions:
    """What the rendering of an entry depends on besides the entry and the format.

    Attributes:
        language: language of the feed; entries in this language do not repeat it.
        include_related: whether contents end with a list of related stories.
        summary_only: whether entries have only summaries, no contents.
    """

    language: str | None = None
    include_related: bool = False
    summary_only: bool = False


@dataclass(frozen=True, slots=True)
class PagingLinks:
    """Links from one document of a feed to the others that make up the feed (RFC 5005).

    All are absolute URLs, or None if there is no such document.

    Attributes:
        first, previous, next, last: the pages of a paged feed (section 3); ``next`` is older.
        prev_archive: the archive document (section 4) with the entries before this document's.
        next_archive: only in an archive document: the archive with the entries after its own.
        current: only in an archive document: the feed that readers subscribe to.
    """

    first: str | None = None
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    prev_archive: str | None = None
    next_archive: str | None = None
    current: str | None = None


@dataclass(frozen=True, slots=True)
class FeedMetadata:
    """The data of a feed as a whole. All URLs are absolute.

    Attributes:
        id: the feed's ``urn:uuid:``.
        title: plain text.
        description: plain text.
        self_url: URL of this feed document.
        home_url: URL of the HTML page that the feed belongs to.
        author: author of the feed as a whole; Atom requires one.
        author_url: URL of the author's page.
        email: address of the author, who is the contact of RSS; an invalid one is not written.
        copyright: copyright notice, plain text.
        icon_url: a square picture.
        logo_url: a picture that may be wider than high.
        language: a BCP 47 tag such as ``en``, or None; an invalid tag is not written.
        updated: when the newest change to an entry happened; None for a feed without entries.
        hub_url: the WebSub hub that publishes the feed's updates.
        ttl_minutes: how long readers may cache the feed; None writes no ``ttl``.
        paging: links to the feed's other documents.
        include_related: whether entries' contents end with a list of their related stories.
        summary_only: whether entries have only summaries, no contents.
    """

    id: str
    title: str
    description: str
    self_url: str
    home_url: str
    author: str
    author_url: str | None = None
    email: str | None = None
    copyright: str | None = None
    icon_url: str | None = None
    logo_url: str | None = None
    language: str | None = None
    updated: datetime | None = None
    hub_url: str | None = None
    ttl_minutes: int | None = None
    paging: PagingLinks = field(default_factory=PagingLinks)
    include_related: bool = False
    summary_only: bool = False
