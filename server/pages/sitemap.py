"""The sitemap: which pages there are, for those who search the web (sitemaps.org, 0.9).

It is an index of parts. A part is a range of keys, which are digests and lie evenly: the parts of
one number of parts have about as many addresses each, and a new article is in the one that its key
lies in, and leaves all others as they are.
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
from newsgraph.store.query.selection import Arguments, Edge, Edges, Node, Page, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.requests import Request

    from newsgraph.server.http_cache.conditional_get import Answers
    from newsgraph.server.urls import Addresses
    from newsgraph.store.store import Reading, State, Store

PATH: Final = "/sitemap.xml"
"""Where the index is."""

NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"

MOST_IN_PART: Final = 10_000
"""How many addresses a part has at most, by and large."""

MOST_IN_FILE: Final = 50_000
"""How many addresses the protocol allows a file to have."""

MOST_CHARACTERS: Final = 2_047
"""How long an address may be: the protocol wants less than 2,048."""

_KEYS: Final = 2**63
"""Keys are less."""

_PART: Final = re.compile(r"(listings|articles)-([1-9][0-9]{0,8})-of-([1-9][0-9]{0,8})")

_HEADERS: Final = {"X-Content-Type-Options": "nosniff"}

_COUNTS: Final = Selection(
    (Edge("store", "store", Selection(fields("articleCount", "topicCount", "providerCount"))),)
)

Kind: TypeAlias = Literal["listings", "articles"]
"""What a part has: home and the pages of topics and publishers, or those of articles."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several parts.

    Attributes:
        kind: of what.
        number: which one, from 1 on.
        of: how many parts there are, a power of two.
    """

    kind: Kind
    number: int
    of: int

    @property
    def path(self) -> str:
        """Where it is: beside the index, as a file may only tell of what is below its folder."""
        return f"/sitemap-{self.kind}-{self.number}-of-{self.of}.xml"

    @property
    def keys(self) -> tuple[int, int]:
        """The lowest and the highest key in it."""
        width = _KEYS // self.of
        return (self.number - 1) * width, self.number * width - 1


def number_of_parts(addresses: int, most: int = MOST_IN_PART) -> int:
    """Return in how many parts addresses are: the least power of two that is enough.

    Args:
        addresses: how many there are; of none there is no part.
        most: how many a part has on average, at most.
    """
    return 1 << (-(-addresses // most) - 1).bit_length() if addresses else 0


class Sitemap:
    """The sitemap of a store."""

    def __init__(
        self, store: Store, answers: Answers, addresses: Addresses, most: int = MOST_IN_PART
    ) -> None:
        """Tell what pages there are.

        Args:
            store: what is on them.
            answers: answers what follows from it.
            addresses: where they are.
            most: how many of them a part has on average, at most.
        """
        self._store, self._answers, self._addresses, self._most = store, answers, addresses, most

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(PATH, self._index), Route("/sitemap-{part}.xml", self._part)]

    async def _index(self, request: Request) -> Response:
        async def index(_state: State, reading: Reading) -> Response:
            parts = self._parts(reading).items()
            each = (Part(kind, number + 1, of) for kind, of in parts for number in range(of))
            listed = ((self._addresses.at(part.path), "") for part in each)
            return _xml("sitemapindex", "sitemap", listed)

        return await self._answers.give(request, PATH, self._count, index)

    async def _part(self, request: Request) -> Response:
        found = _PART.fullmatch(request.path_params["part"])
        if found is None:
            raise self._no_part(request)
        part = Part(cast("Kind", found[1]), int(found[2]), int(found[3]))
        # The tag hangs on nothing but what the part has: whether there is one is seen before.
        now = self._parts(await self._count())[part.kind]
        # One that was right until the archive grew is good for whoever has read the index before.
        if part.of not in (now, now // 2) or part.number > part.of:
            raise self._no_part(request)

        async def read() -> Reading:
            return await self._store.read(_asking(part))

        async def sitemap(_state: State, reading: Reading) -> Response:
            # Ten thousand addresses take some 40 ms.
            return await asyncio.to_thread(self._rendered, part, reading.answers[0])

        return await self._answers.give_as_read(request, part.path, read, sitemap)

    async def _count(self) -> Reading:
        return await self._store.read(_COUNTS)

    def _parts(self, counts: Reading) -> dict[Kind, int]:
        """Return how many parts there are of each kind."""
        store = json.loads(counts.answers[0])["store"]
        # Topics without articles count, too: who tells them apart has to look at all of them.
        listings = 1 + store["topicCount"] + store["providerCount"]
        numbers: dict[Kind, int] = {"listings": listings, "articles": store["articleCount"]}
        return {kind: number_of_parts(number, self._most) for kind, number in numbers.items()}

    def _rendered(self, part: Part, answer: bytes) -> Response:
        each = self._addresses_in(part, json.loads(answer))
        kept = ((address, at) for address, at in each if len(address) <= MOST_CHARACTERS)
        return _xml("urlset", "url", kept)

    def _addresses_in(self, part: Part, found: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
        at = self._addresses.at
        if part.kind == "articles":
            for edge in found["articles"]["edges"]:
                article = edge["node"]
                yield at(page_path("articles", article["slug"])), article["updatedAt"]
            return
        if part.number == 1:
            for path in ("/", "/articles", "/topics", "/providers"):
                yield at(path), ""
        for edge in found["topics"]["edges"]:
            if edge["node"]["articleCount"]:
                yield at(page_path("topics", edge["node"]["slug"])), ""
        for edge in found["providers"]["edges"]:
            if edge["node"]["articleCount"]:
                yield at(page_path("providers", edge["node"]["domain"])), ""

    def _no_part(self, request: Request) -> HTTPException:
        name = request.path_params["part"]
        all_parts = f"All there are now are listed at {self._addresses.at(PATH)}"
        return HTTPException(404, f"There is no part {name!r} of the sitemap. {all_parts}")


def _asking(part: Part) -> Selection:
    """Ask for what is in a part."""
    if part.kind == "articles":
        return Selection((_rows(part, "articles", "slug", "updatedAt"),))
    return Selection(
        (
            _rows(part, "topics", "slug", "articleCount"),
            _rows(part, "providers", "domain", "articleCount"),
        )
    )


def _rows(part: Part, edge: str, *names: str) -> Edge:
    page = Page((Edges("edges", (Node("node", Selection(fields(*names))),)),))
    # More than a part ever has, also one of half as many: keys lie evenly.
    asked = Arguments(first=MOST_IN_FILE // 2, by=("keys", part.keys), order="key")
    return Edge(edge, edge, page, asked)


def _xml(root: str, item: str, addresses: Iterable[tuple[str, str]]) -> Response:
    """Return a file of addresses, each with when it last changed, or ''."""
    # An element for each takes four times as long, and only what documents say needs care.
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n']
    for address, at in addresses:
        changed = f"<lastmod>{escape(at)}</lastmod>" if at else ""
        lines.append(f"<{item}><loc>{escape(address)}</loc>{changed}</{item}>\n")
    lines.append(f"</{root}>\n")
    return Response("".join(lines), media_type="application/xml", headers=_HEADERS)
