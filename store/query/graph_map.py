"""The graph, described once: which field is which column, which edge is which join.

Adding a field to the graph is a row here and a field of the type in `gql`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import FromClause, Text, bindparam, func, null, select

from newsgraph.store.errors import BadSelection
from newsgraph.store.query.entity import By, EdgeMap, Entity, FieldMap, Reach, Row
from newsgraph.store.query.fts_sql import hits, score, snippet
from newsgraph.store.query.json_sql import as_json, constant, ends_of, json_boolean, json_list
from newsgraph.store.query.order import ALPHABETICAL, BEST_MATCH, BY_FILE, NEWEST, Order
from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement


def _columns(*, long: bool = False, **names: str) -> dict[str, FieldMap]:
    """Map fields that are columns as they stand."""

    def column(name: str) -> FieldMap:
        return FieldMap((name,), lambda row: row.c[name], long)

    return {field_name: column(name) for field_name, name in names.items()}


def _time(name: str) -> FieldMap:
    return FieldMap((name,), lambda row: func.nullif(row.c[name], ""))


def _boolean(name: str) -> FieldMap:
    return FieldMap((name,), lambda row: json_boolean(row.c[name]))


def _json(name: str) -> FieldMap:
    return FieldMap((name,), lambda row: as_json(row.c[name]))


def site(*parts: ColumnElement[str]) -> ColumnElement[str]:
    """Return an address of our own; the reader gives ``:site``, the public URL."""
    address: ColumnElement[str] = bindparam("site", type_=Text())
    for part in parts:
        address = address + part
    return address


FEEDS: Final = ("rss", "atom", "json")
"""In which formats there are feeds."""


def _feed(kind: str, suffix: str) -> FieldMap:
    def value(row: Row) -> ColumnElement[str]:
        return site(constant(f"/feeds/{kind}/"), row.c.href, constant(f".{suffix}"))

    return FieldMap(("href",), value)


def _web_url(row: Row) -> ColumnElement[str]:
    own = site(constant("/articles/"), row.c.href)
    return func.coalesce(row.c.web_url, row.c.original_url, own)


def _of_document(column: str) -> FieldMap:
    def value(row: Row) -> ColumnElement[str]:
        found = select(t.document.c[column]).where(t.document.c.id == row.c.id)
        return as_json(found.correlate(row).scalar_subquery())

    return FieldMap(("id",), value, long=True)


def _collection(_row: Row) -> ColumnElement[str]:
    first = select(t.root.c.collection).order_by(t.root.c.position).limit(1)
    return as_json(first.scalar_subquery())


_ALL_ALIASES: Final = 2**31 - 1
"""More than a topic has; a limit has to be some number."""


def _aliases(row: Row) -> ColumnElement[Any]:
    renamed = f.topic_alias.alias("renamed")
    # With a LIMIT the rows keep their order; SQLite may drop an ORDER BY without one.
    sorted_ = select(renamed.c.slug).where(renamed.c.topic_id == row.c.id).order_by(renamed.c.slug)
    slugs = sorted_.limit(_ALL_ALIASES).correlate(row).subquery("aliases")
    return select(json_list(slugs.c.slug)).scalar_subquery()


def _to(target: str, column: str) -> EdgeMap:
    """Map an edge to the one row whose key this row has."""

    def reach(row: Row, other: Row, _by: By | None) -> Reach:
        return Reach(other, other.c.id == row.c[column], other.c.id, other.c.id)

    return EdgeMap(target, "one", (column,), reach)


def _owned(target: str, owner: str, sort: str = "position", tie: str | None = None) -> EdgeMap:
    """Map an edge to the rows that this row owns, in their order, equal ones by `tie`."""

    def reach(row: Row, other: Row, _by: By | None) -> Reach:
        key = other.c[tie or owner]
        return Reach(other, other.c[owner] == row.c.id, other.c[sort], key)

    return EdgeMap(target, "list", ("id",), reach)


def _end(row: Row, other: Row, _by: By | None) -> Reach:
    key = other.c.topic_id
    return Reach(other, key == row.c.id, key, key)


def _topics(row: Row, other: Row, _by: By | None) -> Reach:
    filed = t.article_topic.alias("filed")
    source = filed.join(other, other.c.id == filed.c.topic_id)
    return Reach(source, filed.c.article_id == row.c.id, filed.c.position, other.c.id)


def _articles_of_topic(row: Row, other: Row, _by: By | None) -> Reach:
    filed = t.article_topic.alias("filed")
    source = filed.join(other, other.c.id == filed.c.article_id)
    where = filed.c.topic_id == row.c.id
    return Reach(source, where, filed.c.published_at, filed.c.article_id, row.c.article_count)


def _articles_of_provider(row: Row, other: Row, _by: By | None) -> Reach:
    where = other.c.provider_id == row.c.id
    return Reach(other, where, other.c.published_at, other.c.id, row.c.article_count)


def _related_by(row: Row, other: Row, _by: By | None) -> Reach:
    links = t.link.alias("linking")
    linking = select(links.c.article_id).where(links.c.target_id == row.c.id)
    where = other.c.id.in_(linking.correlate(row))
    return Reach(other, where, other.c.published_at, other.c.id)


def _links_to_provider(row: Row, other: Row, _by: By | None) -> Reach:
    where = other.c.provider_id == row.c.id
    return Reach(other, where, other.c.published_at, other.c.id)


def _search(_row: Row, other: Row, by: By | None) -> Reach:
    if by is None:
        raise BadSelection("a search needs a query")
    found = hits(by.value).subquery("hits")
    source = found.join(other, other.c.id == found.c.id)
    return Reach(source, None, found.c.score, other.c.id)


def _snippet(rows: FromClause, by: By | None) -> ColumnElement[Any]:
    assert by is not None  # noqa: S101 - `_search` has looked
    return snippet(rows.c.id, by.value).correlate(rows).scalar_subquery()


def _all(target: str, count: str, order: Order) -> EdgeMap:
    """Map the edge from the store to all rows of a kind; the store keeps their number.

    Found by ``keys``, they are those of a range.
    """

    def reach(row: Row, other: Row, by: By | None) -> Reach:
        value, key = other.c[order.column], other.c.id
        if by is None:
            return Reach(other, None, value, key, row.c[count])
        if by.name != "keys":
            raise BadSelection(f"pages of {target} rows are not found by {by.name!r}")
        return Reach(other, key.between(*ends_of(by.value)), value, key)

    return EdgeMap(target, "page", (count,), reach, order)


def _every(_row: Row, other: Row, _by: By | None) -> Reach:
    return Reach(other, None, other.c.id, other.c.id)


def _nowhere(_row: Row, _other: Row, _by: By | None) -> Reach:
    raise BadSelection("this edge leads to rows of several kinds")


def _aliased(_row: Row, other: Row, by: By | None) -> Reach:
    renamed = f.topic_alias.alias("renamed")
    source = renamed.join(other, other.c.id == renamed.c.topic_id)
    slug = by.value if by else null()
    return Reach(source, renamed.c.slug == slug, other.c.id, other.c.id)


def _topic(row: Row, other: Row, by: By | None) -> Reach:
    """Reach the topic that is ``called`` so, now or before; or that is found as others are."""
    if by is None or by.name != "called":
        return _found("Topic").reach(row, other, by)
    own, renamed = t.topic.alias("own"), f.topic_alias.alias("renamed")
    now = select(own.c.id).where(own.c.slug == by.value).scalar_subquery()
    then = select(renamed.c.topic_id).where(renamed.c.slug == by.value).scalar_subquery()
    return Reach(other, other.c.id == func.coalesce(now, then), other.c.id, other.c.id)


def _found(target: str) -> EdgeMap:
    """Map the edge from the store to one row, found by a column or a canonical URL."""

    def reach(_row: Row, other: Row, by: By | None) -> Reach:
        name, value = (by.name, by.value) if by else ("id", null())
        if by and name == "url":
            places = t.article_url.alias("place")
            theirs = (
                select(places.c.article_id)
                .where(places.c.url == value)
                .order_by(places.c.published_at.desc(), places.c.article_id)
                .limit(1)
                .scalar_subquery()
            )
            pages = t.article.alias("page")
            ours = select(pages.c.id).where(pages.c.href == by.page).scalar_subquery()
            key = func.coalesce(theirs, ours)
            return Reach(other, other.c.id == key, other.c.id, other.c.id)
        if name not in other.c:
            raise BadSelection(f"no {target} is found by {name!r}")
        return Reach(other, other.c[name] == value, other.c.id, other.c.id)

    return EdgeMap(target, "one", (), reach)


_STORY = (
    _columns(id="node_id", title="title", excerpt="excerpt", type="type", quality="quality")
    | _columns(originalUrl="original_url", ampUrl="amp_url", cdnAmpUrl="cdn_amp_url")
    | {"publishedAt": _time("published_at")}
)
_IMAGE = _columns(
    url="url", width="width", height="height", title="title", attribution="attribution"
) | {"isCached": _boolean("is_cached")}


ENTITIES: Mapping[str, Entity] = {
    "Query": Entity(
        t.state,
        {},
        {
            "store": EdgeMap(
                "Store",
                "one",
                (),
                _every,
            ),
            "articles": _all("Article", "article_count", NEWEST),
            "providers": _all("Provider", "provider_count", ALPHABETICAL),
            "topics": _all("Topic", "topic_count", ALPHABETICAL),
            "article": _found("Article"),
            "provider": _found("Provider"),
            "topic": EdgeMap("Topic", "one", (), _topic),
            "aliasedTopic": EdgeMap("Topic", "one", (), _aliased),
            "relatedLink": _found("RelatedLink"),
            "search": EdgeMap(
                "Article",
                "page",
                ("revision",),
                _search,
                BEST_MATCH,
                {"score": lambda rows, _by: score(rows.c.place), "snippet": _snippet},
            ),
            "nodes": EdgeMap("Article", "choice", (), _nowhere),
            "changes": EdgeMap("Article", "log", (), _nowhere),
        },
    ),
    "Store": Entity(
        t.state,
        _columns(revision="revision", articleCount="article_count", hiddenCount="hidden_count")
        | _columns(providerCount="provider_count", topicCount="topic_count")
        | _columns(id="store_id")
        | {"importedAt": _time("imported_at"), "collection": FieldMap((), _collection)},
        {
            "diagnostics": EdgeMap("Diagnostic", "page", (), _every, BY_FILE),
            "feed": _to("Feed", "id"),
        },
    ),
    "Feed": Entity(
        f.feed,
        _columns(revision="revision", changedAt="changed_at", wholeRevision="whole_revision"),
    ),
    "Diagnostic": Entity(
        t.diagnostic,
        _columns(path="path", line="line", column="column", code="code")
        | _columns(message="message", advice="advice")
        | {"severity": FieldMap(("severity",), lambda row: func.upper(row.c.severity))},
    ),
    "Article": Entity(
        t.article,
        _STORY
        | _columns(slug="slug", category="category", heat="heat", guid="guid")
        | _columns(updatedAt="updated_at")
        | _columns(body="body", bodyHtml="body_html", long=True)
        | {
            "webUrl": FieldMap(("web_url", "original_url", "href"), _web_url),
            "published": _boolean("published"),
            "frontMatter": _of_document("front_matter"),
        },
        {
            "provider": _to("Provider", "provider_id"),
            "topics": EdgeMap("Topic", "list", ("id",), _topics),
            "images": _owned("ArticleImage", "article_id"),
            "authors": _owned("Author", "article_id"),
            "related": _owned("RelatedLink", "article_id"),
            "relatedBy": EdgeMap("Article", "page", ("id",), _related_by),
            "source": _to("Source", "id"),
        },
    ),
    "RelatedLink": Entity(
        t.link,
        _STORY
        | _columns(position="position")
        | {
            "webUrl": FieldMap(
                ("web_url", "original_url"),
                lambda row: func.coalesce(row.c.web_url, row.c.original_url),
            )
        },
        {
            "provider": _to("Provider", "provider_id"),
            "images": _owned("LinkImage", "link_id"),
            "article": _to("Article", "target_id"),
            "from": _to("Article", "article_id"),
        },
    ),
    "Provider": Entity(
        t.provider,
        _columns(id="node_id", name="name", domain="domain", description="description")
        | _columns(articleCount="article_count"),
        {
            "images": _owned("ProviderImage", "provider_id"),
            "articles": EdgeMap("Article", "page", ("id", "article_count"), _articles_of_provider),
            "relatedLinks": EdgeMap("RelatedLink", "page", ("id",), _links_to_provider),
            "feeds": _to("ProviderFeeds", "id"),
            "feed": _to("Feed", "id"),
        },
    ),
    "Topic": Entity(
        t.topic,
        _columns(id="node_id", name="name", slug="slug", description="description")
        | _columns(shortname="shortname", articleCount="article_count")
        | {"keywords": _json("keywords"), "aliases": FieldMap(("id",), _aliases)},
        {
            "parent": _to("Topic", "parent_id"),
            "children": _owned("Topic", "parent_id", "name", "id"),
            "articles": EdgeMap("Article", "page", ("id", "article_count"), _articles_of_topic),
            "feeds": _to("TopicFeeds", "id"),
            "feed": _to("Feed", "id"),
            "end": EdgeMap("TopicEnd", "one", ("id",), _end),
        },
    ),
    "TopicEnd": Entity(
        f.topic_end, _columns(notice="notice", since="since") | {"gone": _boolean("gone")}
    ),
    "ArticleImage": Entity(t.article_image, _IMAGE),
    "LinkImage": Entity(t.link_image, _IMAGE),
    "ProviderImage": Entity(t.provider_image, _IMAGE),
    "Author": Entity(t.article_author, _columns(name="name", url="url")),
    "Source": Entity(
        t.document,
        _columns(path="path", sha256="sha256", importedAt="imported_at", revision="revision"),
    ),
    "ProviderFeeds": Entity(t.provider, {kind: _feed("providers", kind) for kind in FEEDS}),
    "TopicFeeds": Entity(t.topic, {kind: _feed("topics", kind) for kind in FEEDS}),
}
