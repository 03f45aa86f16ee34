"""The home page: what there is, what is new, and where to begin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from server.pages import questions
from server.pages.head import EVERYTHING, Head
from server.pages.paging import Turn, beside
from server.questions import everything_with_feeds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.pages.frame import Frame
    from store.store import Reading, State

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
            topics = [one for one in _with_articles(names["topics"]) if not _has_ended(one)]
            publishers = _with_articles(names["providers"])
            articles = newest["articles"]
            head = Head(
                "/",
                description=state.collection.description,
                offers=(EVERYTHING,),
                older=beside("/articles", articles).older,
            )
            return self._frame.render(
                "home.html",
                head,
                state,
                topics=topics[:_TOPICS],
                topic_count=len(topics),
                publishers=publishers[:_PUBLISHERS],
                publisher_count=len(publishers),
                articles=articles,
            )

        asked = everything_with_feeds(), questions.newest(Turn())
        return await self._frame.give(request, "/", asked, page)


def _with_articles(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return those that have articles, with the most first."""
    names = [edge["node"] for edge in page["edges"] if edge["node"]["articleCount"]]
    return sorted(names, key=lambda one: (-one["articleCount"], one["name"]))


def _has_ended(topic: Mapping[str, Any]) -> bool:
    return bool(topic["end"] and topic["end"]["gone"])
