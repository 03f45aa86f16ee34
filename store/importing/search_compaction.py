"""Replaces many small segments of the search index by few large ones, beside everything else.

A large segment is built outside of transactions, from the articles as they are stored, and is
written in short ones. Searches read it from the last transaction on, which also takes the replaced
segments away. What was begun by a process that has ended is deleted by the next one.
"""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from pyroaring import BitMap
from sqlalchemy import select, update

from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.search_segments import (
    delete_postings,
    insert_postings,
    insert_segment,
    set_live,
)
from newsgraph.store.schema.search_index_tables import search_segment
from newsgraph.store.search.index.bitmap_codec import decode_numbers, from_little_endian
from newsgraph.store.search.index.segment import MAX_ARTICLES, MAX_TOKENS, build_segment
from newsgraph.store.search.tokenizer import TOKENIZER_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from newsgraph.store.engines.protocol import Database
    from newsgraph.store.search.index.article import IndexedArticle
    from newsgraph.store.search.index.posting_builder import Posting
    from newsgraph.store.search.index.segment import SegmentArticles

SEGMENTS_PER_LEVEL: Final = 8
"""So many segments of similar size are replaced by one. Each search reads all segments."""

ROWS_PER_TRANSACTION: Final = 5_000
"""Postings that are written or deleted at once: imports wait for so long."""


class SegmentSize(NamedTuple):
    """How many articles a segment has.

    Attributes:
        id: the segment's id.
        article_count: number of articles when it was built.
        live_count: number of articles that it is still right for.
        token_count: number of positions.
        is_current: whether the tokenizer is the one that it was built with.
    """

    id: int
    article_count: int
    live_count: int
    token_count: int
    is_current: bool = True


class Compactor:
    """Replaces segments of a store's index.

    Args:
        database: the store's database.
        read_articles: reads articles by their keys in a transaction; those that do not exist any
            more are left out.
    """

    def __init__(
        self,
        database: Database,
        read_articles: Callable[[Connection, Sequence[int]], list[IndexedArticle]],
    ) -> None:
        self._database, self._read_articles = database, read_articles

    async def run(self) -> int:
        """Replace segments until there are few enough; return how many were replaced.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be read or written.
        """
        count = 0
        while True:
            await self._delete_unread()
            sizes = await self._database.run_in_transaction(_read_sizes)
            segments = choose_segments(sizes)
            if not segments or not await self._replace(segments):
                return count
            count += len(segments)

    async def _replace(self, segments: Sequence[int]) -> bool:
        """Replace segments by new ones; return whether that was possible."""
        run = self._database.run_in_transaction
        keys = await run(lambda connection: list(_live_articles(connection, segments)))
        articles: list[IndexedArticle] = []
        for batch in batches(keys):
            articles += await run(self._reader(batch))
        segment, postings = await asyncio.to_thread(build_segment, articles)
        segment_id = await self._write(segment, postings)
        return segment_id is not None and await run(
            lambda connection: _switch(connection, segments, segment_id, segment)
        )

    def _reader(self, keys: Sequence[int]) -> Callable[[Connection], list[IndexedArticle]]:
        return lambda connection: self._read_articles(connection, keys)

    async def _write(self, segment: SegmentArticles, postings: list[Posting]) -> int | None:
        """Write a segment that is not read yet.

        Returns:
            Its id; None if another process has deleted it meanwhile.
        """
        run = self._database.run_in_transaction
        segment_id = await run(
            lambda connection: insert_segment(connection, segment, is_complete=False)
        )
        for start in range(0, len(postings), ROWS_PER_TRANSACTION):
            part = postings[start : start + ROWS_PER_TRANSACTION]
            if not await run(partial(_insert_part, segment_id=segment_id, part=part)):
                return None
        return segment_id

    async def _delete_unread(self) -> None:
        """Delete the segments that are not read any more, or have never been."""
        run = self._database.run_in_transaction
        query = select(search_segment.c.id).where(~search_segment.c.is_complete)
        for segment_id in await run(lambda connection: connection.scalars(query).all()):
            delete = partial(delete_postings, segment_id=segment_id, limit=ROWS_PER_TRANSACTION)
            while not await run(delete):
                pass


