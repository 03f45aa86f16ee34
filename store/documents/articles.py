"""Builds an article from front matter fields, including the names that Jekyll and Hugo use."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from yaml import MappingNode, Node

from newsgraph.store.documents import times, urls, visibility
from newsgraph.store.documents.archive_kinds import PLAIN
from newsgraph.store.documents.authors import parse_authors
from newsgraph.store.documents.document import Article, Image, ProviderMention, RelatedLink
from newsgraph.store.documents.document_rules import NO_RULES
from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.languages import (
    NO_LANGUAGES,
    parse_language,
    parse_translation_key,
)
from newsgraph.store.documents.old_addresses import is_redirect, parse_aliases
from newsgraph.store.documents.plain_text import decode_entities, summarize
from newsgraph.store.documents.schedule import parse_schedule
from newsgraph.store.documents.titles import split_heading, title_from_path
from newsgraph.store.documents.urls import has_scheme
from newsgraph.store.documents.yaml_tags import BOOL_TAG
from newsgraph.store.documents.yaml_values import quote_for_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.document import Schedule
    from newsgraph.store.documents.document_rules import DocumentRules
    from newsgraph.store.documents.languages import SiteLanguages

PUBLISHED_AT_KEYS: Final = (
    *("publishedDateTime", "publishedAt", "published_at", "date", "pubDate", "pub_date"),
    *("pubDatetime", "datePublished", "date_published", "publishDate", "publish_date"),
    *("published_date", "publicationDate", "publication_date", "published_on", "published"),
    *("created_at", "createdAt", "created", "date_created", "dateCreated", "posted"),
)
UPDATED_AT_KEYS: Final = (
    *("updated", "updatedAt", "updated_at", "updatedDateTime", "lastmod", "last_modified_at"),
    *("lastModified", "last_modified", "modified", "modified_at", "modifiedAt", "modDatetime"),
    *("dateModified", "date_modified", "date_updated", "updatedDate", "last_updated"),
)
DATE_CREATED_KEYS: Final = ("created", "published", "date")
DATE_UPDATED_KEYS: Final = ("updated", "modified")
EXCERPT_KEYS: Final = ("excerpt", "description", "summary")
AMP_URL_KEYS: Final = ("ampWebUrl", "ampUrl")
CDN_AMP_URL_KEYS: Final = ("cdnAmpWebUrl", "cdnAmpUrl")
FALLBACK_WEB_URL_KEYS: Final = ("link", "canonical_url", "externalUrl", "source_url")
CATEGORY_KEYS: Final = ("category", "categories")
IMAGES_KEYS: Final = ("images", "image")
COVER_KEYS: Final = (
    *("cover", "cover_image", "coverImage", "featured_image", "featuredImage", "featureimage"),
    *("feature_image", "heroImage", "hero_image", "hero", "banner", "teaser", "thumbnail"),
    *("thumb", "ogImage", "og_image", "socialImage", "social_image", "photo", "picture"),
)
HEADER_KEYS: Final = ("teaser", "image", "overlay_image", "og_image")
IMAGE_URL_KEYS: Final = ("url", "path", "src", "image", "file")
IMAGE_TITLE_KEYS: Final = ("title", "alt", "caption", "description")


def parse_article(
    fields: FieldReader,
    body: str,
    path: str,
    kind: ArchiveKind = PLAIN,
    rules: DocumentRules = NO_RULES,
    languages: SiteLanguages = NO_LANGUAGES,
) -> Article:
    """Build the article of a document.

    Args:
        fields: the front matter.
        body: the Markdown or HTML below the front matter.
        path: the file's path, for the date and the title.
        kind: how the archive's generator reads documents.
        rules: what other files of the archive say of the document.
        languages: what paths say about the languages of documents.
    """
    location = languages.locate(path, kind)
    path = location.path
    title, body = _parse_title(fields, body, path, kind)
    categories = (fields.get_text_list(key, split=kind.split_topics) for key in CATEGORY_KEYS)
    category = next((names[0] for names in (*categories, rules.topics) if names), None)
    published_at = _parse_published_at(fields, path, kind)
    updated_at = _parse_updated_at(fields, kind)
    provider_field = fields.find("provider")
    provider = None
    if provider_field:
        provider = parse_provider(fields, provider_field[1], provider_field[0])
    return Article(
        title=title,
        id=fields.get_text("id"),
        excerpt=fields.get_plain_text(*EXCERPT_KEYS) or summarize(body, is_html=is_html(path)),
        published_at=published_at or updated_at,
        updated_at=updated_at,
        web_url=fields.get_url("webUrl") or fields.get_first_http_url(*FALLBACK_WEB_URL_KEYS),
        original_url=fields.get_url("originalUrl"),
        amp_url=fields.get_url(*AMP_URL_KEYS),
        cdn_amp_url=fields.get_url(*CDN_AMP_URL_KEYS),
        type=fields.get_text("type"),
        category=category,
        quality=fields.get_int("quality"),
        heat=fields.get_int("heat"),
        published=visibility.is_published(fields, path, kind) and not rules.is_hidden,
        listed=visibility.is_listed(fields, kind),
        in_sitemap=visibility.is_in_sitemap(fields, kind),
        provider=provider,
        topics=_parse_topics(fields, kind, rules),
        images=_parse_article_images(fields),
        authors=parse_authors(fields, kind),
        related=_parse_related(fields),
        language=parse_language(fields) or location.language,
        translation_key=parse_translation_key(fields, kind) or f"/{location.common_path}",
        aliases=parse_aliases(fields, kind, location),
        is_redirect=is_redirect(fields, kind),
        schedule=_parse_schedule(fields, path, kind, published_at),
        body=body,
    )


def is_html(path: str) -> bool:
    """Return whether the body of a file is HTML instead of Markdown."""
    return path.lower().endswith(".html")


def parse_images(fields: FieldReader) -> tuple[Image, ...]:
    """Read images: a URL, a mapping with a URL, or a list of those."""
    field = fields.find(*IMAGES_KEYS)
    return _parse_image_field(fields, *field) if field else ()


def _parse_article_images(fields: FieldReader) -> tuple[Image, ...]:
    """Read the images of an article, under all keys that themes of generators use."""
    images = {image.url: image for image in parse_images(fields)}
    header = fields.find_mapping("header")
    sources = [(header, key) for key in HEADER_KEYS] if header else []
    for reader, key in (*sources, *((fields, key) for key in COVER_KEYS)):
        field = reader.find(key)
        # `cover: true` and the like switch a picture on.
        if field is not None and field[1].tag != BOOL_TAG:
            for image in _parse_image_field(reader, *field):
                images.setdefault(image.url, image)
    return tuple(images.values())


def _parse_image_field(fields: FieldReader, name: str, node: Node) -> tuple[Image, ...]:
    images = (_parse_image(fields, item, fields.label_of(name)) for item in list_items(node))
    return tuple(image for image in images if image)


def parse_provider(fields: FieldReader, node: Node, name: str) -> ProviderMention | None:
    """Read a provider: a name, a URL, or a mapping with name, domain and images."""
    label = fields.label_of(name)
    if not isinstance(node, MappingNode):
        text = fields.node_text(node, label, expected="a name or a mapping")
        if text and urls.is_http_url(text):
            return ProviderMention(None, urls.normalize_domain(text))
        return ProviderMention(decode_entities(text), None) if text else None
    provider = FieldReader(fields.converter, node, label)
    mention = ProviderMention(
        provider.get_name("name"), parse_domain(provider), parse_images(provider)
    )
    return mention if mention.name or mention.domain or mention.images else None


def parse_domain(fields: FieldReader) -> str | None:
    """Read the ``domain`` of a provider and normalize it."""
    text = fields.get_text("domain")
    field = fields.find("domain")
    if text is None or field is None:
        return None
    domain = urls.normalize_domain(text)
    if domain is None:
        expected = "a domain such as example.com"
        fields.report_wrong_type(field[1], fields.label_of("domain"), expected)
    return domain


def _parse_published_at(fields: FieldReader, path: str, kind: ArchiveKind) -> str | None:
    fields, keys = _find_published_at(fields, kind)
    return fields.get_timestamp(*keys) or times.timestamp_from_path(path)


def _find_published_at(fields: FieldReader, kind: ArchiveKind) -> tuple[FieldReader, Sequence[str]]:
    """Return the keys of the date of publication, and the mapping that has them."""
    parts = fields.find_mapping("date")
    if parts and parts.find(*DATE_CREATED_KEYS, *DATE_UPDATED_KEYS):
        return parts, DATE_CREATED_KEYS
    keys = _stated_dates(fields, PUBLISHED_AT_KEYS, kind)
    if fields.has_timestamp("published"):
        return fields, keys
    return fields, [key for key in keys if key != "published"]


def _parse_schedule(
    fields: FieldReader, path: str, kind: ArchiveKind, published_at: str | None
) -> Schedule:
    reader, keys = _find_published_at(fields, kind)
    zone = fields.converter.zone
    if zone is not UTC:
        published_at = reader.get_timestamp(
            *keys, midnight_in_zone=True
        ) or times.timestamp_from_path(path, zone)
    field = reader.find(*keys)
    date_key = field[0] if field and reader is fields else None
    return parse_schedule(fields, published_at, date_key)


def _stated_dates(fields: FieldReader, keys: Sequence[str], kind: ArchiveKind) -> Sequence[str]:
    """Return the keys without those whose dates the generator computes from the file."""
    if not kind.computed_dates:
        return keys
    return [key for key in keys if not any(fields.matches(key, v) for v in kind.computed_dates)]


def _parse_updated_at(fields: FieldReader, kind: ArchiveKind) -> str | None:
    timestamp = fields.get_timestamp(*_stated_dates(fields, UPDATED_AT_KEYS, kind))
    parts = fields.find_mapping("date")
    return parts.get_timestamp(*DATE_UPDATED_KEYS) if parts and not timestamp else timestamp


def _parse_title(fields: FieldReader, body: str, path: str, kind: ArchiveKind) -> tuple[str, str]:
    """Return the title, and the body without the heading that it was taken from."""
    title = fields.get_name("title")
    if title is not None or fields.is_empty("title"):
        return title or "", body
    name = fields.get_name("name", "headline")
    if name is not None:
        return name, body
    if kind.title_source == "heading" and not is_html(path):
        heading, rest = split_heading(body)
        if heading is not None:
            return heading, rest
    return title_from_path(path), body


def _parse_topics(fields: FieldReader, kind: ArchiveKind, rules: DocumentRules) -> tuple[str, ...]:
    if kind is PLAIN:
        return fields.get_text_list(*kind.topic_keys, split=kind.split_topics)
    # Zola's topics are in `taxonomies`.
    readers = [reader for reader in (fields.find_mapping("taxonomies"), fields) if reader]
    topics: list[str] = []
    for key in kind.topic_keys:
        if key == "categories":
            topics += rules.topics
        for reader in readers:
            topics += reader.get_text_list(key, split=kind.split_topics)
    return tuple(dict.fromkeys(name for name in topics if name not in kind.ignored_topics))


def _parse_image(fields: FieldReader, node: Node, label: str) -> Image | None:
    if not isinstance(node, MappingNode):
        url = fields.node_url(node, label, allow_relative=True)
        return Image(url) if url else None
    image = FieldReader(fields.converter, node, label)
    field = image.find(*IMAGE_URL_KEYS)
    if field is None:
        fields.report("wrong-type", node, f"{label}: url is missing.")
        return None
    url = image.node_url(field[1], image.label_of(field[0]), allow_relative=True)
    if url is None:
        return None
    return Image(
        url=url,
        width=image.get_int("width", minimum=0),
        height=image.get_int("height", minimum=0),
        is_cached=image.get_bool("isCached"),
        title=image.get_text(*IMAGE_TITLE_KEYS),
        attribution=image.get_text("attribution"),
    )


def _parse_related(fields: FieldReader) -> tuple[RelatedLink, ...]:
    field = fields.find("related")
    if field is None:
        return ()
    links = (
        _parse_related_link(fields, node, f"related item {number}")
        for number, node in enumerate(list_items(field[1]), 1)
    )
    return tuple(link for link in links if link)


def _parse_related_link(fields: FieldReader, node: Node, label: str) -> RelatedLink | None:
    if not isinstance(node, MappingNode):
        text = fields.node_text(node, label, expected="a URL or a mapping") or ""
        if text and not has_scheme(text):
            message = f"{label} is {quote_for_message(text)}, which is no URL."
            fields.report("unknown-related", node, message)
            return None
        url = fields.node_url(node, label)
        return RelatedLink(title=url, web_url=url) if url else None
    link = FieldReader(fields.converter, node, label)
    web_url = link.get_url("webUrl") or link.get_first_http_url("url", *FALLBACK_WEB_URL_KEYS)
    original_url = link.get_url("originalUrl")
    title = link.get_name("title") or web_url or original_url
    if title is None:
        fields.report("wrong-type", node, f"{label}: title or webUrl is missing.")
        return None
    provider = link.find("provider")
    return RelatedLink(
        title=title,
        excerpt=link.get_plain_text(*EXCERPT_KEYS),
        published_at=link.get_timestamp(*PUBLISHED_AT_KEYS),
        web_url=web_url,
        original_url=original_url,
        amp_url=link.get_url(*AMP_URL_KEYS),
        cdn_amp_url=link.get_url(*CDN_AMP_URL_KEYS),
        type=link.get_text("type"),
        quality=link.get_int("quality"),
        provider=parse_provider(link, provider[1], provider[0]) if provider else None,
        images=parse_images(link),
    )
