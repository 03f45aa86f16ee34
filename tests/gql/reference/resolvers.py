"""A resolver for each field that is not simply a key of its object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from newsgraph.store.documents.urls import canonicalize_url
from tests.gql.reference.filters import matches_filter, parse_time
from tests.gql.reference.pages import (
    BY_FILE,
    BY_NAME,
    NEWEST,
    build_page,
    get_order,
    most_common,
    slice_page,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLSchema

    from tests.gql.reference.rows import GraphObject, StoreContents

END = 2**31 - 1
"""The position in tokens after all changes of a revision."""


class Ranking(Protocol):
    """Returns the order of search results, which the reference does not compute itself."""

    def __call__(self, query: str) -> list[dict[str, Any]]:
        """Return the results' ``id``, ``score``, ``snippet`` and ``cursor``, best match first."""


class Resolvers:
    """The resolvers over the contents of one store."""

    def __init__(self, contents: StoreContents, ranking: Ranking) -> None:
        self._contents, self._ranking = contents, ranking

    def attach(self, schema: GraphQLSchema) -> None:
        """Set the resolvers of the schema's fields."""
        types: Any = schema.type_map
        types["DateTime"].coerce_input_value = parse_time
        for type_name, resolvers in self._resolvers().items():
            for field_name, resolve in resolvers.items():
                types[type_name].fields[field_name].resolve = resolve

    def _resolvers(self) -> dict[str, dict[str, Callable[..., Any]]]:
        contents = self._contents
        return {
            "Query": {
                "articles": lambda _, _i, **arguments: article_page(contents.articles, arguments),
                "article": self.article,
                "search": self.search,
                "topics": lambda _, _i, **arguments: build_page(
                    contents.topics, BY_NAME, arguments
                ),
                "topic": lambda _, _i, slug: (
                    _find_first(contents.topics, "slug", slug) or contents.topics_by_alias.get(slug)
                ),
                "providers": lambda _, _i, **arguments: build_page(
                    contents.providers, BY_NAME, arguments
                ),
                "provider": lambda _, _i, domain: _find_first(contents.providers, "domain", domain),
                "node": lambda _, _i, id: contents.find(id),  # noqa: A006 - the argument's name
                "nodes": lambda _, _i, ids: [contents.find(id_) for id_ in ids],
                "changes": self.changes,
                "store": lambda _, _i: contents.store,
            },
            "Store": {
                "diagnostics": lambda _, _i, **arguments: build_page(
                    contents.diagnostics, BY_FILE, arguments
                )
            },
            "Topic": {
                "articles": lambda topic, _i, **arguments: article_page(
                    topic["_articles"], arguments
                )
            },
            "Provider": {
                "articles": lambda provider, _i, **arguments: article_page(
                    provider["_articles"], arguments
                ),
                "relatedLinks": lambda provider, _i, **arguments: build_page(
                    provider["_links"], NEWEST, arguments
                ),
            },
            "Article": {
                "related": lambda article, _i, first=None: article["_related"][:first],
                "translations": lambda article, _i, first=None: article["_translations"][:first],
                "similar": lambda article, _i, first: article["_similar"][
                    : 5 if first is None else first
                ],
                "relatedBy": lambda article, _i, **arguments: article_page(
                    article["_linking_articles"], arguments
                ),
            },
            "ArticleConnection": {"facets": lambda connection, _i: connection["_rows"]},
            "SearchConnection": {"facets": lambda connection, _i: connection["_rows"]},
            "ArticleFacets": {
                "topics": lambda rows, _i, first: count_by_topic(rows)[:first],
                "providers": lambda rows, _i, first: count_by_provider(rows)[:first],
                "types": lambda rows, _i, first: count_by_type(rows)[:first],
                "publishedAt": lambda rows, _i, by, first: count_by_time(rows, by)[:first],
            },
        }

    def article(
        self, _: None, _info: object, slug: str | None = None, url: str | None = None
    ) -> GraphObject | None:
        """Return the article with a slug or a URL."""
        contents = self._contents
        if slug is not None:
            return _find_first(contents.articles, "slug", slug)
        assert url is not None
        canonical_url = canonicalize_url(url)
        keys = contents.keys_by_url.get(canonical_url, [])
        matches = [contents.get_by_key(key) for key in keys]
        alias_keys = contents.keys_by_alias.get(canonical_url, [])
        alias_matches = NEWEST.sort([contents.get_by_key(key) for key in alias_keys])
        page_matches = [
            article
            for article in contents.articles
            if canonicalize_url(article["_page_url"]) == canonical_url
        ]
        return next(iter(NEWEST.sort(matches) or page_matches or alias_matches), None)

    def search(self, _: None, _info: object, query: str, **arguments: Any) -> dict[str, Any]:
        """Return a page of search results. The ranking decides only their order."""
        ranked = self._ranking(query)
        rank_by_id = {hit["id"]: rank for rank, hit in enumerate(ranked)}
        filter_ = {"text": query, "and": [arguments["filter"]] if arguments.get("filter") else None}
        rows = [article for article in self._contents.articles if matches_filter(article, filter_)]
        if arguments.get("orderBy") == "DATE":
            connection = build_page(rows, NEWEST, arguments)
        else:
            connection = self._ranked_page(rows, ranked, arguments)
        for edge in connection["edges"]:
            hit = ranked[rank_by_id[edge["node"]["id"]]]
            edge |= {"score": hit["score"], "snippet": hit["snippet"]}
        return connection

    def _ranked_page(
        self, rows: list[GraphObject], ranked: list[dict[str, Any]], arguments: dict[str, Any]
    ) -> dict[str, Any]:
        rank_by_cursor = {hit["cursor"]: rank for rank, hit in enumerate(ranked)}
        rank_by_id = {hit["id"]: rank for rank, hit in enumerate(ranked)}
        rows.sort(key=lambda row: rank_by_id[row["id"]])
        after, before = arguments.get("after"), arguments.get("before")

        def is_excluded(row: GraphObject, argument: str) -> bool:
            if argument == "after":
                return after is not None and rank_by_id[row["id"]] <= rank_by_cursor[after]
            return before is not None and rank_by_id[row["id"]] >= rank_by_cursor[before]

        return slice_page(
            rows, is_excluded, arguments, lambda row: ranked[rank_by_id[row["id"]]]["cursor"]
        )

    def changes(
        self, _: None, _info: object, first: int, since: str | None = None
    ) -> dict[str, Any]:
        """Return the changes after a token; without a token there are no removals."""
        contents = self._contents
        current_revision = contents.store["revision"]
        start, start_revision = (0, 0), current_revision
        rows = [change for change in contents.log if not change["removed"]]
        if since is not None:
            numbers = map(int, bytes.fromhex(since).decode().split("|")[2:])
            revision, position, start_revision = numbers
            start = (revision, position)
            rows = [
                change
                for change in contents.log
                if (change["revision"], change["_position"]) > start
            ]
        page_rows, has_more = rows[:first], len(rows) > first
        if first == 0:
            token = format_token(contents, *start, start_revision)
        elif has_more:
            last = page_rows[-1]
            token = format_token(contents, last["revision"], last["_position"], start_revision)
        else:
            token = format_token(contents, current_revision, END, current_revision)
        return {"changes": page_rows, "token": token, "hasMore": has_more}


