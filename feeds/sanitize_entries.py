"""Sanitizes a feed's metadata and entries so that every format can write them."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

from newsgraph.feeds.content_html import sanitize_html
from newsgraph.feeds.entry import (
    Attachment,
    Author,
    Category,
    Entry,
    EntryOptions,
    FeedMetadata,
    Image,
    PagingLinks,
    RelatedStory,
    SourceFeed,
)
from newsgraph.feeds.text import clean_line, clean_text
from newsgraph.store.documents.uri_encoding import iri_to_uri

_HTTP_PREFIXES = ("http://", "https://")
# RFC 5646 section 2.1: an ISO 639 language code and subtags. The grammar also allows four to
# eight letters for the language, but no such language is registered and validators reject them.
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
# RFC 6838 section 4.2.
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
# RFC 5322 section 3.4.1, without quoted parts, comments and literals: those are mistakes here.
_EMAIL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+", re.ASCII)


def sanitize_metadata(metadata: FeedMetadata) -> FeedMetadata:
    """Clean every text and URL of a feed's metadata, and fill in what the formats require.

    RSS 2.0 requires a title and a description, RFC 4287 section 4.1.1 an author. A blank
    title becomes the home URL; a blank description or author becomes the title.
    """
    home_url = iri_to_uri(metadata.home_url)
    title = clean_line(metadata.title) or home_url
    return replace(
        metadata,
        id=iri_to_uri(metadata.id),
        title=title,
        description=clean_text(metadata.description) or title,
        self_url=iri_to_uri(metadata.self_url),
        home_url=home_url,
        author=clean_line(metadata.author) or title,
        author_url=_web_url(metadata.author_url),
        email=_sanitize_email(metadata.email),
        copyright=clean_line(metadata.copyright or "") or None,
        icon_url=_web_url(metadata.icon_url),
        logo_url=_web_url(metadata.logo_url),
        language=_language_tag(metadata.language or ""),
        hub_url=_optional_uri(metadata.hub_url),
        paging=PagingLinks(
            **{name: _optional_uri(url) for name, url in asdict(metadata.paging).items()}
        ),
    )


def sanitize_entry(entry: Entry) -> Entry:
    """Clean every text and URL of an entry; what is blank afterwards becomes None.

    A blank title stays empty: the story has none.
    """
    # Readers compare ids character by character: it stays as the old feed of the site had it.
    link = iri_to_uri(entry.link)
    guid = clean_line(entry.guid) or entry.atom_id or link
    return replace(
        entry,
        guid=guid,
        link=link,
        title=clean_line(entry.title),
        summary=clean_text(entry.summary or "") or None,
        provider=clean_line(entry.provider or "") or None,
        authors=_unique_authors(entry.authors),
        categories=tuple(dict.fromkeys(filter(None, map(_sanitize_category, entry.categories)))),
        image=_sanitize_image(entry.image),
        body_html=sanitize_html(entry.body_html or "", entry.base_url, link) or None,
        source=_sanitize_source(entry.source),
        related=tuple(filter(None, map(_sanitize_related, entry.related))),
        attachments=tuple(filter(None, map(_sanitize_attachment, entry.attachments))),
        language=_language_tag(entry.language or ""),
    )


def creators(entry: Entry) -> tuple[Author, ...]:
    """Return the authors of a sanitized entry, then its provider, without duplicates.

    The provider comes last because readers that display one name display the last, and in
    a feed of many providers the provider distinguishes the entries.
    """
    if entry.provider is None:
        return entry.authors
    by_name = {author.name: author for author in entry.authors}
    provider = by_name.pop(entry.provider, Author(entry.provider))
    return (*by_name.values(), provider)


def entry_options(metadata: FeedMetadata) -> EntryOptions:
    """Return what the rendering of entries takes from the metadata of their feed."""
    return EntryOptions(
        _language_tag(metadata.language or ""), metadata.include_related, metadata.summary_only
    )


def language_in(options: EntryOptions, entry: Entry) -> str | None:
    """Return the language of a sanitized entry if it is another one than the feed's."""
    is_same = (entry.language or "").lower() == (options.language or "").lower()
    return None if is_same else entry.language


def _unique_authors(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    unique: dict[str, Author] = {}
    for author in authors:
        if name := clean_line(author.name):
            clean = Author(name, _web_url(author.url), _web_url(author.image_url))
            unique.setdefault(name, clean)
    return tuple(unique.values())


def _sanitize_category(category: Category) -> Category | None:
    term, label = clean_line(category.term), clean_line(category.label)
    scheme = _optional_uri(category.scheme)
    return Category(term or label, label or term, scheme) if term or label else None


def _sanitize_source(source: SourceFeed | None) -> SourceFeed | None:
    if source is None:
        return None
    feed_url, home_url = iri_to_uri(source.feed_url), iri_to_uri(source.home_url)
    if not feed_url or not home_url:
        return None
    title = clean_line(source.title) or feed_url
    return SourceFeed(iri_to_uri(source.id), title, feed_url, home_url)


def _sanitize_related(story: RelatedStory) -> RelatedStory | None:
    link = iri_to_uri(story.link)
    if not link.startswith(_HTTP_PREFIXES):
        return None
    provider = clean_line(story.provider or "") or None
    return RelatedStory(clean_line(story.title) or link, link, provider)


def _language_tag(tag: str) -> str | None:
    """Return a language tag, or None if it is malformed, which would make the feed invalid."""
    tag = clean_line(tag).replace("_", "-")  # locale names have underscores
    return tag if _LANGUAGE_TAG.fullmatch(tag) else None


def _optional_uri(url: str | None) -> str | None:
    return iri_to_uri(url or "") or None


def _web_url(url: str | None) -> str | None:
    uri = iri_to_uri(url or "")
    return uri if uri.startswith(_HTTP_PREFIXES) else None


def _sanitize_email(address: str | None) -> str | None:
    address = clean_line(address or "").removeprefix("mailto:")
    return address if _EMAIL.fullmatch(address) else None


def _sanitize_attachment(file: Attachment) -> Attachment | None:
    url, media_type = iri_to_uri(file.url), file.media_type.strip().lower()
    if not url or not _MEDIA_TYPE.fullmatch(media_type):
        return None
    size = file.size if file.size is not None and file.size >= 0 else None
    return Attachment(url, media_type, size)


def _sanitize_image(image: Image | None) -> Image | None:
    if image is None or not (url := iri_to_uri(image.url)):
        return None
    title, alt, credit = (
        clean_line(text or "") or None for text in (image.title, image.alt, image.credit)
    )
    return Image(
        *(url, _positive_or_none(image.width), _positive_or_none(image.height)),
        *(title if title != alt else None, alt, credit),
    )


def _positive_or_none(pixels: int | None) -> int | None:
    return pixels if pixels is not None and pixels > 0 else None
