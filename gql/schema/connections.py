"""Connections, edges and page info (Relay's GraphQL Cursor Connections Specification)."""

from __future__ import annotations

import strawberry

from newsgraph.gql.schema.facets import ArticleFacets
from newsgraph.gql.schema.fields import plain_field
from newsgraph.gql.schema.types import Article, Diagnostic, Provider, RelatedLink, Topic

_EDGES = "The items of this page."
_TOTAL = "Number of items on all pages together."
_FACETS = "Counts of the items on all pages by their values."
_CURSOR = "Position of this item; pass it as `after` or `before`."
_NODE = "The item itself."
_PAGE_INFO = "Position of this page."


@strawberry.type(
    description="Position of a page in its connection (Relay's GraphQL Cursor Connections "
    "Specification)."
)
class PageInfo:
    """Position of a page in its connection."""

    has_next_page: bool = plain_field("Whether there are items after this page.")
    has_previous_page: bool = plain_field("Whether there are items before this page.")
    start_cursor: str | None = plain_field("Cursor of the first item; null on an empty page.")
    end_cursor: str | None = plain_field("Cursor of the last item; null on an empty page.")


@strawberry.type(description="An article and its position in a connection.")
class ArticleEdge:
    """An article and its cursor."""

    cursor: str = plain_field(_CURSOR)
    node: Article = plain_field(_NODE)


@strawberry.type(description="A page of articles.")
class ArticleConnection:
    """A page of articles."""

    edges: list[ArticleEdge] = plain_field(_EDGES)
    page_info: PageInfo = plain_field(_PAGE_INFO)
    total_count: int = plain_field(_TOTAL)
    facets: ArticleFacets = plain_field(_FACETS)


@strawberry.type(description="A search result: an article and how it matches.")
class SearchEdge:
    """A search result."""

    cursor: str = plain_field("Position of this item; pass it as `after` or `before`.")
    node: Article = plain_field(_NODE)
    score: float = plain_field(
        "3 if all words are in the title, 2 if some are, 1 if none is. Of two articles with the "
        "same score, the newer one comes first."
    )
    snippet: str = plain_field(
        "The words around the best match, as safe HTML: the text is escaped, and the matches are "
        "in `<mark>`."
    )


@strawberry.type(description="A page of search results.")
class SearchConnection:
    """A page of search results."""

    edges: list[SearchEdge] = plain_field(_EDGES)
    page_info: PageInfo = plain_field(_PAGE_INFO)
    total_count: int = plain_field(_TOTAL)
    suggestion: str | None = plain_field(
        "The search with its misspelt words replaced by words of the archive; null if no word is "
        "misspelt, or none is similar."
    )
    facets: ArticleFacets = plain_field(_FACETS)


@strawberry.type(description="A link and its position in a connection.")
class RelatedLinkEdge:
    """A link and its cursor."""

    cursor: str = plain_field(_CURSOR)
    node: RelatedLink = plain_field(_NODE)


@strawberry.type(description="A page of links.")
class RelatedLinkConnection:
    """A page of links."""

    edges: list[RelatedLinkEdge] = plain_field(_EDGES)
    page_info: PageInfo = plain_field(_PAGE_INFO)
    total_count: int = plain_field(_TOTAL)


@strawberry.type(description="A provider and its position in a connection.")
class ProviderEdge:
    """A provider and its cursor."""

    cursor: str = plain_field(_CURSOR)
    node: Provider = plain_field(_NODE)


@strawberry.type(description="A page of providers.")
class ProviderConnection:
    """A page of providers."""

    edges: list[ProviderEdge] = plain_field(_EDGES)
    page_info: PageInfo = plain_field(_PAGE_INFO)
    total_count: int = plain_field(_TOTAL)


@strawberry.type(description="A topic and its position in a connection.")
class TopicEdge:
    """A topic and its cursor."""

    cursor: str = plain_field(_CURSOR)
    node: Topic = plain_field(_NODE)


@strawberry.type(description="A page of topics.")
class TopicConnection:
    """A page of topics."""

    edges: list[TopicEdge] = plain_field(_EDGES)
    page_info: PageInfo = plain_field(_PAGE_INFO)
    total_count: int = plain_field(_TOTAL)


@strawberry.type(description="A diagnostic and its position in a connection.")
class DiagnosticEdge:
    """A diagnostic and its cursor."""

    cursor: str = plain_field(_CURSOR)
    node: Diagnostic = plain_field(_NODE)


@strawberry.type(description="A page of diagnostics.")
class DiagnosticConnection:
    """A page of diagnostics."""

    edges: list[DiagnosticEdge] = plain_field(_EDGES)
    page_info: PageInfo = plain_field(_PAGE_INFO)
    total_count: int = plain_field(_TOTAL)
