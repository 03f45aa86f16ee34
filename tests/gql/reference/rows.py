"""Everything in a store, as objects of the graph: dictionaries with the names of its fields.

What begins with an underscore is for the reference itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from tests.gql.reference.words import texts_of, words

if TYPE_CHECKING:
    from pathlib import Path

Thing: TypeAlias = "dict[str, Any]"
"""An object of the graph."""


class World:
    """All there is in a store.

    Attributes:
        articles, links, topics, providers: the things of each kind.
        store: what `Query.store` gives.
        store_id: the store's own, which its tokens carry.
        log: the changes, oldest first.
        diagnostics: what imports found wrong, by folder, file and line.
        aliased: the topics by slugs that they had before.
        by_url: the keys of the articles with a canonical address.
    """

    def __init__(self, path: Path, site: str) -> None:
        self._site = site
        self._tables: dict[str, list[dict[str, Any]]] = {}
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            for name in _TABLES:
                rows = connection.execute(f"SELECT * FROM {name}")  # noqa: S608 - names of ours
                self._tables[name] = [dict(row) for row in rows]
        self.topics = [self._topic(row) for row in self._tables["topic"]]
        self.providers = [self._provider(row) for row in self._tables["provider"]]
        self._of_key = {one["_key"]: one for one in (*self.topics, *self.providers)}
        self.aliased = {
            row["slug"]: self._of_key[row["topic_id"]] for row in self._tables["topic_alias"]
        }
        self._authors, self._filed, self._tags = (
            self._of(name, "article_id")
            for name in ("article_author", "article_topic", "article_tag")
        )
        self._documents = {row["id"]: row for row in self._tables["document"]}
        self.articles = [self._article(row) for row in self._tables["article"]]
        self._of_key |= {one["_key"]: one for one in self.articles}
        self.links = [self._link(row) for row in self._tables["link"]]
        self._join()
        state = self._tables["state"][0]
        self.store_id = state["store_id"]
        self.store = {
            "__typename": "Store",
            "revision": state["revision"],
            "importedAt": state["imported_at"] or None,
            "articleCount": len(self.articles),
            "hiddenCount": sum(row["hidden"] for row in self._tables["document"]),
            "providerCount": len(self.providers),
            "topicCount": len(self.topics),
        }
        self.log = sorted(
            (self._change(row) for row in self._tables["change"]),
            key=lambda one: (one["revision"], one["_position"]),
        )
        self.diagnostics = [self._diagnostic(row) for row in self._tables["diagnostic"]]
        self.diagnostics.sort(key=lambda one: one["_place"])
        self.by_url: dict[str, list[int]] = defaultdict(list)
        for row in self._tables["article_url"]:
            self.by_url[row["url"]].append(row["article_id"])

    def find(self, id_: str) -> Thing | None:
        """Return what has an id."""
        things = (*self.articles, *self.links, *self.topics, *self.providers)
        return next((one for one in things if one["id"] == id_), None)

    def of_key(self, key: int) -> Thing:
        """Return the article, topic or provider that has a key."""
        return self._of_key[key]

    def _of(self, table: str, owner: str) -> dict[int, list[dict[str, Any]]]:
        found = defaultdict(list)
        for row in sorted(self._tables[table], key=lambda row: row["position"]):
            found[row[owner]].append(row)
        return found

    def _topic(self, row: dict[str, Any]) -> Thing:
        return {
            "__typename": "Topic",
            "_key": row["id"],
            "_parent": row["parent_id"],
            "id": row["node_id"],
            "keywords": json.loads(row["keywords"]),
            "aliases": sorted(
                alias["slug"]
                for alias in self._tables["topic_alias"]
                if alias["topic_id"] == row["id"]
            ),
            "feeds": self._feeds("topics", row["slug"]),
            **{name: row[name] for name in ("name", "slug", "shortname", "description")},
        }

    def _provider(self, row: dict[str, Any]) -> Thing:
        return {
            "__typename": "Provider",
            "_key": row["id"],
            "id": row["node_id"],
            "images": self._images("provider", row["id"]),
            "feeds": self._feeds("providers", row["domain"]),
            **{name: row[name] for name in ("name", "domain", "description")},
        }

    def _feeds(self, kind: str, name: str) -> Thing:
        address = f"{self._site}/feeds/{kind}/{quote(name, safe='/-._~')}"
        addresses = {kind: f"{address}.{kind}" for kind in ("rss", "atom", "json")}
        return {"__typename": "Feeds", **addresses}

    def _images(self, owner: str, key: int) -> list[Thing]:
        rows = [row for row in self._tables[f"{owner}_image"] if row[f"{owner}_id"] == key]
        rows.sort(key=lambda row: row["position"])
        return [
            {
                "__typename": "Image",
                "isCached": None if row["is_cached"] is None else bool(row["is_cached"]),
                **{name: row[name] for name in ("url", "width", "height", "title", "attribution")},
            }
            for row in rows
        ]

    def _story(self, row: dict[str, Any], owner: str) -> Thing:
        return {
            "_key": row["id"],
            "id": row["node_id"],
            "title": row["title"],
            "excerpt": row["excerpt"],
            "publishedAt": row["published_at"] or None,
            "webUrl": row["web_url"] or row["original_url"],
            "originalUrl": row["original_url"],
            "ampUrl": row["amp_url"],
            "cdnAmpUrl": row["cdn_amp_url"],
            "type": row["type"],
            "quality": row["quality"],
            "provider": self._of_key.get(row["provider_id"]),
            "images": self._images(owner, row["id"]),
        }

    def _article(self, row: dict[str, Any]) -> Thing:
        document = self._documents[row["id"]]
        story = self._story(row, "article")
        page = f"{self._site}/articles/{quote(row['slug'], safe='/-._~')}"
        topics = [self._of_key[one["topic_id"]] for one in self._filed[row["id"]]]
        tags = [one["name"] for one in self._tags[row["id"]]]
        texts = texts_of(row, story["provider"], topics, tags)
        return story | {
            "__typename": "Article",
            "_words": [words(text) for text in texts],
            "_page": page,
            "webUrl": story["webUrl"] or page,
            "slug": row["slug"],
            "updatedAt": row["updated_at"],
            "category": row["category"],
            "heat": row["heat"],
            "published": bool(row["published"]),
            "topics": topics,
            "authors": [
                {"__typename": "Author", "name": one["name"], "url": one["url"]}
                for one in self._authors[row["id"]]
            ],
            "body": row["body"],
            "bodyHtml": row["body_html"],
            "frontMatter": json.loads(document["front_matter"]),
            "source": {
                "__typename": "Source",
                "path": document["path"],
                "sha256": document["sha256"],
                "importedAt": document["imported_at"],
                "revision": document["revision"],
            },
        }

    def _link(self, row: dict[str, Any]) -> Thing:
        return self._story(row, "link") | {
            "__typename": "RelatedLink",
            "position": row["position"],
            "article": self._of_key.get(row["target_id"]),
            "from": self._of_key[row["article_id"]],
        }

    def _join(self) -> None:
        """Fill in what needs all the things."""
        for topic in self.topics:
            topic["parent"] = self._of_key.get(topic["_parent"])
            children = [one for one in self.topics if one["_parent"] == topic["_key"]]
            topic["children"] = sorted(children, key=lambda one: (one["name"], one["_key"]))
            topic["_articles"] = [one for one in self.articles if topic in one["topics"]]
        for provider in self.providers:
            provider["_articles"] = [one for one in self.articles if one["provider"] is provider]
            provider["_links"] = [one for one in self.links if one["provider"] is provider]
        for one in (*self.topics, *self.providers):
            one["articleCount"] = len(one["_articles"])
        for article in self.articles:
            related = [one for one in self.links if one["from"] is article]
            article["_related"] = sorted(related, key=lambda one: one["position"])
        for article in self.articles:
            article["_linking"] = [
                other
                for other in self.articles
                if any(link["article"] is article for link in other["_related"])
            ]

    def _diagnostic(self, row: dict[str, Any]) -> Thing:
        root = next(one for one in self._tables["root"] if one["id"] == row["root_id"])
        names = ("path", "line", "column", "code", "message", "advice")
        place = (row["path"], row["line"] or 0, row["column"] or 0, row["code"])
        return {
            "_key": row["id"],
            "_place": (root["position"], *place),
            "severity": row["severity"].upper(),
            **{name: row[name] for name in names},
        }

    def _change(self, row: dict[str, Any]) -> Thing:
        removed = bool(row["deleted"])
        return {
            "__typename": "Change",
            "_position": row["position"],
            "nodeId": row["node_id"],
            "removed": removed,
            "revision": row["revision"],
            "node": None if removed else self.find(row["node_id"]),
        }


_TABLES = (
    "state",
    "document",
    "topic",
    "topic_alias",
    "provider",
    "article",
    "article_topic",
    "article_tag",
    "article_author",
    "article_url",
    "article_image",
    "provider_image",
    "link",
    "link_image",
    "change",
    "root",
    "diagnostic",
)
