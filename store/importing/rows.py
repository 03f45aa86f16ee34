"""A document as rows of the tables."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from newsgraph.store.documents.document import Article, Image, ProviderMention, RelatedLink
from newsgraph.store.documents.identity import guid, href, key, node_id, slug
from newsgraph.store.documents.urls import absolute, canonical
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Table

    from newsgraph.store.documents.taxonomy import Vocabulary
    from newsgraph.store.importing.scan import Contents, Read

Row: TypeAlias = dict[str, Any]

CHILDREN = (
    t.article_tag,
    t.article_topic,
    t.article_author,
    t.article_url,
    t.article_image,
    t.link,
)
"""The tables whose rows belong to an article."""

OF_LINKS = (t.link_url, t.link_image)
"""Those whose rows belong to an article's links."""


def image_rows(images: Iterable[Image], owner: Row, base: str | None) -> list[Row]:
    """Return rows of images, relative addresses resolved where the site is known."""
    return [
        owner
        | {"position": position}
        | asdict(image)
        | {"url": absolute(image.url, base) or image.url}
        for position, image in enumerate(images)
    ]


def document_row(read: Read, contents: Contents, root_id: int, now: str, revision: int) -> Row:
    """Return a document's row; what is private is kept apart."""
    private = {
        name: value
        for name, value in contents.front_matter.items()
        if name in read.root.collection.private_fields
    }
    public = {name: value for name, value in contents.front_matter.items() if name not in private}
    return {
        "id": read.key,
        "root_id": root_id,
        "path": read.path,
        "identity": read.identity,
        "kind": read.kind,
        "hidden": read.hidden,
        "sha256": read.sha256,
        "reading": read.root.reading,
        "imported_at": now,
        "revision": revision,
        "front_matter": json.dumps(public, ensure_ascii=False),
        "private": json.dumps(private, ensure_ascii=False),
    }


@dataclass(slots=True)
class ArticleRows:
    """An article's own row, and the rows that belong to it, by table."""

    article: Row
    children: dict[Table, list[Row]] = field(default_factory=dict)


def article_rows(
    read: Read, contents: Contents, vocabulary: Vocabulary, updated_at: str
) -> ArticleRows:
    """Return the rows of a news document.

    Args:
        read: the document.
        contents: what it says, an `Article`.
        vocabulary: tells topics and publishers.
        updated_at: when it last changed, where it does not say so itself.
    """
    article, base = contents.content, read.root.collection.url
    assert isinstance(article, Article)  # noqa: S101 - the caller knows by `read.kind`
    own = {"article_id": read.key}
    published_at = article.published_at or ""
    row: Row = {
        "id": read.key,
        "node_id": node_id("Article", read.key),
        "slug": slug(read.identity),
        "href": href(slug(read.identity)),
        "guid": guid(read.root.namespace, read.identity),
        "title": article.title,
        "excerpt": article.excerpt,
        "published_at": published_at,
        "updated_at": article.updated_at or updated_at,
        "category": article.category,
        "heat": article.heat,
        "published": article.published,
        "provider_images": _json_images(article.provider, base),
        "body": article.body,
        "body_html": contents.body_html,
    } | _story_row(article, vocabulary)
    rows = ArticleRows(row)
    rows.children[t.article_tag] = [
        own | {"position": position, "name": name} for position, name in enumerate(article.topics)
    ]
    rows.children[t.article_topic] = topic_rows(
        read.key, published_at, enumerate(article.topics), vocabulary
    )
    rows.children[t.article_author] = [
        own | {"position": position} | asdict(author)
        for position, author in enumerate(article.authors)
    ]
    rows.children[t.article_url] = [
        own | {"url": url, "published_at": published_at} for url in addresses(article)
    ]
    rows.children[t.article_image] = image_rows(article.images, own, base)
    _add_links(rows, read.key, article.related, vocabulary, base)
    return rows


def topic_rows(
    article_id: int, published_at: str, tags: Iterable[tuple[int, str]], vocabulary: Vocabulary
) -> list[Row]:
    """Return an article's topics: of tags that mean the same one, the first counts."""
    positions: dict[str, int] = {}
    for position, name in tags:
        positions.setdefault(vocabulary.topic(name), position)
    return [
        {
            "article_id": article_id,
            "topic_id": key("Topic", slug),
            "position": position,
            "published_at": published_at,
        }
        for slug, position in positions.items()
    ]


def addresses(story: Article | RelatedLink) -> list[str]:
    """Return the canonical URLs by which a story is known."""
    urls = (story.web_url, story.original_url, story.amp_url)
    found = (canonical(url) for url in urls if url)
    return list(dict.fromkeys(url for url in found if url))


def _story_row(story: Article | RelatedLink, vocabulary: Vocabulary) -> Row:
    mention = story.provider or ProviderMention(None, None)
    domain = vocabulary.domain(mention, story.web_url, story.original_url)
    return {
        "web_url": story.web_url,
        "original_url": story.original_url,
        "amp_url": story.amp_url,
        "cdn_amp_url": story.cdn_amp_url,
        "type": story.type,
        "quality": story.quality,
        "provider_id": key("Provider", domain) if domain else None,
        "provider_name": mention.name,
        "provider_domain": domain,
        "provider_guessed": mention.domain is None,
    }


def _add_links(
    rows: ArticleRows,
    article_id: int,
    related: tuple[RelatedLink, ...],
    vocabulary: Vocabulary,
    base: str | None,
) -> None:
    links, urls, images = [], [], []
    ordinals: Counter[str] = Counter()
    for position, link in enumerate(related):
        found = addresses(link)
        target = found[0] if found else link.web_url or link.original_url or link.title
        link_id = key("RelatedLink", f"{article_id:x}", target, str(ordinals[target]))
        ordinals[target] += 1
        links.append(
            {
                "id": link_id,
                "node_id": node_id("RelatedLink", link_id),
                "article_id": article_id,
                "position": position,
                "title": link.title,
                "excerpt": link.excerpt,
                "published_at": link.published_at or "",
            }
            | _story_row(link, vocabulary)
        )
        urls += [{"link_id": link_id, "url": url} for url in found]
        images += image_rows(link.images, {"link_id": link_id}, base)
    rows.children |= {t.link: links, t.link_url: urls, t.link_image: images}


def _json_images(mention: ProviderMention | None, base: str | None) -> str:
    images = mention.images if mention else ()
    return json.dumps(image_rows(images, {}, base), ensure_ascii=False)
