"""Summarizes the articles in a store, for those who look at an archive for the first time."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsgraph.store.schema import tables as t
from newsgraph.store.schema.author_tables import author

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """What the articles of a store have in common.

    Numbers and dates are those of articles that are served. Keys are also those of hidden ones.

    Attributes:
        topics: names of topics with the numbers of their articles, those with most articles first.
        authors: names of authors, likewise.
        languages: BCP 47 tags, likewise; articles whose language is not known have none.
        first_date: the earliest date of publication, ``YYYY-MM-DDTHH:MM:SSZ``; None without any.
        last_date: the latest one.
        undated_count: number of articles without a date.
        front_matter_keys: the keys of front matter with the numbers of documents that have them,
            most frequent ones first. Keys that differ only in case count as one, and are spelled
            as in the first document.
    """

    topics: tuple[tuple[str, int], ...] = ()
    authors: tuple[tuple[str, int], ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    first_date: str | None = None
    last_date: str | None = None
    undated_count: int = 0
    front_matter_keys: tuple[tuple[str, int], ...] = ()


def read_archive_summary(connection: Connection) -> ArchiveSummary:
    """Read the summary."""
    article = t.article.c
    dates = select(func.min(article.published_at), func.max(article.published_at))
    first, last = connection.execute(dates.where(article.published_at != "")).one()
    undated = select(func.count()).where(article.published_at == "")
    count = func.count()
    languages = select(article.language, count).where(article.language.is_not(None))
    by_language = languages.group_by(article.language).order_by(count.desc(), article.language)
    return ArchiveSummary(
        topics=_read_names(connection, t.topic),
        authors=_read_names(connection, author),
        languages=tuple((name, number) for name, number in connection.execute(by_language)),
        first_date=first,
        last_date=last,
        undated_count=connection.scalar(undated) or 0,
        front_matter_keys=_count_keys(connection),
    )


def _read_names(connection: Connection, table: Table) -> tuple[tuple[str, int], ...]:
    count = table.c.article_count
    query = select(table.c.name, count).where(count > 0).order_by(count.desc(), table.c.name)
    return tuple((name, number) for name, number in connection.execute(query))


def _count_keys(connection: Connection) -> tuple[tuple[str, int], ...]:
    document = t.document.c
    query = select(document.front_matter).where(document.kind == "Article").order_by(document.path)
    counts: Counter[str] = Counter()
    spellings: dict[str, str] = {}
    for text in connection.scalars(query):
        keys = {key.lower(): key for key in json.loads(text)}
        counts.update(keys.keys())
        for small, key in keys.items():
            spellings.setdefault(small, key)
    # Of equally frequent keys, those of the first document come first.
    return tuple((spellings[small], count) for small, count in counts.most_common())
