"""The tables, said once for every database.

Keys are 63-bit digests (`store.documents.identity.key`) of what a row stands for, so that a
store rebuilt from the same files has the same keys. Times are text of the form
``YYYY-MM-DDTHH:MM:SSZ``, always in UTC: it sorts as time does, and is what JSON and
feeds want. JSON is kept as text. `article_tag`, `article_url`, `link_url` and the columns
``provider_name`` and ``provider_domain`` are what documents say; `article_topic`,
``provider_id``, ``target_id``, `topic` and `provider` follow from them
(`store.importing.derived_rows`). A document that is hidden (``published: false``) has a
`document` row and nothing else, so that no query can show it by mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    column,
    event,
    func,
    literal_column,
    table,
    text,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Key = BigInteger().with_variant(Integer(), "sqlite")
"""63 bits. In SQLite only a column called INTEGER is the row's own place in the table."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str = "id") -> Column[int]:
    return Column(name, Key, primary_key=True, autoincrement=False)


def _of(column: str, *, part_of_key: bool = False) -> Column[int]:
    """A reference to `column`; the row goes with what it refers to."""
    return Column(
        f"{column.partition('.')[0]}_id",
        Key,
        ForeignKey(column, ondelete="CASCADE"),
        primary_key=part_of_key,
        nullable=False,
        autoincrement=False,
    )


def _derived(column: str, *, part_of_key: bool = False) -> Column[int]:
    """A reference to a row that is only made at the end of the transaction."""
    return Column(
        f"{column.partition('.')[0]}_id",
        Key,
        ForeignKey(column, deferrable=True, initially="DEFERRED"),
        primary_key=part_of_key,
        nullable=not part_of_key,
        autoincrement=False,
    )


def _position() -> Column[int]:
    return Column("position", Integer, primary_key=True, autoincrement=False)


state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("store_id", Text, nullable=False, comment="random, made with the store"),
    Column("revision", Key, nullable=False),
    Column("imported_at", Text, nullable=False, comment="'' before the first import"),
    Column("article_count", Integer, nullable=False),
    Column("hidden_count", Integer, nullable=False),
    Column("provider_count", Integer, nullable=False),
    Column("topic_count", Integer, nullable=False),
    Column(
        "log_since",
        Key,
        nullable=False,
        server_default=text("0"),
        comment="the first revision after which `change` has every deletion",
    ),
)

root = Table(
    "root",
    metadata,
    _key(),
    Column("position", Integer, nullable=False, comment="the first root names the site"),
    Column("name", Text, nullable=False, unique=True, comment="the collection's id, or the folder"),
    Column("folder", Text, nullable=False, comment="where it was last imported from"),
    Column("collection", Text, nullable=False, comment="its newsgraph.toml, as JSON"),
)

