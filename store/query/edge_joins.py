"""Edges of the graph: how the rows that an edge leads to are joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, and_, func, not_, null, or_, select

from newsgraph.store.documents.archive_kinds import DRAFTS_FOLDER
from newsgraph.store.documents.diagnostics import UNSERVED_CODES
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.entity import EdgeJoin, EdgeMapping, Lookup, Row
from newsgraph.store.query.json_sql import as_json, ordered_join, text_literal, unpack_range
from newsgraph.store.query.search_sql import (
    IndexedArticles,
    search_completions,
    search_suggestion,
    similar_articles,
    snippet,
)
from newsgraph.store.schema import author_tables as a
from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.alias_tables import article_alias
from newsgraph.store.schema.file_tables import file_reference

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from newsgraph.store.query.order import Order


def many_to_one(target: str, foreign_key: str) -> EdgeMapping:
    """Map an edge to the row whose key is in a column of this row."""

    def join(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
        return EdgeJoin(other, other.c.id == row.c[foreign_key], other.c.id, other.c.id)

    return EdgeMapping(target, "one", (foreign_key,), join)


def one_to_many(
    target: str, foreign_key: str, sort: str = "position", tie_breaker: str | None = None
) -> EdgeMapping:
    """Map an edge to the rows whose `foreign_key` is this row's key.

    Args:
        target: name of the rows' entity.
        foreign_key: column of the rows.
        sort: column to sort the rows by.
        tie_breaker: column to sort rows by whose `sort` is equal.
    """

    def join(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
        sort_key = other.c[tie_breaker or foreign_key]
        return EdgeJoin(other, other.c[foreign_key] == row.c.id, other.c[sort], sort_key)

    return EdgeMapping(target, "list", ("id",), join)


def join_topic_retirement(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join a topic's retirement, if it is being retired."""
    key = other.c.topic_id
    return EdgeJoin(other, key == row.c.id, key, key)


