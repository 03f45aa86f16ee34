"""Converts results of peers that derive their schema from tables to newsgraph's shape."""

from __future__ import annotations

import json
import re
from typing import Any

_FIELD_NAMES = {
    # datasette-graphql
    "published_at": "publishedAt",
    "web_url": "webUrl",
    "provider_id": "provider",
    "topic_id": "topic",
    "target_id": "article",
    "article_topic_list": "topics",
    "article_image_list": "images",
    "link_by_article_id_list": "related",
    # PostGraphile
    "allArticles": "articles",
    "topicBySlug": "topic",
    "articleBySlug": "article",
    "providerByDomain": "provider",
    "providerByProviderId": "provider",
    "topicByTopicId": "topic",
    "articleByTargetId": "article",
    "articleByArticleId": "node",
    "articleTopicsByTopicId": "articles",
    "articlesByProviderId": "articles",
    "articleTopicsByArticleId": "topics",
    "articleImagesByArticleId": "images",
    "articleAuthorsByArticleId": "authors",
    "providerImagesByProviderId": "images",
    "linkImagesByLinkId": "images",
    "linksByArticleId": "related",
    "linksByTargetId": "relatedBy",
}
_ASSOCIATION_LIST = "topics"
"""The list whose rows are those of an association table."""


def to_newsgraph_shape(data: Any) -> Any:
    """Return a peer's data with newsgraph's field names, and lists instead of pages of nodes."""
    data = _rename_keys(data)
    if "article" in data and "list" not in data:
        if "edges" in (data["article"] or {}):
            return {"articles": data["article"]}  # datasette-graphql's name for all articles
        return {"article": _restructure_article(data["article"])}
    return data


def _rename_keys(value: Any) -> Any:
    if isinstance(value, list):
        return [_rename_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, inner in value.items():
        name, child = _FIELD_NAMES.get(key, key), _rename_keys(inner)
        if isinstance(child, dict) and "nodes" in child:
            child = _flatten_page(name, child)
        result[name] = child
    return result


def _flatten_page(name: str, page: dict[str, Any]) -> Any:
    """Return a page as a list, or as a page with edges if newsgraph has a page."""
    nodes = page.pop("nodes")
    if name == _ASSOCIATION_LIST:
        return [node["topic"] for node in nodes]
    if "pageInfo" in page:
        return {"edges": nodes, **page}
    return nodes


def _restructure_article(article: dict[str, Any]) -> dict[str, Any]:
    """Move the parts of an article to the fields that newsgraph has them in."""
    document = article.pop("documentByRowId")
    article["frontMatter"] = _parse_json(document.pop("frontMatter"))
    article["source"] = document
    # PostGraphile cannot sort by a column of another table.
    article["relatedBy"]["edges"].sort(key=lambda edge: edge["node"]["publishedAt"], reverse=True)
    return article


def _parse_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def mask_cursors(value: Any) -> Any:
    """Replace cursors by whether there is one: each service has its own format."""
    if isinstance(value, list):
        return [mask_cursors(item) for item in value]
    if isinstance(value, dict):
        return {
            key: bool(inner) if re.fullmatch("cursor|endCursor", key) else mask_cursors(inner)
            for key, inner in value.items()
        }
    return value


def mask_results(value: Any) -> Any:
    """Replace the values of search results by whether there is one.

    Services rank results in their own ways, so they show other ones first. Of a title, the words
    that name the document's event remain, which are those that the bench searches for.
    """
    if isinstance(value, list):
        return [mask_results(item) for item in value]
    if isinstance(value, dict):
        return {
            key: inner.partition(":")[0] if key == "title" else mask_results(inner)
            for key, inner in value.items()
        }
    return bool(value)
