"""A document as rows of the tables."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.date_order import date_order, dateless_order
from newsgraph.store.documents.document import (
    Article,
    DocumentReference,
    Image,
    ProviderMention,
    RelatedLink,
)
from newsgraph.store.documents.entry_ids import is_iri, requested_entry_id
from newsgraph.store.documents.identity import (
    document_slug,
    encode_node_id,
    entry_guid,
    quote_path,
    stable_key,
)
from newsgraph.store.documents.urls import resolve_url
from newsgraph.store.importing.address_rows import (
    alias_rows,
    canonical_urls,
    generator_url,
    story_url,
    url_rows,
)
from newsgraph.store.importing.author_mentions import mentions_to_json
from newsgraph.store.importing.local_urls import is_local_url
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.alias_tables import article_alias
from newsgraph.store.schema.file_tables import article_enclosure
from newsgraph.store.schema.reference_tables import article_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Table

    from newsgraph.store.documents.collection_settings import Collection
    from newsgraph.store.documents.taxonomy_resolver import Taxonomy
    from newsgraph.store.importing.scan import ParsedContents, ScannedDocument

Row: TypeAlias = dict[str, Any]

CHILD_TABLES = (
    t.article_tag,
    t.article_topic,
    t.article_url,
    article_alias,
    t.article_image,
    article_enclosure,
    article_reference,
    t.link,
)
"""Tables whose rows belong to an article."""

LINK_CHILD_TABLES = (t.link_url, t.link_image)
"""Tables whose rows belong to an article's links."""


def image_rows(images: Iterable[Image], owner: Row, base_url: str | None) -> list[Row]:
    """Return rows of images, with relative URLs resolved if the site's URL is known."""
    return [
        owner
        | {"position": position}
        | asdict(image)
        | {"url": resolve_url(image.url, base_url) or image.url}
        for position, image in enumerate(images)
    ]


def document_row(
    document: ScannedDocument, contents: ParsedContents, root_id: int, now: str, revision: int
) -> Row:
    """Return a document's row, with private front matter in a column of its own."""
    private_keys = {key.lower() for key in document.root.collection.private_fields}
    private = {
        name: value for name, value in contents.front_matter.items() if name.lower() in private_keys
    }
    public = {name: value for name, value in contents.front_matter.items() if name not in private}
    return {
        "id": document.key,
        "root_id": root_id,
        "path": document.path,
        "identity": document.identity,
        "kind": document.kind,
        "hidden": document.hidden,
        "sha256": document.sha256,
        "settings_digest": document.root.settings_digest + document.rules_digest,
        "imported_at": now,
        "revision": revision,
        "front_matter": json.dumps(public, ensure_ascii=False),
        "private": json.dumps(private, ensure_ascii=False),
        "translation_key": _translation_key(document, contents),
        "entry_id": _requested_entry_id(document, contents),
    }


def _requested_entry_id(document: ScannedDocument, contents: ParsedContents) -> str | None:
    if not isinstance(contents.content, Article):
        return None
    collection = document.root.collection
    return requested_entry_id(contents.content, collection.entry_ids, collection.url)


def _translation_key(document: ScannedDocument, contents: ParsedContents) -> int | None:
    """Return the key that is equal for translations; documents of other roots are none."""
    if not isinstance(contents.content, Article):
        return None
    return stable_key("Translation", document.root.name, contents.content.translation_key)


@dataclass(slots=True)
class ArticleRows:
    """An article's row and its child rows, by table."""

    article: Row
    children: dict[Table, list[Row]] = field(default_factory=dict)


def build_article_rows(
    document: ScannedDocument, contents: ParsedContents, taxonomy: Taxonomy, updated_at: str
) -> ArticleRows:
    """Return the rows of an article.

    Args:
        document: the scanned document.
        contents: its contents, an `Article`.
        taxonomy: resolves topics and providers.
        updated_at: time of the last update, used if the document states none.
    """
    article, base_url = contents.content, document.root.collection.url
    assert isinstance(article, Article)  # noqa: S101 - the caller checked the kind
    key_column = {"article_id": document.key}
    published_at = article.published_at or ""
    if published_at:
        kind = KINDS[document.root.collection.kind]
        order = date_order(published_at, kind, article.title, document.path)
    else:
        # `date_orders` puts it into feeds if its archive has no dates.
        order = dateless_order(document.path)
    row: Row = {
        "id": document.key,
        "node_id": encode_node_id("Article", document.key),
        "slug": document_slug(document.identity),
        "href": quote_path(document_slug(document.identity)),
        **entry_id_columns(
            _requested_entry_id(document, contents), document.root.namespace, document.identity
        ),
        "title": article.title,
        "has_title": _has_title(article, document.root.collection),
        "excerpt": article.excerpt,
        "published_at": published_at,
        "date_order": order,
        "in_feeds": bool(published_at),
        "updated_at": article.updated_at or updated_at,
        "category": article.category,
        "heat": article.heat,
        "published": article.published,
        "in_sitemap": article.in_sitemap,
        "provider_images": _json_images(article.provider, base_url),
        "author_mentions": mentions_to_json(article.authors, document.root.collection),
        "language": article.language or document.root.collection.default_language,
        "body": article.body,
        "body_html": contents.body_html,
        "generator_url": generator_url(article, base_url),
    } | _story_row(article, taxonomy)
    rows = ArticleRows(row)
    rows.children[t.article_tag] = [
        key_column | {"position": position, "name": name}
        for position, name in enumerate(article.topics)
    ]
    rows.children[t.article_topic] = topic_rows(
        document.key, order, enumerate(article.topics), taxonomy
    )
    owner = key_column | {"published_at": published_at}
    rows.children[t.article_url] = url_rows(article, owner, base_url)
    rows.children[article_alias] = alias_rows(article, owner, base_url)
    rows.children[t.article_image] = image_rows(article.images, key_column, base_url)
    rows.children[article_enclosure] = _enclosure_rows(article, key_column, base_url)
    _add_related(rows, document.key, article.related, taxonomy, base_url)
    return rows


