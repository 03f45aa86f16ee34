"""The home page: what there is, what is new, and where to begin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.pages import selections
from newsgraph.server.pages.directory import offer_of, with_articles
from newsgraph.server.pages.metadata import EVERYTHING, Head, number
from newsgraph.server.pages.pagination import Turn, beside
from newsgraph.server.selections import everything_with_feeds

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import Frame
    from newsgraph.store.store import Reading, State

_TOPICS = 24
_PUBLISHERS = 12


class Home:
    """The home page."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/", self._home)]

    async def _home(self, request: Request) -> Response:
        async def page(state: State, reading: Reading) -> Response:
            names, newest = map(json.loads, reading.answers)
            topics = _largest(with_articles(names["topics"]))
            publishers = _largest(with_articles(names["providers"]))
            articles = newest["articles"]
            head = Head(
                "/",
                description=state.collection.description or _described(state),
                offers=(EVERYTHING,),
                older=beside("/articles", articles).older,
            )
            return self._frame.render(
                "home.html",
                head,
                state,
                topics=[one for one in topics if offer_of("topics", one)][:_TOPICS],
                topic_count=len(topics),
                publishers=publishers[:_PUBLISHERS],
                publisher_count=len(publishers),
                articles=articles,
            )

        asked = everything_with_feeds(), selections.newest(Turn())
        return await self._frame.give(request, "/", asked, page)


def _described(state: State) -> str:
    stories = number(state.article_count, "story", "stories")
    return f"{stories} by topic and publisher, with what they lead to, and feeds."


def _largest(names: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those with the most articles first."""
    return sorted(names, key=lambda one: (-one["articleCount"], one["name"]))
