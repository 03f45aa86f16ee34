"""A resolver for each field that is more than a key of its object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from newsgraph.store.documents.urls import canonical
from tests.gql.reference.filters import fits, moment
from tests.gql.reference.pages import (
    BY_FILE,
    BY_NAME,
    NEWEST,
    cut,
    most_common,
    order_of,
    page,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLSchema

    from tests.gql.reference.rows import Thing, World

END = 2**31 - 1
"""The position in tokens that stands behind all of a revision."""


class Ranking(Protocol):
    """Tells in what order a search finds articles, which BM25 knows and we do not."""

    def __call__(self, query: str) -> list[dict[str, Any]]:
        """Return what is found: ``id``, ``score``, ``snippet`` and ``cursor``, the best first."""


class Resolvers:
    """The resolvers over one store."""

    def __init__(self, world: World, ranking: Ranking) -> None:
        self._world, self._ranking = world, ranking

    def attach(self, schema: GraphQLSchema) -> None:
        """Give the schema's fields their resolvers."""
        types: Any = schema.type_map
        types["DateTime"].coerce_input_value = moment
        for name, resolvers in self._all().items():
            for field, resolve in resolvers.items():
                types[name].fields[field].resolve = resolve

    def _all(self) -> dict[str, dict[str, Callable[..., Any]]]:
        world = self._world
        return {
            "Query": {
                "articles": lambda _, _i, **asked: articles(world.articles, asked),
                "article": self.article,
                "search": self.search,
                "topics": lambda _, _i, **asked: page(world.topics, BY_NAME, asked),
                "topic": lambda _, _i, slug: (
                    _first(world.topics, "slug", slug) or world.aliased.get(slug)
                ),
                "providers": lambda _, _i, **asked: page(world.providers, BY_NAME, asked),
                "provider": lambda _, _i, domain: _first(world.providers, "domain", domain),
                "node": lambda _, _i, id: world.find(id),  # noqa: A006 - the argument's name
                "nodes": lambda _, _i, ids: [world.find(one) for one in ids],
                "changes": self.changes,
                "store": lambda _, _i: world.store,
            },
            "Store": {
                "diagnostics": lambda _, _i, **asked: page(world.diagnostics, BY_FILE, asked)
            },
            "Topic": {"articles": lambda topic, _i, **asked: articles(topic["_articles"], asked)},
            "Provider": {
                "articles": lambda provider, _i, **asked: articles(provider["_articles"], asked),
                "relatedLinks": lambda provider, _i, **asked: page(
                    provider["_links"], NEWEST, asked
                ),
            },
            "Article": {
                "related": lambda article, _i, first=None: article["_related"][:first],
                "relatedBy": lambda article, _i, **asked: articles(article["_linking"], asked),
            },
            "ArticleConnection": {"facets": lambda found, _i: found["_rows"]},
            "SearchConnection": {"facets": lambda found, _i: found["_rows"]},
            "ArticleFacets": {
                "topics": lambda rows, _i, first: by_topic(rows)[:first],
                "providers": lambda rows, _i, first: by_provider(rows)[:first],
                "types": lambda rows, _i, first: by_type(rows)[:first],
                "publishedAt": lambda rows, _i, by, first: by_time(rows, by)[:first],
            },
        }

    def article(
        self, _: None, _info: object, slug: str | None = None, url: str | None = None
    ) -> Thing | None:
        """Find an article by its slug or any of its addresses."""
        world = self._world
        if slug is not None:
            return _first(world.articles, "slug", slug)
        assert url is not None
        place = canonical(url)
        found = [world.of_key(key) for key in world.by_url[place]] if place in world.by_url else []
        own = [one for one in world.articles if canonical(one["_page"]) == place]
        return next(iter(NEWEST.sort(found) or own), None)

    def search(self, _: None, _info: object, query: str, **asked: Any) -> dict[str, Any]:
        """Find articles by words; the ranking tells only their sequence."""
        ranked = self._ranking(query)
        at = {one["cursor"]: number for number, one in enumerate(ranked)}
        place = {one["id"]: number for number, one in enumerate(ranked)}
        wanted = {"text": query, "and": [asked["filter"]] if asked.get("filter") else None}
        rows = [one for one in self._world.articles if fits(one, wanted)]
        rows.sort(key=lambda row: place[row["id"]])
        after, before = asked.get("after"), asked.get("before")

        def stands(row: Thing, side: str) -> bool:
            if side == "after":
                return after is not None and place[row["id"]] <= at[after]
            return before is not None and place[row["id"]] >= at[before]

        found = cut(rows, stands, asked, lambda row: ranked[place[row["id"]]]["cursor"])
        for edge in found["edges"]:
            hit = ranked[place[edge["node"]["id"]]]
            edge |= {"score": hit["score"], "snippet": hit["snippet"]}
        return found

    def changes(
        self, _: None, _info: object, first: int, since: str | None = None
    ) -> dict[str, Any]:
        """Tell what changed after a token; of what is gone only to those who may have had it."""
        world = self._world
        now = world.store["revision"]
        start, begun = (0, 0), now
        rows = [one for one in world.log if not one["removed"]]
        if since is not None:
            revision, position, begun = map(int, bytes.fromhex(since).decode().split("|")[2:])
            start = (revision, position)
            rows = [one for one in world.log if (one["revision"], one["_position"]) > start]
        told, more = rows[:first], len(rows) > first
        if first == 0:
            here = token(world, *start, begun)
        elif more:
            here = token(world, told[-1]["revision"], told[-1]["_position"], begun)
        else:
            here = token(world, now, END, now)
        return {"changes": told, "token": here, "hasMore": more}


