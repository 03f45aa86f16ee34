"""Writes segments of the search index in a transaction."""

from __future__ import annotations

import secrets
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap
from sqlalchemy import delete, insert, literal_column, select, update

from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.query.json_sql import ordered_join, text_literal
from newsgraph.store.schema.search_index_tables import (
    search_posting,
    search_segment,
    search_word,
)
from newsgraph.store.search.index.article import FIELDS
from newsgraph.store.search.index.bitmap_codec import (
    decode_numbers,
    encode_numbers,
    from_little_endian,
)
from newsgraph.store.search.index.segment import all_numbers, build_segment, split_articles
from newsgraph.store.search.index.terms import AFTER_END, END, FORM, form_of
from newsgraph.store.search.spelling import is_word
from newsgraph.store.search.tokenizer import TOKENIZER_VERSION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from newsgraph.store.search.index.article import IndexedArticle
    from newsgraph.store.search.index.posting_builder import Posting
    from newsgraph.store.search.index.segment import SegmentArticles

_ROWS_OF_STATEMENT: Final = 5_000


def add_articles(connection: Connection, articles: Iterable[IndexedArticle]) -> None:
    """Add articles that are not in the index."""
    for group in split_articles(articles):
        segment, postings = build_segment(group)
        segment_id = insert_segment(connection, segment, is_complete=True)
        insert_postings(connection, segment_id, postings)


def remove_articles(connection: Connection, keys: Collection[int]) -> None:
    """Remove articles; those that are not in the index are ignored."""
    removed = frozenset(keys)
    columns = search_segment.c.id, search_segment.c.article_keys, search_segment.c.live
    for segment_id, stored_keys, stored_live in connection.execute(select(*columns)).all():
        segment_keys = from_little_endian("q", stored_keys)
        numbers = BitMap(number for number, key in enumerate(segment_keys) if key in removed)
        live = decode_numbers(stored_live)
        if numbers & live:
            set_live(connection, segment_id, live - numbers)


def insert_segment(connection: Connection, segment: SegmentArticles, *, is_complete: bool) -> int:
    """Insert a segment without its postings, and return its id."""
    segment_id, live = secrets.randbits(63), all_numbers(segment)
    row = {
        "id": segment_id,
        "tokenizer_version": TOKENIZER_VERSION,
        "is_complete": is_complete,
        "article_count": len(segment),
        "live_count": len(live),
        "token_count": segment.token_count,
        "live": encode_numbers(live),
        "article_keys": segment.keys,
        "date_orders": segment.date_orders,
        "starts": segment.starts,
        "attributes": segment.attributes,
        "languages": segment.languages,
    }
    connection.execute(insert(search_segment), row)
    return segment_id


def insert_postings(connection: Connection, segment_id: int, postings: Iterable[Posting]) -> None:
    """Insert postings of a segment, which are sorted by term."""
    sql = str(insert(search_posting).compile(dialect=connection.dialect))
    remaining = iter(postings)
    while group := list(islice(remaining, _ROWS_OF_STATEMENT)):
        rows = [
            (segment_id, posting.term, FIELDS.index(posting.field), *posting[2:])
            for posting in group
        ]
        # SQLAlchemy would convert each value, which takes longer than to insert it.
        connection.exec_driver_sql(sql, rows)
        _insert_words(connection, {posting.term for posting in group})


def _words_of(terms: Iterable[str]) -> set[str]:
    """Return the words of terms that can be suggested."""
    return {form for term in terms if (form := form_of(term)) is not None and is_word(form)}


def _delete_words(connection: Connection, terms: Iterable[str]) -> None:
    """Delete the words of terms, except those that are in a segment."""
    segment, posting, word = search_segment.c, search_posting.c, search_word.c.word
    first, end = (text_literal(FORM) + word + text_literal(part) for part in (END, AFTER_END))
    is_of_word = (posting.segment_id == segment.id) & (posting.term >= first) & (posting.term < end)
    # SQLite would read all postings for each word, and SQLAlchemy warns without a condition.
    source = ordered_join(search_segment, search_posting, literal_column("1"))
    is_in_segment = select(posting.term).select_from(source).where(is_of_word).exists()
    for batch in batches(_words_of(terms)):
        connection.execute(delete(search_word).where(word.in_(batch), ~is_in_segment))


def _insert_words(connection: Connection, terms: Iterable[str]) -> None:
    """Insert the words of terms that can be suggested, unless they are there."""
    new_words = _words_of(terms)
    for batch in batches(list(new_words)):
        column = search_word.c.word
        new_words.difference_update(connection.scalars(select(column).where(column.in_(batch))))
    if new_words:
        connection.execute(insert(search_word), [{"word": word} for word in sorted(new_words)])


def set_live(connection: Connection, segment_id: int, live: BitMap) -> None:
    """Set which articles a segment is right for; without any, it is not read any more."""
    values = {"live": encode_numbers(live), "live_count": len(live)}
    if not live:
        values["is_complete"] = False
    connection.execute(
        update(search_segment).where(search_segment.c.id == segment_id).values(values)
    )


def delete_postings(connection: Connection, segment_id: int, limit: int) -> bool:
    """Delete postings of a segment that is not read any more, their words, and then the segment.

    Words that other segments have stay.

    Args:
        connection: a transaction.
        segment_id: the segment.
        limit: maximum number of terms to delete the postings of.

    Returns:
        Whether everything is deleted.
    """
    of_segment = search_posting.c.segment_id == segment_id
    terms = select(search_posting.c.term).where(of_segment).order_by(search_posting.c.term)
    end = connection.scalar(terms.offset(limit).limit(1))
    condition = of_segment if end is None else of_segment & (search_posting.c.term < end)
    deleted_terms = connection.scalars(select(search_posting.c.term).where(condition)).all()
    connection.execute(delete(search_posting).where(condition))
    _delete_words(connection, deleted_terms)
    if end is None:
        connection.execute(delete(search_segment).where(search_segment.c.id == segment_id))
    return end is None