document = Table(
    "document",
    metadata,
    _key(),
    _of("root.id"),
    Column("path", Text, nullable=False, comment="below the root, with /"),
    Column("identity", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="Article, TopicEntry or OrganizationEntry"),
    Column("hidden", Boolean, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("reading", Text, nullable=False, comment="digest of what else decides its rows"),
    Column("imported_at", Text, nullable=False),
    Column("revision", Key, nullable=False),
    Column("front_matter", Text, nullable=False, comment="JSON, without the private fields"),
    Column("private", Text, nullable=False, comment="JSON of the private fields, never shown"),
    UniqueConstraint("root_id", "path"),
    UniqueConstraint("kind", "identity"),
)

entry = Table(
    "entry",
    metadata,
    Column(
        "id",
        Key,
        ForeignKey("document.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("value", Text, nullable=False, comment="what a taxonomy document says, as JSON"),
)

provider = Table(
    "provider",
    metadata,
    _key(),
    Column("node_id", Text, nullable=False),
    Column("domain", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("href", Text, nullable=False, comment="the domain, percent-encoded for a URL"),
    Column("article_count", Integer, nullable=False),
)

topic = Table(
    "topic",
    metadata,
    _key(),
    Column("node_id", Text, nullable=False),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("shortname", Text),
    Column("description", Text),
    Column("keywords", Text, nullable=False, comment="JSON list"),
    Column(
        "parent_id",
        Key,
        ForeignKey("topic.id", deferrable=True, initially="DEFERRED"),
        index=True,
    ),
    Column("href", Text, nullable=False, comment="the slug, percent-encoded for a URL"),
    Column("article_count", Integer, nullable=False),
)

article = Table(
    "article",
    metadata,
    Column(
        "id",
        Key,
        ForeignKey("document.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("node_id", Text, nullable=False),
    Column("slug", Text, nullable=False, unique=True),
    Column("href", Text, nullable=False, comment="the slug, percent-encoded for a URL"),
    Column("guid", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("excerpt", Text),
    Column("published_at", Text, nullable=False, comment="'' where no date is known"),
    Column("updated_at", Text, nullable=False),
    Column("web_url", Text),
    Column("original_url", Text),
    Column("amp_url", Text),
    Column("cdn_amp_url", Text),
    Column("type", Text),
    Column("category", Text),
    Column("quality", Key),
    Column("heat", Key),
    Column("published", Boolean, nullable=False),
    _derived("provider.id"),
    Column("provider_name", Text, comment="as this document spells it"),
    Column("provider_domain", Text, comment="the provider's, whoever told it"),
    Column("provider_guessed", Boolean, nullable=False, comment="the document does not tell it"),
    Column("provider_images", Text, nullable=False, comment="JSON, as this document has them"),
    Column("body", Text, nullable=False),
    Column("body_html", Text, nullable=False),
)


def rank(number: ColumnElement[int]) -> ColumnElement[int]:
    """Return a number that may be missing as one that sorts, below all that GraphQL's Int says."""
    return func.coalesce(number, literal_column(str(-(2**31) - 1)), type_=BigInteger())


Index(None, article.c.published_at.desc(), article.c.id)
Index(None, article.c.title.desc(), article.c.id)
# An index of an expression has no column to be named for.
Index("ix_article_quality_id", rank(article.c.quality).desc(), article.c.id)
Index("ix_article_heat_id", rank(article.c.heat).desc(), article.c.id)
Index(None, article.c.provider_id, article.c.published_at.desc(), article.c.id)

article_tag = Table(
    "article_tag",
    metadata,
    _of("article.id", part_of_key=True),
    _position(),
    Column("name", Text, nullable=False, comment="a topic, as this document spells it"),
    sqlite_with_rowid=False,
)
Index(None, article_tag.c.name)

article_topic = Table(
    "article_topic",
    metadata,
    _of("article.id", part_of_key=True),
    _derived("topic.id", part_of_key=True),
    Column("position", Integer, nullable=False, comment="of the first tag that means the topic"),
    Column("published_at", Text, nullable=False, comment="the article's, for the index"),
    sqlite_with_rowid=False,
)
Index(
    None,
    article_topic.c.topic_id,
    article_topic.c.published_at.desc(),
    article_topic.c.article_id,
)

article_author = Table(
    "article_author",
    metadata,
    _of("article.id", part_of_key=True),
    _position(),
    Column("name", Text, nullable=False),
    Column("url", Text),
    sqlite_with_rowid=False,
)

article_url = Table(
    "article_url",
    metadata,
    Column("url", Text, primary_key=True, comment="canonical"),
    _of("article.id", part_of_key=True),
    Column("published_at", Text, nullable=False, comment="the article's: the newest is found"),
    sqlite_with_rowid=False,
)
Index(None, article_url.c.article_id)

link = Table(
    "link",
    metadata,
    _key(),
    Column("node_id", Text, nullable=False),
    _of("article.id"),
    Column("position", Integer, nullable=False),
    Column("target_id", Key, ForeignKey("article.id", ondelete="SET NULL"), index=True),
    Column("title", Text, nullable=False),
    Column("excerpt", Text),
    Column("published_at", Text, nullable=False, comment="'' where no date is known"),
    Column("web_url", Text),
    Column("original_url", Text),
    Column("amp_url", Text),
    Column("cdn_amp_url", Text),
    Column("type", Text),
    Column("quality", Key),
    _derived("provider.id"),
    Column("provider_name", Text, comment="as this document spells it"),
    Column("provider_domain", Text, comment="the provider's, whoever told it"),
    Column("provider_guessed", Boolean, nullable=False, comment="the document does not tell it"),
    UniqueConstraint("article_id", "position"),
)
Index(None, link.c.provider_id, link.c.published_at.desc(), link.c.id)

link_url = Table(
    "link_url",
    metadata,
    Column("url", Text, primary_key=True, comment="canonical"),
    _of("link.id", part_of_key=True),
    sqlite_with_rowid=False,
)
Index(None, link_url.c.link_id)


def _images(owner: str) -> Table:
    return Table(
        f"{owner}_image",
        metadata,
        _of(f"{owner}.id", part_of_key=True),
        _position(),
        Column("url", Text, nullable=False),
        Column("width", Key),
        Column("height", Key),
        Column("is_cached", Boolean),
        Column("title", Text),
        Column("attribution", Text),
        sqlite_with_rowid=False,
    )


article_image = _images("article")
link_image = _images("link")
provider_image = _images("provider")

diagnostic = Table(
    "diagnostic",
    metadata,
    _key(),
    _of("root.id"),
    Column("position", Integer, nullable=False, comment="among its root's, by file and line"),
    Column("path", Text, nullable=False),
    Column("line", Integer),
    Column("column", Integer),
    Column("code", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("advice", Text, nullable=False),
    UniqueConstraint("root_id", "position"),
)

change = Table(
    "change",
    metadata,
    Column("revision", Key, primary_key=True, autoincrement=False),
    _position(),
    Column("entity", Text, nullable=False, comment="Article, Provider or Topic"),
    Column("entity_id", Key, nullable=False),
    Column("node_id", Text, nullable=False),
    Column("deleted", Boolean, nullable=False),
    UniqueConstraint("entity_id", "entity"),
    comment="when each thing that there is or was last changed",
    sqlite_with_rowid=False,
)

Index("ix_change_deleted", change.c.revision, sqlite_where=change.c.deleted)

departure = Table(
    "departure",
    metadata,
    Column("article_id", Key, primary_key=True, autoincrement=False),
    Column("place_id", Key, primary_key=True, autoincrement=False),
    comment="topics and providers that an article was under, and is no more",
    sqlite_with_rowid=False,
)

SEARCHED = ("title", "excerpt", "body", "provider", "topics")
"""The columns of the full-text index."""

article_text = table(
    "article_text", column("rowid", BigInteger()), *(column(name, Text()) for name in SEARCHED)
)
"""The full-text index, a virtual table of SQLite's; its rows' ids are the articles' keys."""

ARTICLE_TEXT = (
    f"CREATE VIRTUAL TABLE article_text USING fts5({', '.join(SEARCHED)}, "
    "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
)
_article_text = DDL(ARTICLE_TEXT)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so
event.listen(metadata, "after_create", _article_text.execute_if(dialect="sqlite"))
