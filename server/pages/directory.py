"""All topics and all publishers that have articles, with their numbers and feeds."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.routing import Route

from newsgraph.server.article_query import Subject
from newsgraph.server.pages.metadata import EVERYTHING, Head, Offer
from newsgraph.server.pages.pagination import joined
from newsgraph.server.selections import everything_with_feeds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import Frame
    from newsgraph.server.selections import Named
    from newsgraph.store.store import Reading, State

NAMES = 300
"""How many topics or publishers a page lists."""

_TITLES = {"topics": "Topics", "providers": "Publishers"}
_NUMBER = re.compile("[1-9][0-9]{0,5}")


class Names:
    """Pages that list topics or publishers, in the order of their names.

    There are few of them beside articles, and where one stands among those that have articles
    is known only from all. So these pages have numbers, not cursors.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/topics", partial(self._names, "topics")),
            Route("/providers", partial(self._names, "providers")),
        ]

    async def _names(self, kind: Named, request: Request) -> Response:
        told = request.query_params.get("page") or "1"
        number = int(told) if _NUMBER.fullmatch(told) else 0

        async def page(state: State, reading: Reading) -> Response:
            names = with_articles(json.loads(reading.answers[0])[kind])
            last = max(1, -(-len(names) // NAMES))
            if not 1 <= number <= last:
                raise HTTPException(404, f"This list has {last} pages, and no page {told!r}.")
            head = Head(
                _path(kind, number),
                title=_TITLES[kind],
                description=f"All {_TITLES[kind].lower()}, with their stories and feeds.",
                offers=(EVERYTHING,),
                newer=_path(kind, number - 1) if number > 1 else None,
                older=_path(kind, number + 1) if number < last else None,
            )
            here = names[(number - 1) * NAMES : number * NAMES]
            shown = [(one, offer_of(kind, one)) for one in here]
            return self._frame.render(
                "names.html", head, state, kind=kind, names=shown, count=len(names)
            )

        asked = (everything_with_feeds(kind),)
        return await self._frame.give(request, _path(kind, number), asked, page)


def _path(kind: Named, number: int) -> str:
    return joined(f"/{kind}", f"page={number}" if number != 1 else "")


def with_articles(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the topics or publishers of a page that have articles, in its order."""
    return [edge["node"] for edge in page["edges"] if edge["node"]["articleCount"]]


def offer_of(kind: Named, one: Mapping[str, Any]) -> Offer | None:
    """Return the feed of a topic or publisher; None where it has ended."""
    if kind == "providers":
        return Offer(one["name"], Subject(providers=(one["domain"],)))
    if one["end"] and one["end"]["gone"]:
        return None
    return Offer(one["name"], Subject(topics=(one["slug"],)))
