"""The addresses of feeds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from newsgraph.server.article_query import NoSubject, Subject, is_address, of_path, of_search
from newsgraph.server.feeds.entries import story
from newsgraph.server.feeds.last_modified import LastChanges
from newsgraph.server.feeds.loader import Parts
from newsgraph.server.feeds.metadata import about, channel
from newsgraph.server.feeds.opml import Outlines
from newsgraph.server.feeds.query_feed_creation import Making
from newsgraph.server.feeds.query_feeds import Queries
from newsgraph.server.feeds.rendering import FORMATS
from newsgraph.server.feeds.retirement import ended
from newsgraph.server.feeds.rfc3229 import DELTAS_OF, lacking, wants_delta
from newsgraph.server.feeds.rfc5005 import NEWEST, Document, Window, window_of
from newsgraph.server.feeds.story_clusters import collapsed
from newsgraph.server.redirects import moved, now_called
from newsgraph.server.selections import FOUND_BY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.gql import SelectedArticles
    from newsgraph.server.feeds.loader import Told
    from newsgraph.server.feeds.metadata import Announcing
    from newsgraph.server.feeds.rendering import Renderer
    from newsgraph.server.feeds.rfc3229 import Nodes
    from newsgraph.server.http_cache.conditional_get import Answers
    from newsgraph.store.limits import Limits
    from newsgraph.store.store import State, Store

GONE = "This feed has ended."
"""What is told of a topic's feeds that have ended without a word."""

PATHS = (
    "all",
    "search",
    "topics/{topics}/providers/{providers:path}",
    "topics/{topics:path}",
    "providers/{providers:path}",
)
"""Below ``/feeds/``; a name may hold dots, so that only the last one begins a suffix."""


class Feeds:
    """The feeds of a store, and the lists of them."""

    def __init__(
        self,
        store: Store,
        answers: Answers,
        announcing: Announcing,
        entries: int,
        limits: Limits,
        renderer: Renderer,
        articles: SelectedArticles,
    ) -> None:
        """Serve the feeds of a store.

        Args:
            store: what is served.
            answers: answers what follows from it.
            announcing: what all feeds say.
            entries: how many stories a feed has at most.
            limits: what reading one takes at most.
            renderer: is closed with the feeds.
            articles: finds those that a query selects.
        """
        self._store, self._answers, self._announcing = store, answers, announcing
        self._addresses = announcing.addresses
        self._parts, self._changes = Parts(store, entries, limits), LastChanges(store)
        self._outlines = Outlines(store, answers, announcing.addresses)
        self._renderer = renderer
        self._queries = Queries(store, answers, announcing, limits, renderer, articles)
        self._making = Making(store, announcing.addresses, articles)

    def routes(self) -> list[Route]:
        """Return the routes."""
        feeds = [Route(f"/feeds/{path}.{{suffix}}", self._feed) for path in PATHS]
        of_queries = [*self._making.routes(), *self._queries.routes()]
        return [Route("/feeds.opml", self._outlines.answer), *of_queries, *feeds]

    def close(self) -> None:
        """End the rendering, after what it is at."""
        self._renderer.close()

    async def _feed(self, request: Request) -> Response:
        named, path, query = request.path_params, request.scope["path"], request.url.query
        suffix = named["suffix"]
        if suffix not in FORMATS:
            there_are = ", ".join(f".{one}" for one in FORMATS)
            raise HTTPException(404, f"There is no feed in the format {suffix!r}, but {there_are}.")
        try:
            window = window_of(query)
            if path.startswith("/feeds/search."):
                subject = of_search(query)
            else:
                subject = of_path(named.get("topics"), named.get("providers"), query)
        except NoSubject as error:
            raise HTTPException(400, str(error)) from error
        document = Document(subject, suffix, window)
        if not is_address(document.address, path, query):
            # One feed has one address, so that readers and caches keep it once.
            return RedirectResponse(self._addresses.at(document.address), 301)
        return await self._answer(request, document)

    async def _answer(self, request: Request, document: Document) -> Response:
        subject, window = document.subject, document.window

        def at(window: Window) -> str:
            return self._addresses.at(document.beside(window).address)

        async def render(state: State, told: Told) -> Response:
            if told.owner is None:
                raise await self._elsewhere(document)
            end = told.owner.get("end") or {}
            if end.get("gone"):
                raise HTTPException(410, end["notice"] or GONE)
            new = await self._lacking(request, document, state, told)
            nodes = told.nodes if new is None else new
            nodes = collapsed(nodes, subject.without) if subject.collapse else nodes
            entries = [story(one, state.collection, self._addresses) for one in nodes]
            words = about(subject, told.owner, state.collection)
            here = document.address
            notice = ended(end, words, self._announcing, state.collection)
            if notice is not None and window == NEWEST and new is None:
                entries.insert(0, notice)
            said = channel(self._announcing, state.collection, words, here, entries, told.paging)
            return await self._renderer.answer(document, said, entries, delta=new is not None)

        read = partial(self._parts.read, subject, window, at)
        if subject.owner is None or subject.collapse or window != NEWEST:
            # What these show can change with the articles of other feeds, or by their own rules.
            return await self._answers.give_as_read(request, document.address, read, render)
        changed = partial(self._changes.changed, *subject.owner)
        return await self._answers.give(request, document.address, read, render, changed)

    async def _lacking(
        self, request: Request, document: Document, state: State, told: Told
    ) -> Nodes | None:
        """Return the articles that a client lacks that takes only those; None for all."""
        of = None if document.subject.collapse else document.subject.owner
        is_taken = document.suffix in DELTAS_OF and wants_delta(request.headers.get("a-im"))
        if of is None or document.window != NEWEST or not is_taken:
            return None
        since = self._answers.known_since(request, document.address, state)
        return lacking(told.nodes, since, await self._changes.changed(*of, state))

    async def _elsewhere(self, document: Document) -> HTTPException:
        """Return the answer for a feed of what does not exist, or is called otherwise now."""
        subject = document.subject
        called = {slug: await now_called(self._store, slug) or slug for slug in subject.names}
        now = subject.renamed(called)
        if now == subject:
            return HTTPException(404, self._unknown(subject))
        return moved(self._addresses.at(replace(document, subject=now).address))

    def _unknown(self, subject: Subject) -> str:
        listed = f"All feeds are listed at {self._addresses.at('/feeds.opml')}"
        if subject.owner is None:
            return f"A topic or provider of this feed does not exist. {listed}"
        kind, name = subject.owner
        what, _ = FOUND_BY[kind]
        return f"There is no {what} {name!r}. {listed}"
