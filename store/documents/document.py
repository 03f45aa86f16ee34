"""What one file says, as values: a news document, a topic or an organization."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
"""A value that JSON can say; NaN and infinities are not among them."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address; width and height are in pixels."""

    url: str
    width: int | None = None
    height: int | None = None
    is_cached: bool | None = None
    title: str | None = None
    attribution: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote an article."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderMention:
    """A publisher as one document names it.

    The domain is as written there (lower case, without ``www.``); None where the
    document gives none.
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
class Article:
    """A news document. Times are ``YYYY-MM-DDTHH:MM:SSZ``, in UTC."""

    title: str
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
    provider: ProviderMention | None = None
    topics: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    authors: tuple[Author, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic of the taxonomy (``taxonomy: topic``).

    Attributes:
        aliases: names or slugs that it had before, or of topics that are part of it now.
        retiring: what readers of its feeds are told before these end; None tells nothing.
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
    """A publisher of the taxonomy (``taxonomy: organization``)."""

    domain: str
    name: str
    description: str | None = None
    images: tuple[Image, ...] = ()
    other_names: tuple[str, ...] = ()


Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """Something about a file that its owner should know.

    Attributes:
        path: the file, relative to its root and with ``/``; ``""`` is the root itself.
        line: counted from 1, or None where the whole file is meant.
        column: counted from 1, or None.
        code: a short name that stays the same, such as ``missing-title``.
        severity: ``error`` where something was left out, ``warning`` where it was mended.
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
class Parsed:
    """What a file came to.

    ``content`` is None where the file cannot be imported; ``diagnostics`` then says why,
    by an error, or by a warning where the file is simply none of ours. ``front_matter`` is
    the whole of it, unknown keys included.
    """

    content: Article | TopicEntry | OrganizationEntry | None
    front_matter: dict[str, Json] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
