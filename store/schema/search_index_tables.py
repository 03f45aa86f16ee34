"""The tables of the search index: segments, their postings (`store.search.index`), and words."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, Text

from newsgraph.store.schema.tables import Key
from newsgraph.store.schema.websub_tables import metadata

__all__ = ["metadata", "search_posting", "search_segment", "search_word"]

search_segment = Table(
    "search_segment",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=False, comment="random, never used again"),
    Column("tokenizer_version", Text, nullable=False),
    Column("is_complete", Boolean, nullable=False, comment="whether searches read it"),
    Column("article_count", Integer, nullable=False, comment="of articles with a number"),
    Column("live_count", Integer, nullable=False, comment="of numbers in `live`"),
    Column("token_count", Integer, nullable=False, comment="number of positions"),
    Column(
        "live", LargeBinary, nullable=False, comment="numbers of articles it is still right for"
    ),
    Column("article_keys", LargeBinary, nullable=False, comment="keys of articles by number"),
    Column("date_orders", LargeBinary, nullable=False, comment="``article.date_order`` by number"),
    Column("starts", LargeBinary, nullable=False, comment="first positions of articles by number"),
    Column("attributes", LargeBinary, nullable=False, comment="columns of what filters compare"),
    Column("languages", Text, nullable=False, comment="primary subtags, separated by blanks"),
)

search_posting = Table(
    "search_posting",
    metadata,
    Column("segment_id", Key, primary_key=True, autoincrement=False),
    # Terms are read by ranges, in the order of their code points.
    Column("term", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
    Column("field", Integer, primary_key=True, autoincrement=False, comment="index in `FIELDS`"),
    Column("articles", LargeBinary, nullable=False, comment="encoded numbers of articles"),
    Column("positions", LargeBinary, nullable=False, comment="encoded positions"),
    sqlite_with_rowid=False,
)

search_word = Table(
    "search_word",
    metadata,
    # Words are read by ranges, as terms are.
    Column(
        "word",
        Text().with_variant(Text(collation="C"), "postgresql"),
        primary_key=True,
        comment="a word that can be suggested; no article may have it any more",
    ),
    sqlite_with_rowid=False,
)
