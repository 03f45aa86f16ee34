"""The search page, with facets to narrow a search, and its OpenSearch description."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from starlette.responses import Response
from starlette.routing import Route

from newsgraph.server.article_query import (
    MAX_SEARCH_LENGTH,
    ArticleQuery,
    ArticleQueryError,
    parse_search_query,
)
from newsgraph.server.pages import selections
from newsgraph.server.pages.metadata import ALL_ARTICLES_FEED, FeedLink, PageMetadata
from newsgraph.server.pages.pagination import adjacent_pages, append_query, parse_page_params
from newsgraph.server.urls import quote_names
from newsgraph.store.query.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from newsgraph.server.pages.pagination import PageCursor
    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import QueryResult, StoreState

SEARCH_PATH = "/search"

SUGGEST_PATH = "/search/suggest"

SUGGESTIONS_MEDIA_TYPE = "application/x-suggestions+json; charset=utf-8"
"""Media type of completed searches (OpenSearch Suggestions 1.1)."""

OPENSEARCH_MEDIA_TYPE = "application/opensearchdescription+xml; charset=utf-8"
"""Media type of the description with which browsers add a search engine (OpenSearch 1.1)."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a search page searches for.

    Attributes:
        article_query: the articles that match.
        newest_first: whether to sort by date instead of by rank.
    """

    article_query: ArticleQuery
    newest_first: bool = False

    @property
    def path(self) -> str:
        """The search's path and query string, relative to the site."""
        query, parameters = self.article_query, []
        if query.search_text:
            parameters.append(f"q={quote(query.search_text, safe='')}")
        if query.topics:
            separator = "+" if query.match_all_topics else ","
            parameters.append(f"topic={quote_names(separator.join(query.topics), '+,')}")
        if query.providers:
            parameters.append(f"provider={quote_names(','.join(query.providers), ',')}")
        if query.min_quality is not None:
            parameters.append(f"quality={query.min_quality}")
        if query.excluded_topics:
            parameters.append(f"without={quote_names(','.join(query.excluded_topics), ',')}")
        if self.newest_first:
            parameters.append("order=newest")
        return append_query(SEARCH_PATH, *parameters)

    def selection(self, cursor: PageCursor) -> Selection:
        """Return the selection of a page of results."""
        words = self.article_query.search_text
        if not words:
            return selections.select_newest_matches(self.article_query.filter, cursor)
        other_conditions = replace(self.article_query, search_text="").filter
        matches = selections.select_hits(
            words, other_conditions, cursor, newest_first=self.newest_first
        )
        return Selection((*matches.items, selections.select_suggestion(words)))

    def with_words(self, words: str) -> SearchQuery:
        """Return the search for other words, with the same conditions."""
        return replace(self, article_query=replace(self.article_query, search_text=words))


@dataclass(frozen=True, slots=True)
class SearchLink:
    """A link to a search with one condition more or less.

    Attributes:
        name: name of the condition.
        path: path and query string of the search, relative to the site.
        count: number of articles that the search finds; None if it is not known.
    """

    name: str
    path: str
    count: int | None = None


class SearchPage:
    """Handles requests for the search page."""

    def __init__(self, renderer: PageRenderer, limits: QueryLimits) -> None:
        self._renderer, self._limits = renderer, limits

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(SEARCH_PATH, self._handle_search),
            Route(SUGGEST_PATH, self._handle_suggest),
            Route("/opensearch.xml", self._handle_opensearch),
        ]

    async def _handle_search(self, request: Request) -> Response:
        query_string = request.url.query
        try:
            search = parse_search(query_string)
        except ArticleQueryError as error:
            return await self._render_error(query_string, str(error))
        cursor = parse_page_params(query_string)
        resource = append_query(search.path, cursor.query_string)
        is_empty = search.article_query == ArticleQuery()
        selection = selections.EMPTY_SELECTION if is_empty else search.selection(cursor)
        render = partial(self._render, search, cursor)
        return await self._renderer.respond(request, resource, (selection,), render, self._limits)

    async def _handle_suggest(self, request: Request) -> Response:
        text = request.query_params.get("q", "")

        async def render(_state: StoreState, result: QueryResult) -> Response:
            search = json.loads(result.results[0]).get("search", {})
            body = json.dumps([text, search.get("completions", [])], ensure_ascii=False)
            headers = {"Content-Type": SUGGESTIONS_MEDIA_TYPE, "X-Content-Type-Options": "nosniff"}
            return Response(body.encode("utf-8", "replace"), headers=headers)

        is_short = text.strip() and len(text) <= MAX_SEARCH_LENGTH
        selection = selections.select_completions(text) if is_short else selections.EMPTY_SELECTION
        resource = append_query(SUGGEST_PATH, f"q={quote(text, safe='', errors='replace')}")
        return await self._renderer.respond(request, resource, (selection,), render, self._limits)

    async def _handle_opensearch(self, request: Request) -> Response:
        async def render(state: StoreState, _result: QueryResult) -> Response:
            text = self._renderer.render_template("opensearch.xml", state)
            return Response(text, headers={"Content-Type": OPENSEARCH_MEDIA_TYPE})

        return await self._renderer.respond(
            request, "/opensearch.xml", (selections.EMPTY_SELECTION,), render
        )

    async def _render(
        self, search: SearchQuery, cursor: PageCursor, state: StoreState, result: QueryResult
    ) -> Response:
        fields = json.loads(result.results[0])
        matches, suggestion = fields.get("matches"), fields.get("search", {}).get("suggestion")
        search_text = search.article_query.search_text
        adjacent = adjacent_pages(search.path, matches) if matches else None
        feed_link = FeedLink(search_text or "What fits this search", search.article_query)
        head = PageMetadata(
            append_query(search.path, cursor.query_string),
            title=f"Search: {search_text}" if search_text else "Search",
            feed_links=(feed_link,) if matches else (ALL_ARTICLES_FEED,),
            is_indexable=False,
            newer_path=adjacent.newer_path if adjacent else None,
            older_path=adjacent.older_path if adjacent else None,
        )
        reordered = replace(search, newest_first=not search.newest_first)
        return self._renderer.render_page(
            "search.html",
            head,
            state,
            search=search,
            matches=matches,
            suggested_search=search.with_words(suggestion) if suggestion else None,
            narrowing_groups=_narrowing_links(search, matches["facets"]) if matches else [],
            widening_links=list(_widening_links(search)),
            reordered_path=reordered.path if search_text else None,
            error_message=None,
        )

    async def _render_error(self, query_string: str, message: str) -> Response:
        """Return the search page for an invalid search, with the form to try again."""
        search_text = " ".join(value for name, value in parse_qsl(query_string) if name == "q")
        head = PageMetadata(SEARCH_PATH, title="Search", is_indexable=False)
        return self._renderer.render_page(
            "search.html",
            head,
            await self._renderer.store.state(),
            400,
            search=SearchQuery(ArticleQuery(search_text=search_text)),
            matches=None,
            suggested_search=None,
            narrowing_groups=[],
            widening_links=[],
            reordered_path=None,
            error_message=message,
        )


