"""The parsed contents of a file: a news document, a topic or an organization."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
"""A value that JSON can represent; floats are finite."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image.

    Attributes:
        width: in pixels.
        height: in pixels.
        is_cached: whether the archive has a copy of it.
        title: its title, caption or alternative text.
        attribution: whom to credit for it.
        alt: what it shows, for those who do not see it.
    """

    url: str
    width: int | None = None
    height: int | None = None
    is_cached: bool | None = None
    title: str | None = None
    attribution: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that front matter attaches to a document.

    Attributes:
        url: its URL, which may be relative.
        media_type: for example ``audio/mpeg``.
        size: in bytes; None if it is not known.
    """

    url: str
    media_type: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """An author as a document names it.

    Attributes:
        name: the name, or the key by which the document refers to the author.
        url: the author's page.
        image: URL of a picture.
        key: the key in the author files, if the document has a name besides it.
    """

    name: str
    url: str | None = None
    image: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class AuthorEntry:
    """An author in an author file of the site, such as Jekyll's ``_data/authors.yml``.

    Attributes:
        key: what documents call the author.
        path: the file, relative to the root and with ``/``.
        name: the name; None if the file has none.
        url: the author's page.
        image: URL of a picture.
        description: plain text.
    """

    key: str
    path: str
    name: str | None = None
    url: str | None = None
    image: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderMention:
    """A provider as a document mentions it.

    The domain is the one in the document (lower case, without ``www.``); None if the
    document has none.
    """

    name: str | None
    domain: str | None
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class RelatedLink:
    """A story that an article links to. Times are ``YYYY-MM-DDTHH:MM:SSZ``, in UTC."""

    title: str
    excerpt: str | None = None
    published_at: str | None = None
    web_url: str | None = None
    original_url: str | None = None
    amp_url: str | None = None
    cdn_amp_url: str | None = None
    type: str | None = None
    quality: int | None = None
    provider: ProviderMention | None = None
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Dates that decide when an article is shown. Times are ``YYYY-MM-DDTHH:MM:SSZ``, in UTC.

    A date alone is midnight in the time zone of the archive, as its generator reads it.

    Attributes:
        dated_at: the date of publication.
        publish_date: a second date, before which the article must not be shown.
        expires_at: the time from which it must not be shown.
    """

    dated_at: str | None = None
    publish_date: str | None = None
    expires_at: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """A related item that names a document of the same folder, by its id, slug or path.

    Attributes:
        target: the document, as the item names it.
        link: what the item itself says of the story; its title is empty if it has none.
        line: line of the name in the file, counted from 1.
        column: column of the name, counted from 1.
    """

    target: str
    link: RelatedLink
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """The address of a document on the site of its generator.

    Attributes:
        path: the path below the base URL of the site, with a slash at its start, not
            percent-encoded.
        base_path: the path of that base URL by the generator's configuration, without a slash at
            its end; it counts if the URL is not known.
        entry_path: what the id of its entry in the feed of the generator has instead of the path;
            None if that is the path, too.
        date: the date of the document as it is written, ``YYYY-MM-DD``, if such ids contain it.
    """

    path: str
    base_path: str = ""
    entry_path: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A news document. Times are ``YYYY-MM-DDTHH:MM:SSZ``, in UTC.

    Attributes:
        is_named_by_file: whether the title is only the name of the file.
        is_listed: whether the generator makes a page of the document, and shows it in lists.
        language: BCP 47 tag of the language that the document or its path states.
        translation_key: what a document and its translations have in common; those of a root only
            are compared.
        aliases: former URLs: paths that begin with a slash, and absolute URLs.
        address: the address that the archive's generator gives the document; None if it is unknown.
        is_redirect: whether the document only redirects to another page, so that it is no story.
        enclosures: the files that its front matter attaches to it.
        guid: the id that the document states for its feed entries.
        wordpress_id: the id that it had in WordPress: the number of the post, or its guid, a URL.
    """

    title: str
    is_named_by_file: bool = False
    id: str | None = None
    excerpt: str | None = None
    published_at: str | None = None
    updated_at: str | None = None
    web_url: str | None = None
    original_url: str | None = None
    amp_url: str | None = None
    cdn_amp_url: str | None = None
    type: str | None = None
    category: str | None = None
    quality: int | None = None
    heat: int | None = None
    published: bool = True
    is_listed: bool = True
    in_sitemap: bool = True
    provider: ProviderMention | None = None
    topics: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    authors: tuple[Author, ...] = ()
    related: tuple[RelatedLink | DocumentReference, ...] = ()
    language: str | None = None
    translation_key: str = ""
    aliases: tuple[str, ...] = ()
    address: SiteAddress | None = None
    is_redirect: bool = False
    schedule: Schedule = Schedule()
    enclosures: tuple[Enclosure, ...] = ()
    guid: str | None = None
    wordpress_id: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic of the taxonomy (``taxonomy: topic``).

    Attributes:
        name: the topic's name.
        id: the text that its slug is made from, instead of the name.
        shortname: another name of the topic.
        parent: name or slug of its parent topic.
        description: plain text.
        keywords: words that describe the topic.
        aliases: former names or slugs of the topic, or those of topics merged into it.
        retiring: notice to readers that its feeds are going to end; None if they are not.
        gone: whether its feeds have ended.
    """

    name: str
    id: str | None = None
    shortname: str | None = None
    parent: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    retiring: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class OrganizationEntry:
    """A provider of the taxonomy (``taxonomy: organization``)."""

    domain: str
    name: str
    description: str | None = None
    images: tuple[Image, ...] = ()
    other_names: tuple[str, ...] = ()


Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """A problem in a file or folder, for the person who maintains it.

    Attributes:
        path: the file, relative to its root and with ``/``; ``""`` is the root itself.
        line: counted from 1; None if the problem concerns the file as a whole.
        column: counted from 1, or None.
        code: a stable identifier such as ``missing-title``.
        severity: ``error`` if something was omitted, ``warning`` if it was corrected.
        message: what is wrong.
        advice: what to do about it.
    """

    path: str
    line: int | None
    column: int | None
    code: str
    severity: Severity
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The result of parsing a file.

    Attributes:
        content: what the file describes; None if it cannot be imported. The diagnostics then
            contain the reason: an error, or a warning if the file is simply not a document.
        front_matter: all of the front matter, including unknown keys.
        diagnostics: the problems in the file, in the order of their positions.
    """

    content: Article | TopicEntry | OrganizationEntry | None
    front_matter: dict[str, JsonValue] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