def token(world: World, revision: int, position: int, begun: int) -> str:
    """Return the token of a place in the log, for who began to read at a revision."""
    return f"log|{world.store_id}|{revision}|{position}|{begun}".encode().hex()


def articles(rows: list[Thing], asked: dict[str, Any]) -> dict[str, Any]:
    """Return a connection of articles."""
    rows = [row for row in rows if fits(row, asked.get("filter") or {})]
    return page(rows, order_of(asked.get("orderBy")), asked)


def by_topic(rows: list[Thing]) -> list[dict[str, Any]]:
    """Count articles by topic."""
    topics = [topic for row in rows for topic in row["topics"]]
    ranked = most_common(topics, lambda topic: str(topic["slug"]))
    return [{"topic": topic, "count": count} for topic, count in ranked]


def by_provider(rows: list[Thing]) -> list[dict[str, Any]]:
    """Count articles by provider."""
    providers = [row["provider"] for row in rows if row["provider"]]
    ranked = most_common(providers, lambda provider: str(provider["domain"]))
    return [{"provider": provider, "count": count} for provider, count in ranked]


def by_type(rows: list[Thing]) -> list[dict[str, Any]]:
    """Count articles by type."""
    types = [row["type"] for row in rows if row["type"] is not None]
    return [{"type": type_, "count": count} for type_, count in most_common(types, str)]


def by_time(rows: list[Thing], interval: str) -> list[dict[str, Any]]:
    """Count articles by day, month or year, the newest first."""
    starts = []
    for row in rows:
        if row["publishedAt"]:
            start = moment(row["publishedAt"]).replace(hour=0, minute=0, second=0)
            if interval in ("MONTH", "YEAR"):
                start = start.replace(day=1)
            if interval == "YEAR":
                start = start.replace(month=1)
            starts.append(start.isoformat().replace("+00:00", "Z"))
    return [{"from": start, "count": starts.count(start)} for start in sorted(set(starts))[::-1]]


def _first(things: list[Thing], field: str, value: str) -> Thing | None:
    return next((one for one in things if one[field] == value), None)
