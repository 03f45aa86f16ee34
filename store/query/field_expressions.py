"""Fields of the graph: how a field's value is computed from its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, bindparam, case, exists, func, select

from newsgraph.store.bodies.context import SITE_SCHEME
from newsgraph.store.documents.date_order import FIRST_DATED
from newsgraph.store.query.entity import FieldMapping, Row
from newsgraph.store.query.json_sql import (
    as_json,
    json_array,
    json_boolean,
    number_literal,
    text_literal,
)
from newsgraph.store.schema import author_tables as a
from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table


def map_columns(*, long: bool = False, **names: str) -> dict[str, FieldMapping]:
    """Map fields to columns whose values need no conversion."""

    def map_column(name: str) -> FieldMapping:
        return FieldMapping((name,), lambda row: row.c[name], long)

    return {field_name: map_column(name) for field_name, name in names.items()}


def map_time(name: str) -> FieldMapping:
    """Map a field to a column with a time; an empty text is null."""
    return FieldMapping((name,), lambda row: func.nullif(row.c[name], ""))


def map_boolean(name: str) -> FieldMapping:
    """Map a field to a column with a boolean."""
    return FieldMapping((name,), lambda row: json_boolean(row.c[name]))


def map_json(name: str) -> FieldMapping:
    """Map a field to a column with JSON as text."""
    return FieldMapping((name,), lambda row: as_json(row.c[name]))


def site_url(*parts: ColumnElement[str]) -> ColumnElement[str]:
    """Return an internal URL; the parameter ``site`` is the public URL of the site."""
    url: ColumnElement[str] = bindparam("site", type_=Text())
    for part in parts:
        url = url + part
    return url


def map_url(name: str) -> FieldMapping:
    """Map a field to a column with a URL, which may lead to a file that this server has."""

    def value(row: Row) -> ColumnElement[str]:
        url, first, after = row.c[name], number_literal(1), number_literal(len(SITE_SCHEME) + 1)
        prefix = func.substr(url, first, number_literal(len(SITE_SCHEME)))
        is_internal = prefix == text_literal(SITE_SCHEME)
        return case((is_internal, site_url(func.substr(url, after))), else_=url)

    return FieldMapping((name,), value)


def body_html(row: Row) -> ColumnElement[str]:
    """Return an article's HTML, in which URLs of this server begin with its public URL."""
    marker, attribute = text_literal(f'="{SITE_SCHEME}'), text_literal('="')
    return func.replace(row.c.body_html, marker, attribute + site_url(), type_=Text())


FEED_FORMATS: Final = ("rss", "atom", "json")
"""Names of the formats of feeds."""


def map_feed_url(collection: str, suffix: str) -> FieldMapping:
    """Map a field to the URL of a feed.

    Args:
        collection: ``topics`` or ``providers``.
        suffix: format of the feed.
    """

    def value(row: Row) -> ColumnElement[str]:
        path = text_literal(f"/feeds/{collection}/")
        return site_url(path, row.c.href, text_literal(f".{suffix}"))

    return FieldMapping(("href",), value)


WEB_URL_COLUMNS: Final = ("web_url", "original_url", "generator_url", "href")
"""Columns that `web_url` reads."""


def web_url(row: Row) -> ColumnElement[str]:
    """Return the URL of an article or a link: its own, else that of the article's page here.

    The page that the article's generator makes comes before the one here. A link only has ``href``
    if it leads to an article by a reference.
    """
    internal_url = site_url(text_literal("/articles/"), row.c.href)
    columns = (row.c.web_url, row.c.original_url, row.c.generator_url)
    return func.coalesce(*columns, internal_url)


def local_file_url(row: Row) -> ColumnElement[str]:
    """Return the URL of a file that this server has."""
    return site_url(text_literal("/files/"), row.c.href)


def map_document_json(column: str) -> FieldMapping:
    """Map a field to a JSON column of the article's document."""

    def value(row: Row) -> ColumnElement[str]:
        query = select(t.document.c[column]).where(t.document.c.id == row.c.id)
        return as_json(query.correlate(row).scalar_subquery())

    return FieldMapping(("id",), value, long=True)


def author_slug(row: Row) -> ColumnElement[str]:
    """Return the slug of an article's author."""
    author = a.author.alias("named_author")
    query = select(author.c.slug).where(author.c.id == row.c.author_id)
    return query.correlate(row).scalar_subquery()


def has_articles(table: Table) -> FieldMapping:
    """Map a field to whether a topic or a provider, whichever the table has, has articles."""

    def value(_row: Row) -> ColumnElement[str]:
        row = table.alias("with_articles")
        return json_boolean(exists().where(row.c.article_count > number_literal(0)))

    return FieldMapping((), value)


def undated_article_count(_row: Row) -> ColumnElement[int]:
    """Return the number of articles without a date, from an index alone."""
    article = t.article.alias("undated")
    undated = article.c.date_order < text_literal(FIRST_DATED)
    return select(func.count()).select_from(article).where(undated).scalar_subquery()


_ALL_ALIASES: Final = 2**31 - 1
"""A limit that no topic's number of aliases reaches."""


def topic_aliases(row: Row) -> ColumnElement[Any]:
    """Return a topic's former slugs as a JSON array, sorted."""
    alias = f.topic_alias.alias("former_slug")
    # With a LIMIT the rows keep their order; SQLite may drop an ORDER BY without one.
    query = select(alias.c.slug).where(alias.c.topic_id == row.c.id).order_by(alias.c.slug)
    slugs = query.limit(_ALL_ALIASES).correlate(row).subquery("aliases")
    return select(json_array(slugs.c.slug)).scalar_subquery()
