"""Builds an article from the front matter, the path and the body of a document."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from yaml import MappingNode, Node, ScalarNode

from newsgraph.store.documents import times, urls, visibility
from newsgraph.store.documents.aliases import is_redirect, parse_aliases
from newsgraph.store.documents.archive_kinds import PLAIN
from newsgraph.store.documents.authors import parse_authors
from newsgraph.store.documents.document import (
    Article,
    DocumentReference,
    Image,
    ProviderMention,
    RelatedLink,
)
from newsgraph.store.documents.document_rules import NO_RULES
from newsgraph.store.documents.enclosures import parse_enclosures
from newsgraph.store.documents.entry_ids import parse_guid, parse_wordpress_id
from newsgraph.store.documents.field_keys import (
    ALT_SUFFIXES,
    AMP_URL_KEYS,
    CDN_AMP_URL_KEYS,
    COVER_KEYS,
    DATE_CREATED_KEYS,
    DATE_UPDATED_KEYS,
    EXCERPT_KEYS,
    FALLBACK_TITLE_KEYS,
    FALLBACK_WEB_URL_KEYS,
    HEADER_KEYS,
    IMAGE_ALT_KEYS,
    IMAGE_ATTRIBUTION_KEYS,
    IMAGE_TITLE_KEYS,
    IMAGE_URL_KEYS,
    IMAGES_KEYS,
    PUBLISHED_AT_KEYS,
    TITLE_KEYS,
    USUAL_FIELD_KEYS,
    WEB_URL_KEYS,
)
from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.languages import (
    NO_LANGUAGES,
    parse_language,
    parse_translation_key,
)
from newsgraph.store.documents.plain_text import decode_entities, summarize
from newsgraph.store.documents.related_items import find_related_items, find_target, parse_target
from newsgraph.store.documents.schedule import parse_schedule
from newsgraph.store.documents.titles import split_heading, title_from_path
from newsgraph.store.documents.yaml_tags import BOOL_TAG

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.document import Schedule
    from newsgraph.store.documents.document_rules import DocumentRules
    from newsgraph.store.documents.field_keys import FieldKeys
    from newsgraph.store.documents.languages import SiteLanguages
    from newsgraph.store.documents.related_items import RelatedItem


def parse_article(
    fields: FieldReader,
    body: str,
    path: str,
    kind: ArchiveKind = PLAIN,
    rules: DocumentRules = NO_RULES,
    languages: SiteLanguages = NO_LANGUAGES,
    keys: FieldKeys = USUAL_FIELD_KEYS,
) -> Article:
    """Build the article of a document.

    Args:
        fields: the front matter.
        body: the Markdown or HTML below the front matter.
        path: the file's path, for the date and the title.
        kind: how the archive's generator reads documents.
        rules: what other files of the archive say of the document.
        languages: what paths say about the languages of documents.
        keys: the keys of each field.
    """
    location = languages.locate(path, kind)
    file, path = path, location.path
    title, is_named_by_file, body = _parse_title(fields, body, path, kind, keys)
    categories = (fields.get_text_list(key, split=kind.split_topics) for key in keys["category"])
    default_authors = (rules.default_author,) if rules.default_author else ()
    category = next((names[0] for names in (*categories, rules.topics) if names), None)
    dates, date_keys = _find_published_at(fields, kind, keys)
    published_at = dates.get_timestamp(*date_keys) or _timestamp_from_paths(fields, path, kind)
    updated_at = _parse_updated_at(fields, kind, keys)
    provider_field = fields.find(*keys["provider"])
    provider = None
    if provider_field:
        provider = parse_provider(fields, provider_field[1], provider_field[0])
    address = None
    if rules.permalinks:
        address = rules.permalinks.address_of(file, location, fields, title, rules.topics)
    return Article(
        title=title,
        is_named_by_file=is_named_by_file,
        id=fields.get_text(*keys["id"]),
        excerpt=fields.get_plain_text(*keys["excerpt"])
        or summarize(body, is_html=is_html(path), is_mdx=path.lower().endswith(".mdx")),
        published_at=published_at or updated_at,
        updated_at=updated_at,
        web_url=fields.get_url(*keys.own("webUrl"), *WEB_URL_KEYS)
        or fields.get_first_http_url(*FALLBACK_WEB_URL_KEYS),
        original_url=fields.get_url(*keys["originalUrl"]),
        amp_url=fields.get_url(*keys["ampUrl"]),
        cdn_amp_url=fields.get_url(*keys["cdnAmpUrl"]),
        type=fields.get_text(*keys["type"]),
        category=category,
        quality=fields.get_int(*keys["quality"]),
        heat=fields.get_int(*keys["heat"]),
        published=visibility.is_published(fields, path, kind, keys) and not rules.is_hidden,
        is_listed=visibility.is_listed(fields, kind),
        in_sitemap=visibility.is_in_sitemap(fields, kind),
        provider=provider,
        topics=_parse_topics(fields, kind, rules, keys),
        images=_parse_article_images(fields, keys),
        authors=parse_authors(fields, kind, keys) or default_authors,
        related=_parse_related(fields, kind, keys),
        language=parse_language(fields, keys) or location.language,
        translation_key=parse_translation_key(fields, kind) or f"/{location.common_path}",
        aliases=parse_aliases(fields, kind, location),
        address=address,
        is_redirect=is_redirect(fields, kind),
        schedule=_parse_schedule(fields, path, kind, published_at, dates, date_keys),
        enclosures=parse_enclosures(fields),
        guid=parse_guid(fields, keys["guid"]),
        wordpress_id=parse_wordpress_id(fields),
        body=body,
    )


def is_html(path: str) -> bool:
    """Return whether the body of a file is HTML instead of Markdown."""
    return path.lower().endswith(".html")


def parse_images(fields: FieldReader) -> tuple[Image, ...]:
    """Read images: a URL, a mapping with a URL, or a list of those."""
    field = fields.find(*IMAGES_KEYS)
    return _parse_image_field(fields, *field) if field else ()


def _parse_article_images(fields: FieldReader, keys: FieldKeys) -> tuple[Image, ...]:
    """Read the images of an article, under all keys that themes of generators use."""
    images: dict[str, Image] = {}
    header = fields.find_mapping("header")
    sources: list[tuple[FieldReader, tuple[str, ...]]]
    sources = [*((fields, (key,)) for key in keys.own("image")), (fields, IMAGES_KEYS)]
    sources += [(header, (key,)) for key in HEADER_KEYS] if header else []
    # Most documents have none of these many keys.
    if fields.find(*COVER_KEYS):
        sources += [(fields, (key,)) for key in COVER_KEYS]
    for reader, source_keys in sources:
        field = reader.find(*source_keys)
        # `cover: true` and the like switch a picture on.
        if field is not None and field[1].tag != BOOL_TAG:
            for image in _parse_image_field(reader, *field):
                images.setdefault(image.url, image)
    return tuple(images.values())


def _parse_image_field(fields: FieldReader, name: str, node: Node) -> tuple[Image, ...]:
    images = (_parse_image(fields, item, fields.label_of(name)) for item in list_items(node))
    valid_images = tuple(image for image in images if image)
    alt: str | None = None
    if isinstance(node, ScalarNode):
        alt = fields.get_name(*(name + suffix for suffix in ALT_SUFFIXES))
    return (
        tuple(replace(image, title=alt, alt=alt) for image in valid_images) if alt else valid_images
    )


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


def _timestamp_from_paths(
    fields: FieldReader, path: str, kind: ArchiveKind, zone: tzinfo = UTC
) -> str | None:
    """Return midnight of the date in the path of the file, or else in that on the site."""
    site_path = fields.get_text(*kind.dated_path_keys) or ""
    timestamps = (times.timestamp_from_path(text, zone) for text in (path, site_path.strip("/")))
    return next(filter(None, timestamps), None)


def _find_published_at(
    fields: FieldReader, kind: ArchiveKind, field_keys: FieldKeys
) -> tuple[FieldReader, Sequence[str]]:
    """Return the keys of the date of publication, and the mapping that has them."""
    own_keys = field_keys.own("date")
    if fields.find(*own_keys):
        return fields, own_keys
    parts = fields.find_mapping("date")
    if parts and parts.find(*DATE_CREATED_KEYS, *DATE_UPDATED_KEYS):
        return parts, DATE_CREATED_KEYS
    keys = _stated_dates(fields, PUBLISHED_AT_KEYS, kind)
    if fields.has_timestamp("published"):
        return fields, keys
    return fields, [key for key in keys if key != "published"]


def _parse_schedule(
    fields: FieldReader,
    path: str,
    kind: ArchiveKind,
    published_at: str | None,
    dates: FieldReader,
    date_keys: Sequence[str],
) -> Schedule:
    zone = fields.converter.zone
    if zone is not UTC:
        published_at = dates.get_timestamp(
            *date_keys, midnight_in_zone=True
        ) or _timestamp_from_paths(fields, path, kind, zone)
    field = dates.find(*date_keys) if dates is fields else None
    date_key = field[0] if field else None
    return parse_schedule(fields, published_at, date_key)


def _stated_dates(fields: FieldReader, keys: Sequence[str], kind: ArchiveKind) -> Sequence[str]:
    """Return the keys without those whose dates the generator computes from the file."""
    if not kind.computed_dates:
        return keys
    return [key for key in keys if not any(fields.matches(key, v) for v in kind.computed_dates)]


def _parse_updated_at(fields: FieldReader, kind: ArchiveKind, keys: FieldKeys) -> str | None:
    timestamp = fields.get_timestamp(*_stated_dates(fields, keys["updated"], kind))
    parts = fields.find_mapping("date")
    return parts.get_timestamp(*DATE_UPDATED_KEYS) if parts and not timestamp else timestamp


def _parse_title(
    fields: FieldReader, body: str, path: str, kind: ArchiveKind, keys: FieldKeys
) -> tuple[str, bool, str]:
    """Return the title, and the body without the heading that it was taken from.

    Between them is whether the title is the name of the file.
    """
    title = fields.get_name(*keys.own("title"), *TITLE_KEYS)
    if title is not None or fields.is_empty("title"):
        return title or "", False, body
    name = fields.get_name(*FALLBACK_TITLE_KEYS)
    if name is not None:
        return name, False, body
    if kind.title_source == "heading" and not is_html(path):
        heading, rest = split_heading(body)
        if heading is not None:
            return heading, False, rest
    return title_from_path(path), True, body


def _parse_topics(
    fields: FieldReader, kind: ArchiveKind, rules: DocumentRules, keys: FieldKeys
) -> tuple[str, ...]:
    topic_keys = (*keys.own("tags"), *kind.topic_keys)
    if kind is PLAIN:
        return fields.get_text_list(*topic_keys, split=kind.split_topics)
    # Zola's topics are in `taxonomies`.
    readers = [reader for reader in (fields.find_mapping("taxonomies"), fields) if reader]
    topics: list[str] = []
    for key in topic_keys:
        if key == "categories":
            topics += rules.topics
        for reader in readers:
            topics += reader.get_text_list(key, split=kind.split_topics)
    names = (rules.topic_names.get(name, name) for name in topics)
    return tuple(dict.fromkeys(name for name in names if name not in kind.ignored_topics))


def _parse_image(fields: FieldReader, node: Node, label: str) -> Image | None:
    if not isinstance(node, MappingNode):
        url = fields.node_url(node, label, allow_relative=True)
        return Image(url) if url else None
    image = FieldReader(fields.converter, node, label)
    field = image.find(*IMAGE_URL_KEYS)
    if field is None:
        first, *others, last = IMAGE_URL_KEYS
        names = f"{', '.join(others)} or {last}"
        message = f"{label}: {first} is missing; its key may also be {names}."
        fields.report("wrong-type", node, message)
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
        attribution=image.get_text(*IMAGE_ATTRIBUTION_KEYS),
        alt=image.get_text(*IMAGE_ALT_KEYS),
    )


def _parse_related(
    fields: FieldReader, kind: ArchiveKind, keys: FieldKeys
) -> tuple[RelatedLink | DocumentReference, ...]:
    items = find_related_items(fields, (*keys["related"], *kind.related_keys))
    links = (_parse_related_item(fields, item) for item in items)
    return tuple(link for link in links if link)


def _parse_related_item(
    fields: FieldReader, item: RelatedItem
) -> RelatedLink | DocumentReference | None:
    if isinstance(item.node, MappingNode):
        return _parse_related_mapping(fields, item, item.node)
    text = fields.node_text(item.node, item.label, expected="a URL, a document or a mapping") or ""
    target = parse_target(text)
    title = item.title or target.title
    if target.is_document:
        link = RelatedLink(title=title or "")
        return DocumentReference(target.text, link, *fields.position_of(item.node))
    url = fields.text_url(target.text, item.node, item.label)
    return RelatedLink(title=title or url, web_url=url) if url else None


def _parse_related_mapping(
    fields: FieldReader, item: RelatedItem, node: MappingNode
) -> RelatedLink | DocumentReference | None:
    link = FieldReader(fields.converter, node, item.label)
    web_url = link.get_url("webUrl") or link.get_first_http_url("url", *FALLBACK_WEB_URL_KEYS)
    original_url = link.get_url("originalUrl")
    title = link.get_name("title") or item.title or web_url or original_url
    # A document is only looked for if there is no URL, which says more exactly what the link is.
    target = None if web_url or original_url else find_target(link)
    if title is None and target is None:
        fields.report("wrong-type", node, f"{item.label}: title or webUrl is missing.")
        return None
    provider = link.find("provider")
    related = RelatedLink(
        title=title or "",
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
    if target is None:
        return related
    return DocumentReference(target.text, related, *fields.position_of(target.node))
