"""The tables of the archive, declared once for every engine.

Keys are 63-bit digests (`store.documents.identity.stable_key`) of what a row identifies, so that a
store rebuilt from the same files has the same keys. Times are text of the form
``YYYY-MM-DDTHH:MM:SSZ`` in UTC: they sort chronologically, and go into JSON and feeds unchanged.
JSON is stored as text.
`article_tag`, `article_url`, `link_url` and the columns ``provider_name`` and ``provider_domain``
hold what documents contain; `article_topic`, ``provider_id``, ``target_id``, `topic` and `provider`
are derived from them (`store.importing.derived_rows`), and so are rows of `link` with
``from_reference`` (`store.importing.reference_links`). The tables of authors are in
`store.schema.author_tables`. A hidden document (a draft, an unlisted page, a redirect, or one that
is not visible yet or any more) has only a `document` row, and a `scheduled_document` row if it will
appear, so that no query can return it by mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
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
    func,
    literal_column,
    text,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Key = BigInteger().with_variant(Integer(), "sqlite")
"""63 bits. In SQLite only a column of type INTEGER can be the rowid."""

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


def _foreign_key(column: str, *, part_of_key: bool = False) -> Column[int]:
    """Return a foreign key to `column` that deletes the row together with its parent."""
    return Column(
        f"{column.partition('.')[0]}_id",
        Key,
        ForeignKey(column, ondelete="CASCADE"),
        primary_key=part_of_key,
        nullable=False,
        autoincrement=False,
    )


def _deferred_foreign_key(column: str, *, part_of_key: bool = False) -> Column[int]:
    """Return a foreign key to a row that may be inserted later in the transaction."""
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
    Column("store_id", Text, nullable=False, comment="random, generated with the store"),
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
        comment="the first revision since which `change` has every deletion",
    ),
)

root = Table(
    "root",
    metadata,
    _key(),
    Column(
        "position", Integer, nullable=False, comment="the first root's collection names the site"
    ),
    Column(
        "name", Text, nullable=False, unique=True, comment="the collection's id, else the folder"
    ),
    Column("folder", Text, nullable=False, comment="the folder of the last import"),
    Column("collection", Text, nullable=False, comment="its newsgraph.toml as JSON"),
    Column(
        "server_settings",
        Text,
        nullable=False,
        comment="what its newsgraph.toml says about a server, as JSON",
    ),
    Column("icon", Text, comment="URL of a square picture of its site"),
    Column("logo", Text, comment="URL of another picture of its site"),
)

document = Table(
    "document",
    metadata,
    _key(),
    _foreign_key("root.id"),
    Column("path", Text, nullable=False, comment="relative to the root, with /"),
    Column("identity", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="Article, TopicEntry or OrganizationEntry"),
    Column("hidden", Boolean, nullable=False),
    Column("sha256", Text, nullable=False),
    Column(
        "settings_digest", Text, nullable=False, comment="of the settings that its rows depend on"
    ),
    Column("imported_at", Text, nullable=False),
    Column("revision", Key, nullable=False),
    Column("front_matter", Text, nullable=False, comment="JSON, without the private fields"),
    Column("private", Text, nullable=False, comment="private fields as JSON, never served"),
    Column("translation_key", Key, index=True, comment="equal for translations of an article"),
    Column("entry_id", Text, comment="the id that it or `entry_ids` requests for feed entries"),
    UniqueConstraint("root_id", "path"),
    UniqueConstraint("kind", "identity"),
)

Index(None, document.c.entry_id, sqlite_where=document.c.entry_id.is_not(None))

taxonomy_entry = Table(
    "taxonomy_entry",
    metadata,
    Column(
        "id",
        Key,
        ForeignKey("document.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("value", Text, nullable=False, comment="the taxonomy entry as JSON"),
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
    Column("guid", Text, nullable=False, comment="id of its feed entries"),
    Column("atom_id", Text, comment="id of its Atom entries, if the guid is no IRI"),
    Column("title", Text, nullable=False),
    Column("has_title", Boolean, nullable=False, comment="whether feeds have the title"),
    Column("excerpt", Text),
    Column("published_at", Text, nullable=False, comment="'' if unknown"),
    Column("date_order", Text, nullable=False, comment="see store.documents.date_order"),
    Column(
        "in_feeds",
        Boolean,
        nullable=False,
        comment="whether it has a date, or no article of its root has one",
    ),
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
    Column("in_sitemap", Boolean, nullable=False),
    _deferred_foreign_key("provider.id"),
    Column("provider_name", Text, comment="as spelled in this document"),
    Column("provider_domain", Text, comment="the provider's domain, also if derived"),
    Column("provider_guessed", Boolean, nullable=False, comment="whether the domain was derived"),
    Column("generator_url", Text, comment="of the page on the site that its generator makes"),
    Column("provider_images", Text, nullable=False, comment="JSON, from this document"),
    Column("author_mentions", Text, comment="JSON, what this document calls its authors"),
    Column("language", Text, comment="BCP 47, the collection's if the document states none"),
    Column("body", Text, nullable=False),
    Column("body_html", Text, nullable=False),
)


def nulls_lowest(number: ColumnElement[int]) -> ColumnElement[int]:
    """Return a nullable number with NULL as the lowest value, below GraphQL's smallest Int."""
    return func.coalesce(number, literal_column(str(-(2**31) - 1)), type_=BigInteger())


