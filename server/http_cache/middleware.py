"""What stands before the application: kept answers, 304s and content codings.

It is outside of Starlette, whose routing alone takes longer than all that is done here for an
answer that is kept.

An answer that is declared to follow from a revision of the store (`conditional.declare`) is
kept as long as the store stays there, which is looked up at each request: it does not matter
which process imports. When the store has moved on, an answer that its maker gave a tag is asked
for again with this tag, and a 304 makes it good for the new revision: the feed of a topic stays
when only others changed. All other answers only pass through, and are encoded on their way.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from newsgraph.gql.http.buffered_receive import Heard
from newsgraph.server.http_cache.cache_key import MOST_BYTES, Asked
from newsgraph.server.http_cache.compression import IDENTITY
from newsgraph.server.http_cache.etags import Changed, Validators, named, tagged
from newsgraph.server.http_cache.response_capture import HandedOn, counted
from newsgraph.server.metrics import HIT, MISS
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsgraph.server.http_cache.cached_response import Answer
    from newsgraph.server.http_cache.lru import Key, ResponseCache
    from newsgraph.server.metrics import Metrics
    from newsgraph.store.store import State, Store


class Front:
    """Answers what it can, and hands on the rest."""

    def __init__(
        self,
        app: ASGIApp,
        store: Store,
        settings: tuple[str, ...],
        cache: ResponseCache,
        cache_control: str,
        metrics: Metrics,
    ) -> None:
        """Put all this before an application.

        Args:
            app: answers what is handed on.
            store: tells where it stands.
            settings: all those that change bytes of the graph.
            cache: keeps answers.
            cache_control: what is told of answers that follow from the store.
            metrics: counts.
        """
        self._app, self._store, self._settings = app, store, settings
        self.cache, self.cache_control, self.metrics = cache, cache_control, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request over HTTP; WebSockets go through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        asked = Asked(scope)
        key = asked.key
        if asked.can_be_kept_with_body and self.cache.is_on:
            heard = Heard(receive)
            body, receive = await heard.body(MOST_BYTES), heard.receive
            if heard.has_gone:
                return
            key = None if body is None else asked.with_body(body)
        state = None if key is None else self._store.state_now() or await self._state()
        kept = None
        if key is not None and state is not None:
            # A store keeps its id for as long as it is open: the revision says enough.
            kept = self.cache.get(key)
            if kept is not None and kept.revision == state.revision:
                status = await self.give(kept, asked, key, send)
                self.metrics.answered(kept.kind, status, HIT, perf_counter() - began)
                return
            if (has := self._graph_has(asked, state)) is not None:
                await send({"type": "http.response.start", "status": 304, "headers": has})
                await send({"type": "http.response.body"})
                self.metrics.answered("graph", 304, MISS, perf_counter() - began)
                return
        if key is None and asked.is_graph_post and asked.codings[0] == IDENTITY:
            # It is neither kept nor encoded: looking at it takes longer than passing it on.
            scope.setdefault("extensions", {})
            await self._app(scope, receive, counted(self.metrics, asked.path, send, began))
            return
        handed_on = HandedOn(self, asked, state, None if state is None else key, kept, began)
        await handed_on.run(self._app, scope, receive, send)

    async def give(self, answer: Answer, asked: Asked, key: Key | None, send: Send) -> int:
        """Give an answer, or a 304 where the client has it.

        Args:
            answer: whole.
            asked: the request.
            key: what it is kept by; None where it is not.
            send: to the client.

        Returns:
            The status that was sent.
        """
        codings = asked.codings
        if asked.method != "POST" and (has := answer.has(asked.told, codings)) is not None:
            lines = answer.not_modified(has)
            # Lists of their own: whoever sends may change them.
            await send({"type": "http.response.start", "status": 304, "headers": [*lines]})
            await send({"type": "http.response.body"})
            return 304
        coding = answer.coding(codings)
        variant = answer.kept(coding)
        if variant is None:
            variant = await answer.variant(coding)
            if key is not None and self.cache.get(key) is answer:
                self.cache.keep(key, answer)
        headers = [*variant.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if asked.method == "HEAD" else variant.body
        await send({"type": "http.response.body", "body": body})
        return answer.status

    def graph_tag(self, asked: Asked, store_id: str, revision: int) -> str | None:
        """Return the tag of what the graph answers to a GET at a revision.

        It is known before anything is parsed, and so it says nothing of whether there is such
        an answer. But only a whole answer without errors is ever given a tag. What such a one
        says follows from the store's revision, the address, the form and the settings, which
        all are in its tag; so whoever sends this one has seen the answer that would be given
        now, also where giving it would fail this time. Nobody comes to it by another
        way than by having been told it, except by computing it, which only deceives oneself:
        a 304 has no body to be kept by others.
        """
        if (media_type := asked.graph_type) is None:
            return None
        query = asked.query.decode("latin-1")
        changed = Changed(revision, None)
        return Validators.of(store_id, changed, *self._settings, media_type, query).etag

    def _graph_has(self, asked: Asked, state: State) -> list[tuple[bytes, bytes]] | None:
        """Return the headers of a 304 where the client has what the graph would answer."""
        listed = asked.told.get(b"if-none-match")
        if listed is None or (tag := self.graph_tag(asked, state.store_id, state.revision)) is None:
            return None
        if (coding := named(listed.decode("latin-1"), tag, asked.codings)) is None:
            return None
        return [
            (b"etag", tagged(tag, coding).encode()),
            (b"cache-control", self.cache_control.encode()),
            (b"vary", b"Accept, Accept-Encoding"),
        ]

    async def _state(self) -> State | None:
        try:
            return await self._store.state()
        except StoreError:
            # Whoever needs the store tells of it.
            return None
