"""The page of a story."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.routing import Route

from server.addresses import page_path
from server.feeds.subjects import Subject
from server.pages import questions
from server.pages.frame import unknown
from server.pages.head import Head, Offer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.pages.frame import Frame
    from store.store import Reading, State


class Articles:
    """Pages of stories."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/articles/{name:path}", self._article)]

    async def _article(self, request: Request) -> Response:
        slug = request.path_params["name"]

        async def page(state: State, reading: Reading) -> Response:
            article = json.loads(reading.answers[0])["article"]
            if article is None:
                raise unknown("article", slug)
            offers = [
                Offer(one["name"], Subject(topics=(one["slug"],))) for one in article["topics"]
            ]
            head = Head(
                page_path("articles", slug),
                title=article["title"],
                description=article["excerpt"],
                offers=tuple(offers),
                published_at=article["publishedAt"],
            )
            return self._frame.render("article.html", head, state, article=article)

        asked = (questions.article(slug),)
        return await self._frame.give(request, page_path("articles", slug), asked, page)