def format_token(contents: StoreContents, revision: int, position: int, start_revision: int) -> str:
    """Return the token of a position in the change log.

    Args:
        contents: the contents of the store.
        revision: revision of the last change that the client has.
        position: position of that change among the changes of the revision.
        start_revision: the revision at which the client started to read the log.
    """
    return f"log|{contents.store_id}|{revision}|{position}|{start_revision}".encode().hex()


def article_page(rows: list[GraphObject], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a connection of articles."""
    rows = [row for row in rows if matches_filter(row, arguments.get("filter") or {})]
    return build_page(rows, get_order(arguments.get("orderBy")), arguments)


def count_by_topic(rows: list[GraphObject]) -> list[dict[str, Any]]:
    """Count articles by topic."""
    topics = [topic for row in rows for topic in row["topics"]]
    ranked = most_common(topics, lambda topic: str(topic["slug"]))
    return [{"topic": topic, "count": count} for topic, count in ranked]


def count_by_provider(rows: list[GraphObject]) -> list[dict[str, Any]]:
    """Count articles by provider."""
    providers = [row["provider"] for row in rows if row["provider"]]
    ranked = most_common(providers, lambda provider: str(provider["domain"]))
    return [{"provider": provider, "count": count} for provider, count in ranked]


def count_by_type(rows: list[GraphObject]) -> list[dict[str, Any]]:
    """Count articles by type."""
    types = [row["type"] for row in rows if row["type"] is not None]
    return [{"type": type_, "count": count} for type_, count in most_common(types, str)]


def count_by_time(rows: list[GraphObject], interval: str) -> list[dict[str, Any]]:
    """Count articles by day, month or year, newest first."""
    starts = []
    for row in rows:
        if row["publishedAt"]:
            start = parse_time(row["publishedAt"]).replace(hour=0, minute=0, second=0)
            if interval in ("MONTH", "YEAR"):
                start = start.replace(day=1)
            if interval == "YEAR":
                start = start.replace(month=1)
            starts.append(start.isoformat().replace("+00:00", "Z"))
    return [{"from": start, "count": starts.count(start)} for start in sorted(set(starts))[::-1]]


def _find_first(objects: list[GraphObject], field: str, value: str) -> GraphObject | None:
    return next((object_ for object_ in objects if object_[field] == value), None)
