"""Lists of articles: all, a topic's, a publisher's."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.pages import selections
from newsgraph.server.pages.directory import offer_of
from newsgraph.server.pages.graph.neighbours import title_of
from newsgraph.server.pages.metadata import Head, number
from newsgraph.server.pages.pagination import beside, joined, turn_of
from newsgraph.server.pages.renderer import unknown
from newsgraph.server.redirects import moved, now_called
from newsgraph.server.selections import FOUND_BY
from newsgraph.server.urls import page_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.pagination import Turn
    from newsgraph.server.pages.renderer import Frame
    from newsgraph.server.selections import Named
    from newsgraph.store.store import Reading, State

_ASKED = {"topics": selections.topic, "providers": selections.provider}


class Listings:
    """Pages that list articles."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/articles", self._articles),
            Route("/topics/{name:path}", partial(self._owned, "topics")),
            Route("/providers/{name:path}", partial(self._owned, "providers")),
        ]

    async def _articles(self, request: Request) -> Response:
        turn = turn_of(request.url.query)
        path = "/articles"

        async def page(state: State, reading: Reading) -> Response:
            articles = json.loads(reading.answers[0])["articles"]
            told = f"{_stories(articles)}, the newest first."
            head = _head(path, turn, articles, title="All stories", description=told)
            return self._frame.render("articles.html", head, state, articles=articles)

        resource = joined(path, turn.query)
        return await self._frame.give(request, resource, (selections.newest(turn),), page)

    async def _owned(self, kind: Named, request: Request) -> Response:
        name, turn = request.path_params["name"], turn_of(request.url.query)
        path = page_path(kind, name)
        if not name:
            raise moved(f"{self._frame.addresses.prefix}/{kind}")

        async def page(state: State, reading: Reading) -> Response:
            owner = json.loads(reading.answers[0])["owner"]
            if owner is None:
                raise await self._elsewhere(kind, name)
            offer = offer_of(kind, owner)
            head = _head(
                path,
                turn,
                owner["articles"],
                title=owner["name"],
                description=owner["description"] or _described(kind, owner),
                offers=(offer,) if offer else (),
            )
            return self._frame.render(
                f"{kind[:-1]}.html", head, state, owner=owner, offer=offer, linked=_linked(owner)
            )

        resource = joined(path, turn.query)
        return await self._frame.give(request, resource, (_ASKED[kind](name, turn),), page)

    async def _elsewhere(self, kind: Named, name: str) -> HTTPException:
        if kind == "topics" and (slug := await now_called(self._frame.store, name)) is not None:
            return moved(f"{self._frame.addresses.prefix}{page_path(kind, slug)}")
        return unknown(FOUND_BY[kind][0], name)


def _described(kind: Named, owner: Mapping[str, Any]) -> str:
    about = "on" if kind == "topics" else "of"
    return f"{_stories(owner['articles'])} {about} {owner['name']}, the newest first."


def _stories(page: Mapping[str, Any]) -> str:
    return number(page["totalCount"], "story", "stories")


def _linked(owner: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return links to a publisher's stories, without those that are on the page anyhow."""
    listed = {edge["node"]["slug"] for edge in owner["articles"]["edges"]}
    links = [edge["node"] for edge in owner.get("linked", {"edges": ()})["edges"]]
    return [
        {**one, "title": title_of(one, one["article"])}
        for one in links
        if not one["article"] or one["article"]["slug"] not in listed
    ]


def _head(path: str, turn: Turn, page: dict[str, Any], **said: Any) -> Head:  # noqa: ANN401 - as of `Head`
    near = beside(path, page)
    return Head(joined(path, turn.query), newer=near.newer, older=near.older, **said)
