"""Searches the articles of a store in Python: `tests.store.search.reference_search`."""

from __future__ import annotations

from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from newsgraph.store.search.index.article import IndexedArticle
from newsgraph.store.search.index.attributes import ArticleAttributes
from tests.store.search.reference_search import ReferenceArticle, ReferenceSearch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def searchable_article(
    row: dict[str, Any],
    provider: dict[str, Any] | None,
    topics: list[dict[str, Any]],
    tags: list[str],
    authors: list[dict[str, Any]],
) -> ReferenceArticle:
    """Return what of an article is searched; its key is the name."""
    publishers = [provider["name"], provider["domain"]] if provider else []
    return ReferenceArticle(
        str(row["id"]),
        row["language"],
        date.fromisoformat(row["published_at"][:10]) if row["published_at"] else None,
        row["title"],
        f"{row['excerpt'] or ''} ¶ {_strip_tags(row['body_html'])}",
        (*(topic["name"] for topic in topics), *tags),
        tuple(author["name"] for author in authors),
        tuple(filter(None, (*publishers, row["provider_name"], row["provider_domain"]))),
    )


def comparable_article(
    row: dict[str, Any],
    provider: dict[str, Any] | None,
    topics: list[dict[str, Any]],
    tags: list[str],
    authors: list[dict[str, Any]],
) -> IndexedArticle:
    """Return what of an article is compared with others, and what its length is counted by."""
    publishers = [provider["name"]] if provider else []
    publishers += filter(None, (row["provider_name"], row["provider_domain"]))
    return IndexedArticle(
        row["id"],
        row["date_order"],
        row["language"],
        {
            "title": (row["title"],),
            "text": (row["excerpt"] or "", _strip_tags(row["body_html"])),
            "topic": tuple(dict.fromkeys((*(topic["name"] for topic in topics), *tags))),
            "author": tuple(dict.fromkeys(author["name"] for author in authors)),
            "publisher": tuple(dict.fromkeys(publishers)),
        },
        ArticleAttributes(topics=tuple(topic["_key"] for topic in topics)),
    )


def create_search(articles: Iterable[ReferenceArticle]) -> Callable[[str], list[int]]:
    """Return a function that returns the keys of the articles that a search finds, best first.

    Args:
        articles: the articles, newest first.
    """
    search = ReferenceSearch(articles)

    @cache
    def find_keys(text: str) -> list[int]:
        return [int(name) for name in search.search(text)]

    return find_keys


class _TextExtractor(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _strip_tags(html: str) -> str:
    extractor = _TextExtractor()
    extractor.feed(html)
    extractor.close()
    return "".join(extractor.parts)
