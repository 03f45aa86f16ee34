"""Brings the answers of peers that make their graph from tables into the shape of ours."""

from __future__ import annotations

import json
import re
from typing import Any

_RENAMED = {
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
_JOINED = "topics"
"""The list whose rows are those of a table between."""


def ours(data: Any) -> Any:
    """Return an answer's data with our names, and lists where we have lists."""
    data = _renamed(data)
    if "article" in data and "list" not in data:
        if "edges" in (data["article"] or {}):
            return {"articles": data["article"]}  # datasette-graphql's name for all of them
        return {"article": _whole(data["article"])}
    return data


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, inner in value.items():
        name, shown = _RENAMED.get(key, key), _renamed(inner)
        if isinstance(shown, dict) and "nodes" in shown:
            shown = _list(name, shown)
        found[name] = shown
    return found


def _list(name: str, page: dict[str, Any]) -> Any:
    """Return a page as the list that we have, or as a page of what its rows lead to."""
    nodes = page.pop("nodes")
    if name == _JOINED:
        return [node["topic"] for node in nodes]
    if "pageInfo" in page:
        return {"edges": nodes, **page}
    return nodes


def _whole(article: dict[str, Any]) -> dict[str, Any]:
    """Put the parts of one article where we have them."""
    document = article.pop("documentByRowId")
    article["frontMatter"] = _json(document.pop("frontMatter"))
    article["source"] = document
    # It cannot sort by the column of another table.
    article["relatedBy"]["edges"].sort(key=lambda edge: edge["node"]["publishedAt"], reverse=True)
    return article


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def without_cursors(value: Any) -> Any:
    """Return data without cursors: each program has its own."""
    if isinstance(value, list):
        return [without_cursors(one) for one in value]
    if isinstance(value, dict):
        return {
            key: bool(inner) if re.fullmatch("cursor|endCursor", key) else without_cursors(inner)
            for key, inner in value.items()
        }
    return value
