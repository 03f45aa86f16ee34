"""The sitemap: the URLs of all pages, for search engines (sitemaps.org protocol 0.9).

It is an index of parts, as a file may have only so many URLs. A part is a range of the store's
stable keys. These are digests and so uniformly distributed: all parts have about the same number
of URLs, and a new article changes only the part whose range contains its key.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast
from xml.sax.saxutils import escape

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from newsgraph.server.selections import fields
from newsgraph.server.urls import page_path
from newsgraph.store.query.selection import Edge, EdgeArguments, Edges, Node, Page, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.requests import Request

    from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.store import QueryResult, Store, StoreState

SITEMAP_PATH: Final = "/sitemap.xml"
"""Path of the sitemap index."""

NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"

URLS_PER_PART: Final = 10_000
"""Upper bound of the average number of URLs in a part."""

MAX_URLS_PER_FILE: Final = 50_000
"""How many URLs the protocol allows in a file."""

MAX_URL_LENGTH: Final = 2_047
"""The protocol requires URLs of less than 2,048 characters."""

_KEY_LIMIT: Final = 2**63
"""Keys are smaller than this."""

_PART_NAME: Final = re.compile(r"(listings|articles)-([1-9][0-9]{0,8})-of-([1-9][0-9]{0,8})")

_HEADERS: Final = {"X-Content-Type-Options": "nosniff"}

_COUNTS: Final = Selection(
    (Edge("store", "store", Selection(fields("articleCount", "topicCount", "providerCount"))),)
)

PartKind: TypeAlias = Literal["listings", "articles"]
"""The pages in a part: home page, topics and publishers, or articles."""


@dataclass(frozen=True, slots=True)
class SitemapPart:
    """One of the files that the sitemap index refers to.

    Attributes:
        kind: the pages in it.
        number: number of the part, starting with 1.
        part_count: number of all parts of this kind, a power of two.
    """

    kind: PartKind
    number: int
    part_count: int

    @property
    def path(self) -> str:
        """Path of the file; at the root, as a file may only list URLs below its own folder."""
        return f"/sitemap-{self.kind}-{self.number}-of-{self.part_count}.xml"

    @property
    def key_range(self) -> tuple[int, int]:
        """The lowest and the highest key in the part, both inclusive."""
        width = _KEY_LIMIT // self.part_count
        return (self.number - 1) * width, self.number * width - 1


def count_parts(url_count: int, urls_per_part: int = URLS_PER_PART) -> int:
    """Return the number of parts: the smallest power of two that is large enough, or 0.

    Args:
        url_count: number of URLs in all parts; there is no part without URLs.
        urls_per_part: upper bound of the average number of URLs in a part.
    """
    return 1 << (-(-url_count // urls_per_part) - 1).bit_length() if url_count else 0


class Sitemap:
    """Handles requests for the sitemap index and its parts."""

    def __init__(
        self,
        store: Store,
        responder: ConditionalResponder,
        urls: SiteUrls,
        urls_per_part: int = URLS_PER_PART,
    ) -> None:
        """Set up the sitemap.

        Args:
            store: the store with the articles, topics and publishers.
            responder: answers conditional requests.
            urls: builds the site's URLs.
            urls_per_part: upper bound of the average number of URLs in a part.
        """
        self._store, self._responder, self._urls = store, responder, urls
        self._urls_per_part = urls_per_part

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(SITEMAP_PATH, self._handle_index),
            Route("/sitemap-{part}.xml", self._handle_part),
        ]

    async def _handle_index(self, request: Request) -> Response:
        async def render(_state: StoreState, result: QueryResult) -> Response:
            parts = (
                SitemapPart(kind, index + 1, part_count)
                for kind, part_count in self._part_counts(result).items()
                for index in range(part_count)
            )
            entries = ((self._urls.absolute(part.path), "") for part in parts)
            return _render_xml("sitemapindex", "sitemap", entries)

        return await self._responder.respond(request, SITEMAP_PATH, self._read_counts, render)

    async def _handle_part(self, request: Request) -> Response:
        match = _PART_NAME.fullmatch(request.path_params["part"])
        if match is None:
            raise self._no_such_part(request)
        part = SitemapPart(cast("PartKind", match[1]), int(match[2]), int(match[3]))
        # The ETag depends only on the part's content, so check first that the part exists.
        part_count = self._part_counts(await self._read_counts())[part.kind]
        # Parts of the previous, half as large count remain valid for crawlers that have read the
        # index before the archive has grown.
        if part.part_count not in (part_count, part_count // 2) or part.number > part.part_count:
            raise self._no_such_part(request)

        async def read() -> QueryResult:
            return await self._store.read(_select_part(part))

        async def render(_state: StoreState, result: QueryResult) -> Response:
            # 10,000 URLs take about 40 ms.
            return await asyncio.to_thread(self._render_part, part, result.results[0])

        return await self._responder.respond_with_content_etag(request, part.path, read, render)

    async def _read_counts(self) -> QueryResult:
        return await self._store.read(_COUNTS)

    def _part_counts(self, counts: QueryResult) -> dict[PartKind, int]:
        """Return the number of parts of each kind, from the result of `_read_counts`."""
        store = json.loads(counts.results[0])["store"]
        # This includes topics without articles: to exclude them, all of them would be read.
        listings = 1 + store["topicCount"] + store["providerCount"]
        url_counts: dict[PartKind, int] = {
            "listings": listings,
            "articles": store["articleCount"],
        }
        return {
            kind: count_parts(url_count, self._urls_per_part)
            for kind, url_count in url_counts.items()
        }

    def _render_part(self, part: SitemapPart, result: bytes) -> Response:
        entries = (
            (url, last_modified)
            for url, last_modified in self._part_entries(part, json.loads(result))
            if len(url) <= MAX_URL_LENGTH
        )
        return _render_xml("urlset", "url", entries)

    def _part_entries(self, part: SitemapPart, result: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
        """Yield the URLs in a part, each with the time of its last change, or ''."""
        absolute = self._urls.absolute
        if part.kind == "articles":
            for edge in result["articles"]["edges"]:
                article = edge["node"]
                if article["inSitemap"]:
                    yield absolute(page_path("articles", article["slug"])), article["updatedAt"]
            return
        if part.number == 1:
            for path in ("/", "/articles", "/topics", "/providers"):
                yield absolute(path), ""
        for edge in result["topics"]["edges"]:
            if edge["node"]["articleCount"]:
                yield absolute(page_path("topics", edge["node"]["slug"])), ""
        for edge in result["providers"]["edges"]:
            if edge["node"]["articleCount"]:
                yield absolute(page_path("providers", edge["node"]["domain"])), ""

    def _no_such_part(self, request: Request) -> HTTPException:
        name = request.path_params["part"]
        hint = f"All parts are listed at {self._urls.absolute(SITEMAP_PATH)}"
        return HTTPException(404, f"There is no part {name!r} of the sitemap. {hint}")


def _select_part(part: SitemapPart) -> Selection:
    """Select the rows whose keys are in a part."""
    if part.kind == "articles":
        return Selection((_rows_in_part(part, "articles", "slug", "updatedAt", "inSitemap"),))
    return Selection(
        (
            _rows_in_part(part, "topics", "slug", "articleCount"),
            _rows_in_part(part, "providers", "domain", "articleCount"),
        )
    )


def _rows_in_part(part: SitemapPart, edge: str, *field_names: str) -> Edge:
    page = Page((Edges("edges", (Node("node", Selection(fields(*field_names))),)),))
    # Keys are uniformly distributed: no part has more, not even one of half as many parts.
    arguments = EdgeArguments(
        first=MAX_URLS_PER_FILE // 2, lookup=("keys", part.key_range), order="key"
    )
    return Edge(edge, edge, page, arguments)


def _render_xml(root: str, item: str, entries: Iterable[tuple[str, str]]) -> Response:
    """Return an XML file of URLs.

    Args:
        root: name of the root element.
        item: name of the element of each URL.
        entries: URLs, each with the time of its last change, or ''.
    """
    # Building an XML tree takes four times as long, and only the values need escaping.
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n']
    for url, last_modified in entries:
        lastmod = f"<lastmod>{escape(last_modified)}</lastmod>" if last_modified else ""
        lines.append(f"<{item}><loc>{escape(url)}</loc>{lastmod}</{item}>\n")
    lines.append(f"</{root}>\n")
    return Response("".join(lines), media_type="application/xml", headers=_HEADERS)
