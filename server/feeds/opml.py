"""Lists of feeds, to subscribe to many at once (OPML 2.0)."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from newsgraph.feeds import Outline, render_opml
from newsgraph.server import selections
from newsgraph.server.article_query import MOST_NAMES, NoSubject, Subject, of_path
from newsgraph.server.feeds.entries import UNTITLED
from newsgraph.server.redirects import now_called

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from newsgraph.server.http_cache.conditional_get import Answers
    from newsgraph.server.urls import Addresses, Kind
    from newsgraph.store.store import Reading, State, Store

OPML_TYPE = "text/x-opml; charset=utf-8"
"""Never registered, but what readers and the validators of OPML know."""

PATH = "/feeds.opml"

MOST_CHOSEN = 200
"""How many topics can be chosen for one list."""


class Outlines:
    """The list of all feeds, and lists of chosen ones."""

    def __init__(self, store: Store, answers: Answers, addresses: Addresses) -> None:
        self._store, self._answers, self._addresses = store, answers, addresses

    async def answer(self, request: Request) -> Response:
        """Answer with all feeds, or with those of ``topics``, in the order in which they are told.

        With ``disjoint=1`` each leaves out what those before it carry, so that a reader of all
        of them is given each story once.
        """
        told = dict(parse_qsl(request.url.query))
        try:
            chosen = [
                slug
                for one in told.get("topics", "").split(",")
                if one.strip()
                for slug in of_path(one, None, "").topics
            ]
        except NoSubject as error:
            raise HTTPException(400, str(error)) from error
        disjoint = bool(chosen) and told.get("disjoint", "0") not in ("", "0")
        most = MOST_NAMES + 1 if disjoint else MOST_CHOSEN
        chosen = list(
            dict.fromkeys([await now_called(self._store, one) or one for one in chosen[: most + 1]])
        )
        if len(chosen) > most:
            raise HTTPException(400, f"Choose at most {most} topics for a list like this.")
        asked = {"topics": ",".join(chosen)} if chosen else {}
        asked |= {"disjoint": "1"} if disjoint else {}
        here = PATH + (f"?{urlencode(asked, safe=',')}" if asked else "")
        if told != asked:
            return RedirectResponse(self._addresses.at(here), 301)
        return await self._list(request, here, chosen, disjoint=disjoint)

    async def _list(
        self, request: Request, here: str, chosen: Sequence[str], *, disjoint: bool
    ) -> Response:
        async def render(state: State, reading: Reading) -> Response:
            found = json.loads(reading.answers[0])
            title = state.collection.title or UNTITLED
            if chosen:
                topics = {one["node"]["slug"]: one["node"] for one in found["topics"]["edges"]}
                if missing := [slug for slug in chosen if slug not in topics]:
                    raise HTTPException(404, f"There is no topic {missing[0]!r}.")
                going_on = [topics[slug] for slug in chosen if not _is_gone(topics[slug])]
                groups = self._chosen(going_on, disjoint=disjoint)
            else:
                groups = self._all(found)
            return Response(render_opml(title, groups), headers={"Content-Type": OPML_TYPE})

        read = partial(self._store.read, selections.everything_with_feeds())
        return await self._answers.give(request, here, read, render)

    def _all(self, found: Mapping[str, Any]) -> list[Outline]:
        groups = (
            Outline("Topics", children=self._outlines("topics", "slug", found["topics"])),
            Outline(
                "Providers", children=self._outlines("providers", "domain", found["providers"])
            ),
        )
        return [group for group in groups if group.children]

    def _outlines(
        self, kind: Kind, key: str, page: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> tuple[Outline, ...]:
        nodes = [
            edge["node"]
            for edge in page["edges"]
            if edge["node"]["articleCount"] and not _is_gone(edge["node"])
        ]
        return tuple(
            Outline(
                node["name"],
                self._addresses.feed(kind, node[key], "rss"),
                self._addresses.page_of(kind, node[key]),
                node["description"],
            )
            for node in nodes
        )

    def _chosen(self, topics: Sequence[Mapping[str, Any]], *, disjoint: bool) -> list[Outline]:
        found: list[Outline] = []
        before: tuple[str, ...] = ()
        for topic in topics:
            slug = topic["slug"]
            subject = Subject((slug,), without=tuple(sorted(before)) if disjoint else ())
            found.append(
                Outline(
                    topic["name"],
                    self._addresses.at(subject.address("rss")),
                    self._addresses.page_of("topics", slug),
                    topic["description"],
                )
            )
            before = (*before, slug)
        return found


def _is_gone(node: Mapping[str, Any]) -> bool:
    """Tell whether a topic's feeds have ended; a publisher's never do."""
    return bool((node.get("end") or {}).get("gone"))