def join_topics(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join an article's topics, in the order of its tags."""
    article_topic = t.article_topic.alias("assignment")
    source = article_topic.join(other, other.c.id == article_topic.c.topic_id)
    where = article_topic.c.article_id == row.c.id
    return EdgeJoin(source, where, article_topic.c.position, other.c.id)


def join_attachments(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join the audio and video files that an article refers to, in the order of the references."""
    reference, document = file_reference.alias("reference"), t.document.alias("referring")
    source = reference.join(document, document.c.id == reference.c.document_id).join(
        other, (other.c.href == reference.c.href) & (other.c.root_id == document.c.root_id)
    )
    kinds = (other.c.media_type.like(text_literal(f"{kind}/%")) for kind in ("audio", "video"))
    where = (reference.c.document_id == row.c.id) & or_(*kinds)
    return EdgeJoin(source, where, reference.c.position, reference.c.document_id)


def join_articles_of_topic(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join a topic's articles, sorted by time."""
    article_topic = t.article_topic.alias("assignment")
    source = article_topic.join(other, other.c.id == article_topic.c.article_id)
    where = article_topic.c.topic_id == row.c.id
    date_order, article_id = article_topic.c.date_order, article_topic.c.article_id
    return EdgeJoin(source, where, date_order, article_id, row.c.article_count)


def join_articles_of_provider(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join a provider's articles, sorted by time."""
    where = other.c.provider_id == row.c.id
    return EdgeJoin(other, where, other.c.date_order, other.c.id, row.c.article_count)


def join_articles_of_author(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join an author's articles, sorted by time."""
    article_author = a.article_author.alias("authorship")
    source = article_author.join(other, other.c.id == article_author.c.article_id)
    where = article_author.c.author_id == row.c.id
    date_order, article_id = article_author.c.date_order, article_author.c.article_id
    return EdgeJoin(source, where, date_order, article_id, row.c.article_count)


def join_authors(_row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join all authors, sorted by name."""
    return EdgeJoin(other, None, other.c.name, other.c.id)


def join_linking_articles(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join the articles with a link to this article, sorted by time."""
    link = t.link.alias("linking")
    article_ids = select(link.c.article_id).where(link.c.target_id == row.c.id)
    where = other.c.id.in_(article_ids.correlate(row))
    return EdgeJoin(other, where, other.c.date_order, other.c.id)


def join_translations(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join the translations of an article into other languages, sorted by language."""
    document, translated = t.document.alias("document_of_article"), t.document.alias("translated")
    key = select(document.c.translation_key).where(document.c.id == row.c.id).correlate(row)
    source = translated.join(other, other.c.id == translated.c.id)
    is_translation = and_(
        translated.c.translation_key == key.scalar_subquery(),
        other.c.language.is_distinct_from(row.c.language),
    )
    return EdgeJoin(source, is_translation, func.coalesce(other.c.language, ""), other.c.id)


def join_similar_articles(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join the articles that are most like an article, the best first."""
    similar = similar_articles(row.c.id)
    source = ordered_join(similar, other, other.c.id == similar.c.value)
    return EdgeJoin(source, None, similar.c.key, other.c.id)


def join_links_to_provider(row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join the related links to a provider's stories, sorted by time."""
    where = other.c.provider_id == row.c.id
    return EdgeJoin(other, where, other.c.published_at, other.c.id)


def join_search_hits(_row: Row, other: Row, lookup: Lookup | None) -> EdgeJoin:
    """Join the articles that match a search, sorted by rank.

    Raises:
        BadSelection: the edge has no search expression.
    """
    articles = IndexedArticles(searched_text(lookup))
    return join_hits(articles, articles.all_hits(), other)


def join_hits(articles: IndexedArticles, hits: Select[Any], other: Row) -> EdgeJoin:
    """Join articles that the search index has found.

    Args:
        articles: all articles that it finds.
        hits: ``id`` and ``rank`` of these, or of some of them.
        other: the articles' alias.
    """
    rows = hits.subquery("hits")
    source = ordered_join(rows, other, other.c.id == rows.c.id)
    return EdgeJoin(
        source,
        None,
        articles.sort_value(rows.c.rank),
        other.c.id,
        articles.total_count(),
        search_suggestion(articles.text),
        as_json(search_completions(articles.text)),
        rows.c.rank,
    )


def searched_text(lookup: Lookup | None) -> ColumnElement[str]:
    """Return the search expression of an edge.

    Raises:
        BadSelection: the edge has none.
    """
    if lookup is None:
        raise BadSelection("a search needs a query")
    return lookup.value


def text_of_all(lookup: Lookup | None) -> ColumnElement[str] | None:
    """Return a search that finds all articles, for an edge to all of them."""
    return text_literal("") if lookup is None else None


def hit_snippet(rows: FromClause, lookup: Lookup | None) -> ColumnElement[Any]:
    """Return the snippet of a search hit."""
    assert lookup is not None  # noqa: S101 - `join_search_hits` has checked it
    return snippet(rows.c.id, lookup.value).correlate(rows).scalar_subquery()


def all_rows(target: str, count_column: str, order: Order) -> EdgeMapping:
    """Map an edge from the root to all rows of an entity, or to a range of ``keys``.

    Args:
        target: name of the entity.
        count_column: column of `state` with the number of rows.
        order: default order of the page.
    """

    def join(row: Row, other: Row, lookup: Lookup | None) -> EdgeJoin:
        value, key = other.c[order.column], other.c.id
        if lookup is None:
            return EdgeJoin(other, None, value, key, row.c[count_column])
        if lookup.name != "keys":
            raise BadSelection(f"pages of {target} rows cannot be looked up by {lookup.name!r}")
        return EdgeJoin(other, key.between(*unpack_range(lookup.value)), value, key)

    mapping = EdgeMapping(target, "page", (count_column,), join, order)
    return replace(mapping, search_text=text_of_all) if target == "Article" else mapping


def join_all(_row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join all rows of an entity, by key."""
    return EdgeJoin(other, None, other.c.id, other.c.id)


def join_roots(_row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join all roots, in the order of their first imports."""
    return EdgeJoin(other, None, other.c.position, other.c.id)


def join_diagnostics(_row: Row, other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Join the diagnostics that are served, by key: none that say something of hidden documents.

    A draft that could not be imported may have no row.
    """
    document = t.document.alias("diagnosed")
    is_hidden = select(document.c.hidden).where(
        document.c.root_id == other.c.root_id, document.c.path == other.c.path
    )
    in_drafts = text_literal(f"%/|{DRAFTS_FOLDER}/%")
    is_draft = text_literal("/").concat(other.c.path).like(in_drafts, escape="|")
    is_hidden_file = func.coalesce(is_hidden.correlate(other).scalar_subquery(), is_draft)
    is_other_code = (other.c.code != text_literal(code) for code in UNSERVED_CODES)
    return EdgeJoin(other, and_(not_(is_hidden_file), *is_other_code), other.c.id, other.c.id)


def reject_join(_row: Row, _other: Row, _lookup: Lookup | None) -> EdgeJoin:
    """Reject an edge that leads to rows of several entities; `compiler` builds those.

    Raises:
        BadSelection: always.
    """
    raise BadSelection("this edge leads to rows of several entities")


def join_aliased_topic(_row: Row, other: Row, lookup: Lookup | None) -> EdgeJoin:
    """Join the topic that an alias belongs to."""
    alias = f.topic_alias.alias("former_slug")
    source = alias.join(other, other.c.id == alias.c.topic_id)
    slug = lookup.value if lookup else null()
    return EdgeJoin(source, alias.c.slug == slug, other.c.id, other.c.id)


def join_aliased_article(_row: Row, other: Row, lookup: Lookup | None) -> EdgeJoin:
    """Join the article that an old path of a page leads to."""
    path = lookup.value if lookup else null()
    return EdgeJoin(other, other.c.id == _article_at_alias(path), other.c.id, other.c.id)


def join_article_at_path(_row: Row, other: Row, lookup: Lookup | None) -> EdgeJoin:
    """Join the article whose document has a path.

    Of several roots' documents, it is that of the root in the lookup, or else of the first root.
    """
    root, document = t.root.alias("first_root"), t.document.alias("document_at_path")
    article = t.article.alias("article_at_path")
    # There are few roots, and an index of the documents of each.
    documents = ordered_join(root, document, document.c.root_id == root.c.id)
    by_path = (
        select(article.c.id)
        .select_from(documents.join(article, article.c.id == document.c.id))
        .where(document.c.path == (lookup.value if lookup else null()))
        .order_by(root.c.id != (lookup.root if lookup else null()), root.c.position)
        .limit(1)
    )
    return EdgeJoin(other, other.c.id == by_path.scalar_subquery(), other.c.id, other.c.id)


def _article_at_alias(path: ColumnElement[Any]) -> ColumnElement[int]:
    alias = article_alias.alias("old_address")
    articles = select(alias.c.article_id).where(alias.c.path == path)
    newest_first = articles.order_by(
        alias.c.is_derived, alias.c.published_at.desc(), alias.c.article_id
    )
    return newest_first.limit(1).scalar_subquery()


def join_topic(row: Row, other: Row, lookup: Lookup | None) -> EdgeJoin:
    """Join a topic by its current slug or an alias (``called``), or by a column."""
    if lookup is None or lookup.name != "slug_or_alias":
        return one_by_lookup("Topic").join(row, other, lookup)
    topic, alias = t.topic.alias("current_topic"), f.topic_alias.alias("former_slug")
    by_slug = select(topic.c.id).where(topic.c.slug == lookup.value).scalar_subquery()
    by_alias = select(alias.c.topic_id).where(alias.c.slug == lookup.value).scalar_subquery()
    key = func.coalesce(by_slug, by_alias)
    return EdgeJoin(other, other.c.id == key, other.c.id, other.c.id)


def one_by_lookup(target: str) -> EdgeMapping:
    """Map an edge from the root to one row, which is looked up by a column or by its URL."""

    def join(_row: Row, other: Row, lookup: Lookup | None) -> EdgeJoin:
        name, value = (lookup.name, lookup.value) if lookup else ("id", null())
        if lookup and name == "url":
            article_url = t.article_url.alias("external_url")
            by_external_url = (
                select(article_url.c.article_id)
                .where(article_url.c.url == value)
                .order_by(
                    article_url.c.is_derived,
                    article_url.c.published_at.desc(),
                    article_url.c.article_id,
                )
                .limit(1)
                .scalar_subquery()
            )
            article = t.article.alias("internal_article")
            by_internal_url = (
                select(article.c.id).where(article.c.href == lookup.article_href).scalar_subquery()
            )
            by_alias = _article_at_alias(lookup.alias)
            key = func.coalesce(by_external_url, by_internal_url, by_alias)
            return EdgeJoin(other, other.c.id == key, other.c.id, other.c.id)
        if name not in other.c:
            raise BadSelection(f"{target} rows cannot be looked up by {name!r}")
        return EdgeJoin(other, other.c[name] == value, other.c.id, other.c.id)

    return EdgeMapping(target, "one", (), join)
