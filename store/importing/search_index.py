"""Keeps the full-text index in step with the articles, in the import's transaction."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

import nh3
from sqlalchemy import delete, func, insert, select, text

from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from newsgraph.store.importing.rows import Row


_WITHIN_WORDS: Final = (
    "a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strike|"
    "strong|sub|sup|tt|u|var|wbr"
)
_BLOCK: Final = re.compile(rf"<(?!/?(?:{_WITHIN_WORDS})[\s/>])")
"""Where a tag begins that ends the word before it, as a paragraph's and a cell's do."""

_MUCH: Final = 10
"""An import of more than one article in so many leaves the index in one piece. It takes a
hundredth of the import's time, and searches a third of theirs."""


def articles_of(connection: Connection, places: Iterable[int]) -> set[int]:
    """Return the articles of topics and providers."""
    found: set[int] = set()
    for some in batches(places):
        filed = select(t.article_topic.c.article_id).where(t.article_topic.c.topic_id.in_(some))
        published = select(t.article.c.id).where(t.article.c.provider_id.in_(some))
        found.update(connection.scalars(filed))
        found.update(connection.scalars(published))
    return found


def index(connection: Connection, articles: Collection[int], gone: Collection[int]) -> None:
    """Index articles as they are now, and forget those that are gone."""
    for some in batches(gone):
        connection.execute(delete(t.article_text).where(t.article_text.c.rowid.in_(some)))
    for some in batches(articles):
        connection.execute(delete(t.article_text).where(t.article_text.c.rowid.in_(some)))
        rows = _rows(connection, some)
        if rows:
            connection.execute(insert(t.article_text), rows)
    there = connection.scalar(select(func.count()).select_from(t.article)) or 0
    if (len(articles) + len(gone)) * _MUCH > there:
        # FTS5 leaves a tree for every few thousand rows, and looks a word up in each of them.
        connection.execute(text("INSERT INTO article_text (article_text) VALUES ('optimize')"))


def _rows(connection: Connection, articles: list[int]) -> list[Row]:
    topics: dict[int, list[str]] = {one: [] for one in articles}
    filed = (
        select(t.article_topic.c.article_id, t.topic.c.name)
        .join(t.topic, t.topic.c.id == t.article_topic.c.topic_id)
        .where(t.article_topic.c.article_id.in_(articles))
        .order_by(t.article_topic.c.position)
    )
    tagged = (
        select(t.article_tag.c.article_id, t.article_tag.c.name)
        .where(t.article_tag.c.article_id.in_(articles))
        .order_by(t.article_tag.c.position)
    )
    for query in (filed, tagged):
        for article, name in connection.execute(query):
            topics[article].append(name)
    told = (
        select(t.article, t.provider.c.name.label("called"))
        .outerjoin(t.provider, t.provider.c.id == t.article.c.provider_id)
        .where(t.article.c.id.in_(articles))
    )
    return [
        {
            "rowid": row.id,
            "title": row.title,
            "excerpt": row.excerpt or "",
            "body": plain(row.body_html),
            "provider": _each_once(row.called, row.provider_name, row.provider_domain),
            "topics": _each_once(*topics[row.id]),
        }
        for row in connection.execute(told)
    ]


def plain(html: str) -> str:
    """Return the words of safe HTML."""
    apart = _BLOCK.sub(" <", html)
    return unescape(nh3.clean(apart, tags=set())).strip()


def _each_once(*names: str | None) -> str:
    return " · ".join(dict.fromkeys(name for name in names if name))
