"""Pages for people: what there is, and where the feeds are."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.routing import Route

from server import questions, stories
from server.addresses import feed_path, page_path
from server.questions import FOUND_BY
from server.renamed import moved, now_called

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.addresses import Addresses
    from server.answers import Answers
    from store.documents.collection import Collection
    from store.reading.selection import Selection
    from store.store import Reading, State, Store

LINES = 50
"""How many articles a page lists."""

# Bodies come from elsewhere. They are sanitised when they are imported; this is the second
# line of defence: a page runs no script whatever a body says.
_POLICY = "default-src 'none'; style-src 'self'; img-src http: https:; base-uri 'none'"


_HEADERS = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}


class Pages:
    """The pages of a store."""

    def __init__(self, store: Store, answers: Answers, addresses: Addresses) -> None:
        self._store, self._answers, self._addresses = store, answers, addresses
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["plain"] = stories.plain
        self._templates.globals.update(
            prefix=addresses.prefix, at=addresses.at, feed_path=feed_path, page_path=page_path
        )

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/", self._home),
            Route("/topics/{name:path}", partial(self._listing, "topics")),
            Route("/providers/{name:path}", partial(self._listing, "providers")),
            Route("/articles/{name:path}", self._article),
        ]

    def not_found(self, message: str) -> Response:
        """Return the page that says that there is no such page."""
        return self._render("not_found.html", None, 404, message=message)

    async def _home(self, request: Request) -> Response:
        async def page(state: State, reading: Reading) -> Response:
            listed, newest = map(json.loads, reading.answers)
            return self._render(
                "home.html",
                state.collection,
                topics=_with_articles(listed["topics"]),
                providers=_with_articles(listed["providers"]),
                articles=newest["articles"],
                state=state,
            )

        asked = questions.everything_with_feeds(), questions.listing("all", "", LINES)
        return await self._give(request, "/", asked, page)

    async def _listing(self, kind: Literal["topics", "providers"], request: Request) -> Response:
        name = request.path_params["name"]

        async def page(state: State, reading: Reading) -> Response:
            owner = json.loads(reading.answers[0])["owner"]
            if owner is None:
                raise await self._elsewhere(kind, name)
            return self._render("listing.html", state.collection, kind=kind, name=name, owner=owner)

        asked = (questions.listing(kind, name, LINES),)
        return await self._give(request, page_path(kind, name), asked, page)

    async def _elsewhere(self, kind: Literal["topics", "providers"], name: str) -> HTTPException:
        if kind == "topics" and (slug := await now_called(self._store, name)) is not None:
            return moved(f"{self._addresses.prefix}{page_path(kind, slug)}")
        return _unknown(FOUND_BY[kind][0], name)

    async def _article(self, request: Request) -> Response:
        slug = request.path_params["name"]

        async def page(state: State, reading: Reading) -> Response:
            article = json.loads(reading.answers[0])["article"]
            if article is None:
                raise _unknown("article", slug)
            return self._render("article.html", state.collection, article=article)

        asked = (questions.article(slug),)
        return await self._give(request, page_path("articles", slug), asked, page)

    async def _give(
        self,
        request: Request,
        resource: str,
        selections: tuple[Selection, ...],
        page: Callable[[State, Reading], Awaitable[Response]],
    ) -> Response:
        read = partial(self._store.read, *selections)
        return await self._answers.give(request, resource, read, page)

    def _render(
        self, template: str, collection: Collection | None, status: int = 200, **values: object
    ) -> Response:
        site = (collection and collection.title) or stories.UNTITLED
        text = self._templates.get_template(template).render(
            site_title=site, collection=collection, **values
        )
        return HTMLResponse(text, status, _HEADERS)


def _with_articles(page: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    return [edge["node"] for edge in page["edges"] if edge["node"]["articleCount"]]


def _unknown(what: str, name: str) -> HTTPException:
    return HTTPException(404, f"There is no {what} {name!r}.")
