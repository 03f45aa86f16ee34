"""The search: words, and what to narrow it to."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from newsgraph.server.article_query import NoSubject, Subject, of_search
from newsgraph.server.pages import selections
from newsgraph.server.pages.metadata import EVERYTHING, Head, Offer
from newsgraph.server.pages.pagination import beside, joined, turn_of
from newsgraph.server.urls import encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from newsgraph.server.pages.pagination import Turn
    from newsgraph.server.pages.renderer import Frame
    from newsgraph.store.limits import Limits
    from newsgraph.store.query.selection import Selection
    from newsgraph.store.store import Reading, State

PATH = "/search"

DESCRIPTION_TYPE = "application/opensearchdescription+xml; charset=utf-8"
"""By which browsers add a search of their own (OpenSearch 1.1)."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for.

    Attributes:
        subject: which articles fit.
        by_date: whether the newest come first, instead of the best.
    """

    subject: Subject
    by_date: bool = False

    @property
    def path(self) -> str:
        """The search's address, below the site."""
        of, told = self.subject, []
        if of.words:
            told.append(f"q={quote(of.words, safe='')}")
        if of.topics:
            told.append(f"topic={encoded(('+' if of.every else ',').join(of.topics), '+,')}")
        if of.providers:
            told.append(f"provider={encoded(','.join(of.providers), ',')}")
        if of.quality is not None:
            told.append(f"quality={of.quality}")
        if of.without:
            told.append(f"without={encoded(','.join(of.without), ',')}")
        if self.by_date:
            told.append("order=newest")
        return joined(PATH, *told)

    def selection(self, turn: Turn) -> Selection:
        """Return what the store is asked."""
        if self.by_date or not self.subject.words:
            return selections.fitting(self.subject.filter, turn)
        return selections.best(self.subject.words, replace(self.subject, words="").filter, turn)


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a search.

    Attributes:
        name: of what is added or taken away.
        path: where it leads.
        count: how many articles are there, if that is known.
    """

    name: str
    path: str
    count: int | None = None


class Search:
    """The page that searches."""

    def __init__(self, frame: Frame, limits: Limits) -> None:
        self._frame, self._limits = frame, limits

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(PATH, self._search), Route("/opensearch.xml", self._described)]

    async def _search(self, request: Request) -> Response:
        query = request.url.query
        try:
            sought = sought_in(query)
        except NoSubject as error:
            return await self._mistaken(query, str(error))
        turn = turn_of(query)
        resource = joined(sought.path, turn.query)
        asked = selections.NOTHING if sought.subject == Subject() else sought.selection(turn)
        show = partial(self._show, sought, turn)
        return await self._frame.give(request, resource, (asked,), show, self._limits)

    async def _described(self, request: Request) -> Response:
        async def page(state: State, _reading: Reading) -> Response:
            text = self._frame.text("opensearch.xml", state)
            return Response(text, headers={"Content-Type": DESCRIPTION_TYPE})

        return await self._frame.give(request, "/opensearch.xml", (selections.NOTHING,), page)

    async def _show(self, sought: Sought, turn: Turn, state: State, reading: Reading) -> Response:
        found = json.loads(reading.answers[0]).get("found")
        if found is None and sought.subject != Subject():
            # An import has ranked anew what the cursor was given for.
            location = self._frame.addresses.at(sought.path)
            headers = {"Location": location, "Cache-Control": "no-store"}
            raise HTTPException(302, f"What was found begins anew at {location}", headers)
        words = sought.subject.words
        near = beside(sought.path, found) if found else None
        head = Head(
            joined(sought.path, turn.query),
            title=f"Search: {words}" if words else "Search",
            offers=(Offer(words or "What fits this search", sought.subject),)
            if found
            else (EVERYTHING,),
            is_listed=False,
            newer=near.newer if near else None,
            older=near.older if near else None,
        )
        return self._frame.render(
            "search.html",
            head,
            state,
            sought=sought,
            found=found,
            narrower=_narrower(sought, found["facets"]) if found else [],
            wider=list(_wider(sought)),
            other_order=replace(sought, by_date=not sought.by_date).path if words else None,
            mistake=None,
        )

    async def _mistaken(self, query: str, mistake: str) -> Response:
        words = " ".join(value for name, value in parse_qsl(query) if name == "q")
        head = Head(PATH, title="Search", is_listed=False)
        return self._frame.render(
            "search.html",
            head,
            await self._frame.store.state(),
            400,
            sought=Sought(Subject(words=words)),
            found=None,
            narrower=[],
            wider=[],
            other_order=None,
            mistake=mistake,
        )


def sought_in(query: str) -> Sought:
    """Return what an address searches for; its parameters are those of a search's feed.

    And ``order=newest`` sorts by date.

    Raises:
        NoSubject: nothing can be searched for in this way; the message says why.
    """
    subject = replace(of_search(query), collapse=False)
    return Sought(subject, dict(parse_qsl(query)).get("order") == "newest")


def _narrower(
    sought: Sought, facets: Mapping[str, Iterable[Mapping[str, Any]]]
) -> list[tuple[str, list[Way]]]:
    """Return ways to less: each group has what it is of, and its ways."""
    subject = sought.subject
    topics = [
        _to(
            sought,
            one,
            one["topic"]["name"],
            topics=_and(subject.topics, one["topic"]["slug"]),
            every=True,
        )
        for one in facets["topics"]
        if one["topic"]["slug"] not in subject.topics
    ]
    publishers = [
        _to(sought, one, one["provider"]["name"], providers=(one["provider"]["domain"],))
        for one in facets["providers"]
        if one["provider"]["domain"] not in subject.providers
    ]
    # Of several topics any is enough: one more would not be less.
    is_any = len(subject.topics) > 1 and not subject.every
    groups = (("Topics", [] if is_any else topics), ("Publishers", publishers))
    return [(name, ways) for name, ways in groups if ways]


def _to(sought: Sought, facet: Mapping[str, Any], name: str, **to: Any) -> Way:  # noqa: ANN401 - as of `Subject`
    if len(to.get("topics", ())) == 1:
        to["every"] = False
    return Way(name, replace(sought, subject=replace(sought.subject, **to)).path, facet["count"])


def _and(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(sorted((*names, name)))


def _wider(sought: Sought) -> Iterable[Way]:
    """Return ways to more: each takes one condition away."""
    subject = sought.subject
    for slug in subject.topics:
        topics = tuple(one for one in subject.topics if one != slug)
        every = subject.every and len(topics) > 1
        yield _without(sought, slug, topics=topics, every=every)
    for domain in subject.providers:
        providers = tuple(one for one in subject.providers if one != domain)
        yield _without(sought, domain, providers=providers)
    if subject.quality is not None:
        yield _without(sought, f"quality from {subject.quality}", quality=None)
    for slug in subject.without:
        without = tuple(one for one in subject.without if one != slug)
        yield _without(sought, f"not {slug}", without=without)


def _without(sought: Sought, name: str, **to: Any) -> Way:  # noqa: ANN401 - as of `Subject`
    return Way(name, replace(sought, subject=replace(sought.subject, **to)).path)