Index(None, article.c.date_order.desc(), article.c.id)
Index(None, article.c.title.desc(), article.c.id)
# The naming convention needs a column, which an index of an expression lacks.
Index("ix_article_quality_id", nulls_lowest(article.c.quality).desc(), article.c.id)
Index("ix_article_heat_id", nulls_lowest(article.c.heat).desc(), article.c.id)
Index(None, article.c.provider_id, article.c.date_order.desc(), article.c.id)

article_tag = Table(
    "article_tag",
    metadata,
    _foreign_key("article.id", part_of_key=True),
    _position(),
    Column("name", Text, nullable=False, comment="a topic as spelled in this document"),
    sqlite_with_rowid=False,
)
Index(None, article_tag.c.name)

article_topic = Table(
    "article_topic",
    metadata,
    _foreign_key("article.id", part_of_key=True),
    _deferred_foreign_key("topic.id", part_of_key=True),
    Column(
        "position", Integer, nullable=False, comment="position of the first tag with this topic"
    ),
    Column("date_order", Text, nullable=False, comment="the article's, for the index"),
    sqlite_with_rowid=False,
)
Index(
    None,
    article_topic.c.topic_id,
    article_topic.c.date_order.desc(),
    article_topic.c.article_id,
)

article_url = Table(
    "article_url",
    metadata,
    Column("url", Text, primary_key=True, comment="canonical"),
    _foreign_key("article.id", part_of_key=True),
    Column(
        "published_at", Text, nullable=False, comment="the article's: a URL resolves to the newest"
    ),
    Column("is_derived", Boolean, nullable=False, comment="whether the document does not state it"),
    sqlite_with_rowid=False,
)
Index(None, article_url.c.article_id)

link = Table(
    "link",
    metadata,
    _key(),
    Column("node_id", Text, nullable=False),
    _foreign_key("article.id"),
    Column("position", Integer, nullable=False),
    Column("target_id", Key, ForeignKey("article.id", ondelete="SET NULL"), index=True),
    Column("title", Text, nullable=False),
    Column("excerpt", Text),
    Column("published_at", Text, nullable=False, comment="'' if unknown"),
    Column("web_url", Text),
    Column("original_url", Text),
    Column("amp_url", Text),
    Column("cdn_amp_url", Text),
    Column("type", Text),
    Column("quality", Key),
    _deferred_foreign_key("provider.id"),
    Column("provider_name", Text, comment="as spelled in this document"),
    Column("provider_domain", Text, comment="the provider's domain, also if derived"),
    Column("provider_guessed", Boolean, nullable=False, comment="whether the domain was derived"),
    Column(
        "from_reference",
        Boolean,
        nullable=False,
        comment="whether it derives from a row of `article_reference`",
    ),
    Column("href", Text, comment="of the article that a reference leads to, for a URL"),
    Column("generator_url", Text, comment="of the article that a reference leads to"),
    UniqueConstraint("article_id", "position"),
)
Index(None, link.c.provider_id, link.c.published_at.desc(), link.c.id)

link_url = Table(
    "link_url",
    metadata,
    Column("url", Text, primary_key=True, comment="canonical"),
    _foreign_key("link.id", part_of_key=True),
    sqlite_with_rowid=False,
)
Index(None, link_url.c.link_id)


def _image_table(owner: str) -> Table:
    return Table(
        f"{owner}_image",
        metadata,
        _foreign_key(f"{owner}.id", part_of_key=True),
        _position(),
        Column("url", Text, nullable=False),
        Column("width", Key),
        Column("height", Key),
        Column("is_cached", Boolean),
        Column("title", Text),
        Column("attribution", Text),
        Column("alt", Text),
        sqlite_with_rowid=False,
    )


article_image = _image_table("article")
link_image = _image_table("link")
provider_image = _image_table("provider")

diagnostic = Table(
    "diagnostic",
    metadata,
    _key(),
    _foreign_key("root.id"),
    Column("position", Integer, nullable=False, comment="within its root, by file and line"),
    Column("path", Text, nullable=False),
    Column("line", Integer),
    Column("column", Integer),
    Column("code", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("advice", Text, nullable=False),
    UniqueConstraint("root_id", "position"),
)