def choose_segments(sizes: Iterable[SegmentSize]) -> list[int]:
    """Return the ids of the segments to replace by one; none if there are few enough.

    A segment is rebuilt if most of its articles are in others now, or if another version of the
    tokenizer has built it. Otherwise several of a similar size become one.
    """
    sizes = sorted(sizes, key=lambda size: (size.live_count, size.id))
    for size in sizes:
        if not size.is_current or size.live_count * 2 < size.article_count:
            return [size.id]
    for _, group in groupby(sizes, key=lambda size: _level(size.live_count)):
        similar = list(group)
        chosen: list[SegmentSize] = []
        for size in similar:
            together = [*chosen, size]
            fits = sum(member.live_count for member in together) <= MAX_ARTICLES
            if fits and sum(member.token_count for member in together) <= MAX_TOKENS:
                chosen = together
        if len(similar) >= SEGMENTS_PER_LEVEL and len(chosen) > 1:
            return [size.id for size in chosen]
    return []


def _level(article_count: int) -> int:
    """Return 0 for up to 8 articles, 1 for up to 64, and so on."""
    return ((max(0, article_count - 1) >> 3).bit_length() + 2) // 3


def _read_sizes(connection: Connection) -> list[SegmentSize]:
    columns = (
        *(search_segment.c[name] for name in ("id", "article_count", "live_count", "token_count")),
        search_segment.c.tokenizer_version == TOKENIZER_VERSION,
    )
    rows = connection.execute(select(*columns).where(search_segment.c.is_complete))
    return [SegmentSize(*row) for row in rows]


def _read_live(
    connection: Connection, segments: Iterable[int]
) -> dict[int, tuple[Sequence[int], BitMap]]:
    """Return the keys of segments' articles by number, and the numbers of those that are live.

    Segments that have been replaced are left out.
    """
    columns = search_segment.c.id, search_segment.c.article_keys, search_segment.c.live
    is_valid = search_segment.c.is_complete | (search_segment.c.live_count == 0)
    condition = search_segment.c.id.in_(list(segments)) & is_valid
    return {
        segment_id: (from_little_endian("q", keys), decode_numbers(live))
        for segment_id, keys, live in connection.execute(select(*columns).where(condition))
    }


def _live_articles(connection: Connection, segments: Iterable[int]) -> Iterable[int]:
    for keys, live in _read_live(connection, segments).values():
        yield from (keys[number] for number in live)


def _insert_part(connection: Connection, segment_id: int, part: list[Posting]) -> bool:
    """Insert postings of a segment; return False if it is not there any more."""
    query = select(search_segment.c.id).where(search_segment.c.id == segment_id)
    if connection.scalar(query) is None:
        return False
    insert_postings(connection, segment_id, part)
    return True


def _switch(
    connection: Connection, segments: Sequence[int], new_id: int, new_segment: SegmentArticles
) -> bool:
    """Let searches read a new segment instead of others.

    Articles that have changed since the new segment was built are not live in the old ones any
    more, and so they are not in the new one.

    Returns:
        False if another process has replaced one of the segments meanwhile.
    """
    replaced = _read_live(connection, segments)
    is_new = search_segment.c.id == new_id
    if len(replaced) < len(segments) or connection.scalar(select(is_new).where(is_new)) is None:
        return False
    live_keys = {keys[number] for keys, live in replaced.values() for number in live}
    old = search_segment.c.id.in_(list(segments))
    connection.execute(update(search_segment).where(old).values(is_complete=False))
    connection.execute(update(search_segment).where(is_new).values(is_complete=True))
    numbers = [number for number, key in enumerate(new_segment.key_of) if key in live_keys]
    set_live(connection, new_id, BitMap(numbers))
    return True
