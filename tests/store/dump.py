"""Dumps the contents of a store as values that can be compared."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from contextlib import closing
from typing import TYPE_CHECKING, Any

from newsgraph.store.search.index.attributes import SegmentAttributes
from newsgraph.store.search.index.bitmap_codec import decode_numbers, from_little_endian
from newsgraph.store.search.index.terms import form_of
from newsgraph.store.search.spelling import is_word

if TYPE_CHECKING:
    from pathlib import Path

# Columns that may differ between two imports of the same folder.
_HISTORY_COLUMNS = {
    "state": {"store_id", "revision", "imported_at"},
    "document": {"revision", "imported_at"},
    "article": {"updated_at"},
    "topic_retirement": {"since"},
}

Dump = dict[str, list[dict[str, Any]]]


def dump_tables(path: Path) -> Dump:
    """Return every row of every table, sorted."""
    tables: Dump = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in names.fetchall():
            rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - its own names
            tables[name] = sorted((dict(row) for row in rows), key=repr)
    return tables


def dump_imported_content(path: Path) -> Dump:
    """Return what depends on the folders alone, without revisions and import times."""
    tables = dump_tables(path)
    del tables["change"], tables["departure"], tables["feed"]
    segments, postings = tables.pop("search_segment"), tables.pop("search_posting")
    # Words of articles that are gone may stay.
    words = {row["word"] for row in tables.pop("search_word")}
    assert words >= {form for row in postings if is_word(form := form_of(row["term"]) or "")}
    tables["search_index"] = _unpack_search_index(segments, postings)
    for name, columns in _HISTORY_COLUMNS.items():
        for row in tables[name]:
            for column in columns:
                del row[column]
    return tables


def _unpack_search_index(
    segments: list[dict[str, Any]], postings: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return a row for each article: its terms, by field, and where they are in the article.

    How articles are distributed over segments depends on the history of the imports.
    """
    articles: dict[int, dict[str, Any]] = {}
    by_segment = {row["id"]: row for row in segments if row["is_complete"]}
    arrays = {}
    for segment_id, row in by_segment.items():
        keys, live = from_little_endian("q", row["article_keys"]), decode_numbers(row["live"])
        arrays[segment_id] = keys, live, from_little_endian("I", row["starts"])
        orders = row["date_orders"].split(b"\n")
        columns = SegmentAttributes.from_bytes(row["attributes"])
        for number in live:
            assert keys[number] not in articles, "an article is in two segments"
            articles[keys[number]] = {
                "date_order": orders[number],
                "attributes": columns.of_article(number),
                "terms": [],
            }
    for posting in postings:
        if posting["segment_id"] not in by_segment:
            continue
        keys, live, starts = arrays[posting["segment_id"]]
        places: dict[int, list[int]] = {
            number: [] for number in decode_numbers(posting["articles"]) & live
        }
        for position in decode_numbers(posting["positions"]) if posting["positions"] else ():
            number = bisect_right(starts, position) - 1
            if number in places:
                places[number].append(position - starts[number])
        for number, positions in places.items():
            entry = (posting["term"], posting["field"], positions)
            articles[keys[number]]["terms"].append(entry)
    return [
        {"article_id": key, **row, "terms": sorted(row["terms"])}
        for key, row in sorted(articles.items())
    ]


def fetch_rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()