def _has_title(article: Article, collection: Collection) -> bool:
    is_used = collection.uses_file_titles or not article.is_named_by_file
    return is_used and bool(article.title)


def _enclosure_rows(article: Article, owner: Row, base_url: str | None) -> list[Row]:
    """Return the rows of an article's files; a relative URL that leads nowhere is left out."""
    # A file is relative to the page of the article, as in its body.
    page = story_url(article, base_url) or base_url
    urls = (
        enclosure.url
        if is_local_url(enclosure.url)
        else resolve_url(enclosure.url, base_url if enclosure.url.startswith("/") else page)
        for enclosure in article.enclosures
    )
    by_url = {
        url: enclosure for url, enclosure in zip(urls, article.enclosures, strict=True) if url
    }
    return [
        owner | {"position": position} | asdict(enclosure) | {"url": url}
        for position, (url, enclosure) in enumerate(by_url.items())
    ]


def entry_id_columns(requested: str | None, namespace: str, identity: str) -> Row:
    """Return the columns with the ids of an article's feed entries.

    Args:
        requested: the id that the document or `entry_ids` requests; None for that of newsgraph.
        namespace: the namespace of its root.
        identity: the identity of the document.
    """
    own = entry_guid(namespace, identity)
    guid = requested or own
    return {"guid": guid, "atom_id": None if is_iri(guid) else own}


def topic_rows(
    article_id: int, order: str, tags: Iterable[tuple[int, str]], taxonomy: Taxonomy
) -> list[Row]:
    """Return an article's topic rows; of several tags for one topic, the first counts."""
    positions: dict[str, int] = {}
    for position, name in tags:
        positions.setdefault(taxonomy.resolve_topic(name), position)
    return [
        {
            "article_id": article_id,
            "topic_id": stable_key("Topic", slug),
            "position": position,
            "date_order": order,
        }
        for slug, position in positions.items()
    ]


def _story_row(story: Article | RelatedLink, taxonomy: Taxonomy) -> Row:
    mention = story.provider or ProviderMention(None, None)
    domain = taxonomy.resolve_domain(mention, story.web_url, story.original_url)
    return {
        "web_url": story.web_url,
        "original_url": story.original_url,
        "amp_url": story.amp_url,
        "cdn_amp_url": story.cdn_amp_url,
        "type": story.type,
        "quality": story.quality,
        "provider_id": stable_key("Provider", domain) if domain else None,
        "provider_name": mention.name,
        "provider_domain": domain,
        "provider_guessed": mention.domain is None,
    }


def _add_related(
    rows: ArticleRows,
    article_id: int,
    related: tuple[RelatedLink | DocumentReference, ...],
    taxonomy: Taxonomy,
    base_url: str | None,
) -> None:
    links, urls, images, references = [], [], [], []
    ordinals: Counter[str] = Counter()
    for position, link in enumerate(related):
        if isinstance(link, DocumentReference):
            references.append(_reference_row(article_id, position, link))
            continue
        canonical = canonical_urls(link)
        target = canonical[0] if canonical else link.web_url or link.original_url or link.title
        link_id = stable_key("RelatedLink", f"{article_id:x}", target, str(ordinals[target]))
        ordinals[target] += 1
        links.append(link_row(link_id, article_id, position, link, taxonomy))
        urls += [{"link_id": link_id, "url": url} for url in canonical]
        images += image_rows(link.images, {"link_id": link_id}, base_url)
    rows.children |= {t.link: links, t.link_url: urls, t.link_image: images}
    rows.children[article_reference] = references


def link_row(
    link_id: int, article_id: int, position: int, link: RelatedLink, taxonomy: Taxonomy
) -> Row:
    """Return the row of an article's link to a URL."""
    return {
        "id": link_id,
        "node_id": encode_node_id("RelatedLink", link_id),
        "article_id": article_id,
        "position": position,
        "from_reference": False,
        "href": None,
        "generator_url": None,
        "title": link.title,
        "excerpt": link.excerpt,
        "published_at": link.published_at or "",
    } | _story_row(link, taxonomy)


def _reference_row(article_id: int, position: int, reference: DocumentReference) -> Row:
    link = {name: value for name, value in asdict(reference.link).items() if value}
    if reference.link.quality is not None:
        link["quality"] = reference.link.quality
    return {
        "article_id": article_id,
        "position": position,
        "target": reference.target,
        "link": json.dumps(link, ensure_ascii=False),
        "line": reference.line,
        "column": reference.column,
    }


def link_from_json(text: str, web_url: str | None) -> RelatedLink:
    """Return what a stored reference says of its story.

    Args:
        text: the column ``link`` of the reference.
        web_url: URL of the story, which is also its title if the reference has none.
    """
    values = json.loads(text)
    values.setdefault("title", web_url or "")
    if "provider" in values:
        provider = values["provider"]
        images = tuple(Image(**image) for image in provider.pop("images", ()))
        values["provider"] = ProviderMention(**provider, images=images)
    values["images"] = tuple(Image(**image) for image in values.get("images", ()))
    return RelatedLink(**values | {"web_url": web_url})


def _json_images(mention: ProviderMention | None, base_url: str | None) -> str:
    images = mention.images if mention else ()
    return json.dumps(image_rows(images, {}, base_url), ensure_ascii=False)
