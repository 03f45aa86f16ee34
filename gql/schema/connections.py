"""Connections, edges and page info, as Relay's specification has them."""

from __future__ import annotations

import strawberry

from newsgraph.gql.schema.facets import ArticleFacets
from newsgraph.gql.schema.fields import described
from newsgraph.gql.schema.types import Article, Diagnostic, Provider, RelatedLink, Topic

_EDGES = "The rows of this page."
_TOTAL = "How many rows there are on all pages together."
_FACETS = "How the rows of all pages are spread."
_CURSOR = "Where this row stands; to be given as `after` or `before`."
_NODE = "The row itself."
_PAGE_INFO = "Where this page lies."


@strawberry.type(
    description="Where a page lies in its connection (Relay's Cursor Connections Specification)."
)
class PageInfo:
    """Where a page lies."""

    has_next_page: bool = described("Whether there are rows after this page.")
    has_previous_page: bool = described("Whether there are rows before this page.")
    start_cursor: str | None = described("The first row's cursor; null on an empty page.")
    end_cursor: str | None = described("The last row's cursor; null on an empty page.")


@strawberry.type(description="An article and its place in a connection.")
class ArticleEdge:
    """An article's place."""

    cursor: str = described(_CURSOR)
    node: Article = described(_NODE)


@strawberry.type(description="Articles, a page at a time.")
class ArticleConnection:
    """Articles, a page at a time."""

    edges: list[ArticleEdge] = described(_EDGES)
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int = described(_TOTAL)
    facets: ArticleFacets = described(_FACETS)


@strawberry.type(description="An article that a search found, and how it matches.")
class SearchEdge:
    """An article that a search found."""

    cursor: str = described(
        "Where this row stands; to be given as `after` or `before`, until the next import."
    )
    node: Article = described(_NODE)
    score: float = described("How well it matches (BM25): more is better.")
    snippet: str = described(
        "The words around the best match, as HTML that is safe to show: the text is escaped, and "
        "what matches stands in `<mark>`."
    )


@strawberry.type(description="What a search found, the best match first, a page at a time.")
class SearchConnection:
    """What a search found."""

    edges: list[SearchEdge] = described(_EDGES)
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int = described(_TOTAL)
    facets: ArticleFacets = described(_FACETS)


@strawberry.type(description="A link and its place in a connection.")
class RelatedLinkEdge:
    """A link's place."""

    cursor: str = described(_CURSOR)
    node: RelatedLink = described(_NODE)


@strawberry.type(description="Links, a page at a time.")
class RelatedLinkConnection:
    """Links, a page at a time."""

    edges: list[RelatedLinkEdge] = described(_EDGES)
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int = described(_TOTAL)


@strawberry.type(description="A provider and its place in a connection.")
class ProviderEdge:
    """A provider's place."""

    cursor: str = described(_CURSOR)
    node: Provider = described(_NODE)


@strawberry.type(description="Providers, a page at a time.")
class ProviderConnection:
    """Providers, a page at a time."""

    edges: list[ProviderEdge] = described(_EDGES)
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int = described(_TOTAL)


@strawberry.type(description="A topic and its place in a connection.")
class TopicEdge:
    """A topic's place."""

    cursor: str = described(_CURSOR)
    node: Topic = described(_NODE)


@strawberry.type(description="Topics, a page at a time.")
class TopicConnection:
    """Topics, a page at a time."""

    edges: list[TopicEdge] = described(_EDGES)
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int = described(_TOTAL)


@strawberry.type(description="A diagnostic and its place in a connection.")
class DiagnosticEdge:
    """A diagnostic's place."""

    cursor: str = described(_CURSOR)
    node: Diagnostic = described(_NODE)


@strawberry.type(description="Diagnostics, a page at a time.")
class DiagnosticConnection:
    """Diagnostics, a page at a time."""

    edges: list[DiagnosticEdge] = described(_EDGES)
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int = described(_TOTAL)
