"""Reads all objects in a store, as dictionaries with the fields of the schema's types.

Keys that start with an underscore are internal to the reference engine.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from tests.gql.reference.search import comparable_article, create_search, searchable_article
from tests.store.search.reference_similarity import find_similar

if TYPE_CHECKING:
    from pathlib import Path

GraphObject: TypeAlias = "dict[str, Any]"
"""An object of one of the schema's types."""


class StoreContents:
    """All objects in a store.

    Attributes:
        articles, links, topics, providers: the objects of each type.
        store: the object of `Query.store`.
        store_id: the store's id, which its tokens contain.
        log: the changes, oldest first.
        diagnostics: the diagnostics of imports, by folder, file and line.
        topics_by_alias: the topics by their former slugs.
        keys_by_url: the keys of articles by their canonical URLs.
        keys_by_alias: the keys of articles by their old addresses.
        find_keys: returns the keys of the articles that a search finds, the best first.
    """

    def __init__(self, path: Path, site: str) -> None:
        self._site = site
        self._tables: dict[str, list[dict[str, Any]]] = {}
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            for name in _TABLES:
                rows = connection.execute(f"SELECT * FROM {name}")  # noqa: S608 - constant names
                self._tables[name] = [dict(row) for row in rows]
        self.topics = [self._topic(row) for row in self._tables["topic"]]
        self.providers = [self._provider(row) for row in self._tables["provider"]]
        self._by_key = {object_["_key"]: object_ for object_ in (*self.topics, *self.providers)}
        self.topics_by_alias = {
            row["slug"]: self._by_key[row["topic_id"]] for row in self._tables["topic_alias"]
        }
        self._authors, self._article_topics, self._tags = (
            self._group_by(name, "article_id")
            for name in ("article_author", "article_topic", "article_tag")
        )
        self._author_slugs = {row["id"]: row["slug"] for row in self._tables["author"]}
        self._documents = {row["id"]: row for row in self._tables["document"]}
        self.articles = [self._article(row) for row in self._tables["article"]]
        self._by_key |= {article["_key"]: article for article in self.articles}
        self.links = [self._link(row) for row in self._tables["link"]]
        self._link_objects()
        newest_first = sorted(self._tables["article"], key=lambda row: row["id"])
        newest_first.sort(key=lambda row: row["date_order"], reverse=True)
        self.find_keys = create_search(
            self._by_key[row["id"]]["_searchable"] for row in newest_first
        )
        for article in self.articles:
            article["_find_keys"] = self.find_keys
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
            key=lambda change: (change["revision"], change["_position"]),
        )
        self.diagnostics = [self._diagnostic(row) for row in self._tables["diagnostic"]]
        self.diagnostics.sort(key=lambda diagnostic: diagnostic["_sort_key"])
        self.keys_by_url: dict[str, list[int]] = defaultdict(list)
        for row in self._tables["article_url"]:
            self.keys_by_url[row["url"]].append(row["article_id"])
        self.keys_by_alias: dict[str, list[int]] = defaultdict(list)
        for row in self._tables["article_alias"]:
            self.keys_by_alias[self._site + row["path"]].append(row["article_id"])

    def find(self, id_: str) -> GraphObject | None:
        """Return the object with an id, or None."""
        nodes = (*self.articles, *self.links, *self.topics, *self.providers)
        return next((node for node in nodes if node["id"] == id_), None)

    def get_by_key(self, key: int) -> GraphObject:
        """Return the article, topic or provider with a key."""
        return self._by_key[key]

    def _group_by(self, table: str, column: str) -> dict[int, list[dict[str, Any]]]:
        """Return the rows of a table by a column, each group by position."""
        groups = defaultdict(list)
        for row in sorted(self._tables[table], key=lambda row: row["position"]):
            groups[row[column]].append(row)
        return groups

    def _topic(self, row: dict[str, Any]) -> GraphObject:
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

    def _provider(self, row: dict[str, Any]) -> GraphObject:
        return {
            "__typename": "Provider",
            "_key": row["id"],
            "id": row["node_id"],
            "images": self._images("provider", row["id"]),
            "feeds": self._feeds("providers", row["domain"]),
            **{name: row[name] for name in ("name", "domain", "description")},
        }

    def _feeds(self, collection: str, name: str) -> GraphObject:
        base_url = f"{self._site}/feeds/{collection}/{quote(name, safe='/-._~')}"
        urls = {suffix: f"{base_url}.{suffix}" for suffix in ("rss", "atom", "json")}
        return {"__typename": "Feeds", **urls}

    def _images(self, owner: str, key: int) -> list[GraphObject]:
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

    def _story(self, row: dict[str, Any], owner: str) -> GraphObject:
        return {
            "_key": row["id"],
            "id": row["node_id"],
            "title": row["title"],
            "excerpt": row["excerpt"],
            "publishedAt": row["published_at"] or None,
            # Without a date, articles are in the order of their paths, which is stored.
            "_dateOrder": row["published_at"] or row.get("date_order", ""),
            "webUrl": row["web_url"] or row["original_url"],
            "originalUrl": row["original_url"],
            "ampUrl": row["amp_url"],
            "cdnAmpUrl": row["cdn_amp_url"],
            "type": row["type"],
            "quality": row["quality"],
            "provider": self._by_key.get(row["provider_id"]),
            "images": self._images(owner, row["id"]),
        }

    def _article(self, row: dict[str, Any]) -> GraphObject:
        document = self._documents[row["id"]]
        story = self._story(row, "article")
        page_url = f"{self._site}/articles/{quote(row['slug'], safe='/-._~')}"
        topics = [
            self._by_key[article_topic["topic_id"]]
            for article_topic in self._article_topics[row["id"]]
        ]
        tags = [tag["name"] for tag in self._tags[row["id"]]]
        authors = self._authors[row["id"]]
        return story | {
            "__typename": "Article",
            "_searchable": searchable_article(row, story["provider"], topics, tags, authors),
            "_comparable": comparable_article(row, story["provider"], topics, tags, authors),
            "_page_url": page_url,
            "webUrl": story["webUrl"] or page_url,
            "slug": row["slug"],
            "updatedAt": row["updated_at"],
            "category": row["category"],
            "heat": row["heat"],
            "published": bool(row["published"]),
            "language": row["language"],
            "_translation_key": document["translation_key"],
            "topics": topics,
            "authors": [
                {
                    "__typename": "Author",
                    "name": author["name"],
                    "slug": self._author_slugs[author["author_id"]],
                    "url": author["url"],
                    "imageUrl": author["image"],
                }
                for author in authors
            ],
            "body": row["body"],
            "bodyHtml": row["body_html"].replace('="newsgraph-site:', f'="{self._site}'),
            "frontMatter": json.loads(document["front_matter"]),
            "source": {
                "__typename": "Source",
                "path": document["path"],
                "sha256": document["sha256"],
                "importedAt": document["imported_at"],
                "revision": document["revision"],
            },
        }

    def _link(self, row: dict[str, Any]) -> GraphObject:
        story = self._story(row, "link")
        # A link of a reference leads to the article's page here, if the article has no URL.
        page_url = row["href"] and f"{self._site}/articles/{row['href']}"
        return story | {
            "__typename": "RelatedLink",
            "webUrl": story["webUrl"] or page_url,
            "position": row["position"],
            "article": self._by_key.get(row["target_id"]),
            "from": self._by_key[row["article_id"]],
        }

    def _link_objects(self) -> None:
        """Set the fields that refer to other objects."""
        for topic in self.topics:
            topic["parent"] = self._by_key.get(topic["_parent"])
            children = [child for child in self.topics if child["_parent"] == topic["_key"]]
            topic["children"] = sorted(children, key=lambda child: (child["name"], child["_key"]))
            topic["_articles"] = [
                article for article in self.articles if topic in article["topics"]
            ]
        for provider in self.providers:
            provider["_articles"] = [
                article for article in self.articles if article["provider"] is provider
            ]
            provider["_links"] = [link for link in self.links if link["provider"] is provider]
        for object_ in (*self.topics, *self.providers):
            object_["articleCount"] = len(object_["_articles"])
        for article in self.articles:
            translations = [
                other
                for other in self.articles
                if other["_translation_key"] == article["_translation_key"]
                and other["language"] != article["language"]
            ]
            article["_translations"] = sorted(
                translations, key=lambda other: (other["language"] or "", other["_key"])
            )
            similar = find_similar(
                [other["_comparable"] for other in self.articles],
                article["_key"],
                [other["_key"] for other in translations],
            )
            article["_similar"] = [self._by_key[key] for key in similar]
            links = [link for link in self.links if link["from"] is article]
            article["_related"] = sorted(links, key=lambda link: link["position"])
        for article in self.articles:
            article["_linking_articles"] = [
                other
                for other in self.articles
                if any(link["article"] is article for link in other["_related"])
            ]

    def _diagnostic(self, row: dict[str, Any]) -> GraphObject:
        root = next(root for root in self._tables["root"] if root["id"] == row["root_id"])
        names = ("path", "line", "column", "code", "message", "advice")
        sort_key = (row["path"], row["line"] or 0, row["column"] or 0, row["code"])
        return {
            "_key": row["id"],
            "_sort_key": (root["position"], *sort_key),
            "severity": row["severity"].upper(),
            **{name: row[name] for name in names},
        }

    def _change(self, row: dict[str, Any]) -> GraphObject:
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
    "author",
    "article_url",
    "article_alias",
    "article_image",
    "provider_image",
    "link",
    "link_image",
    "change",
    "root",
    "diagnostic",
)