def parse_search(query_string: str) -> SearchQuery:
    """Parse the query string of a search page.

    The parameters are those of a search's feed, and ``order=newest`` to sort by date.

    Raises:
        ArticleQueryError: the parameters are invalid; the message says how.
    """
    article_query = replace(
        parse_search_query(query_string), collapse_stories=False, summary_only=False
    )
    return SearchQuery(article_query, dict(parse_qsl(query_string)).get("order") == "newest")


def _narrowing_links(
    search: SearchQuery, facets: Mapping[str, Iterable[Mapping[str, Any]]]
) -> list[tuple[str, list[SearchLink]]]:
    """Return links that narrow the search by a topic or a publisher.

    Args:
        search: the current search.
        facets: topics and providers of its results, with counts.

    Returns:
        Groups of links, each with its heading.
    """
    query = search.article_query
    topics = [
        _narrowing_link(
            search,
            facet,
            facet["topic"]["name"],
            topics=tuple(sorted((*query.topics, facet["topic"]["slug"]))),
            match_all_topics=True,
        )
        for facet in facets["topics"]
        if facet["topic"]["slug"] not in query.topics
    ]
    publishers = [
        _narrowing_link(
            search,
            facet,
            facet["provider"]["name"],
            providers=(facet["provider"]["domain"],),
        )
        for facet in facets["providers"]
        if facet["provider"]["domain"] not in query.providers
    ]
    # If any of several topics is enough, another topic would widen the search.
    matches_any_topic = len(query.topics) > 1 and not query.match_all_topics
    groups = (("Topics", [] if matches_any_topic else topics), ("Publishers", publishers))
    return [(heading, links) for heading, links in groups if links]


def _narrowing_link(
    search: SearchQuery,
    facet: Mapping[str, Any],
    name: str,
    **conditions: Any,  # noqa: ANN401 - attributes of `ArticleQuery`
) -> SearchLink:
    if len(conditions.get("topics", ())) == 1:
        conditions["match_all_topics"] = False
    narrowed = replace(search, article_query=replace(search.article_query, **conditions))
    return SearchLink(name, narrowed.path, facet["count"])


def _widening_links(search: SearchQuery) -> Iterable[SearchLink]:
    """Yield links that widen the search by removing one of its conditions."""
    query = search.article_query
    for slug in query.topics:
        topics = tuple(topic for topic in query.topics if topic != slug)
        match_all_topics = query.match_all_topics and len(topics) > 1
        yield _widening_link(search, slug, topics=topics, match_all_topics=match_all_topics)
    for domain in query.providers:
        providers = tuple(provider for provider in query.providers if provider != domain)
        yield _widening_link(search, domain, providers=providers)
    if query.min_quality is not None:
        yield _widening_link(search, f"quality from {query.min_quality}", min_quality=None)
    for slug in query.excluded_topics:
        excluded_topics = tuple(topic for topic in query.excluded_topics if topic != slug)
        yield _widening_link(search, f"not {slug}", excluded_topics=excluded_topics)


def _widening_link(
    search: SearchQuery,
    name: str,
    **conditions: Any,  # noqa: ANN401 - attributes of `ArticleQuery`
) -> SearchLink:
    widened = replace(search, article_query=replace(search.article_query, **conditions))
    return SearchLink(name, widened.path)
