"""Any query as a feed: the articles that a GraphQL document selects, by its hash."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from graphql import GraphQLError
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from newsgraph.feeds import Paging
from newsgraph.gql import SelectedArticles, Unreadable, found_in
from newsgraph.server.article_query import is_address
from newsgraph.server.feeds import selections
from newsgraph.server.feeds.entries import UNTITLED, story
from newsgraph.server.feeds.metadata import About, Announcing, channel
from newsgraph.server.feeds.rendering import FORMATS, Renderer
from newsgraph.store.errors import BadCursor, StoreError

if TYPE_CHECKING:
    from starlette.requests import Request

    from newsgraph.server.http_cache.conditional_get import Answers
    from newsgraph.store.limits import Limits
    from newsgraph.store.store import Reading, State, Store

_HASH = re.compile(r"[0-9a-f]{64}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Query:
    """A feed of a query.

    Attributes:
        digest: the SHA-256 of the document.
        suffix: the format's.
        name: which of the document's operations; None where it has one.
        variables: as they are given.
    """

    digest: str
    suffix: str
    name: str | None
    variables: dict[str, Any]

    @property
    def id(self) -> str:
        """The feed's address without its format: for one meaning there is one."""
        told = {"operationName": self.name} if self.name else {}
        if self.variables:
            told["variables"] = json.dumps(
                self.variables,
                ensure_ascii=False,
                allow_nan=False,
                separators=(",", ":"),
                sort_keys=True,
            )
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in told.items())
        return f"/feeds/query/{self.digest}{f'?{query}' if query else ''}"

    @property
    def address(self) -> str:
        """Where the feed is, below the site."""
        path, _, query = self.id.partition("?")
        return f"{path}.{self.suffix}{f'?{query}' if query else ''}"

    def as_(self, suffix: str) -> str:
        """Return where it is in another format."""
        return replace(self, suffix=suffix).address


class Queries:
    """Feeds of queries whose documents are known by their hashes.

    Known are trusted documents, those that clients of the graph persist automatically, and
    those that feeds have been made of before: these are kept in the store.
    """

    def __init__(
        self,
        store: Store,
        answers: Answers,
        announcing: Announcing,
        limits: Limits,
        renderer: Renderer,
        articles: SelectedArticles,
    ) -> None:
        """Args: articles: finds what a query selects; the others are those of all feeds."""
        self._store, self._answers, self._announcing = store, answers, announcing
        self._limits = limits
        self._renderer, self._articles = renderer, articles

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/feeds/query/{digest}.{suffix}", self._feed)]

    async def _feed(self, request: Request) -> Response:
        query = _query(request)
        if not is_address(query.address, request.scope["path"].lower(), request.url.query):
            return RedirectResponse(self._announcing.addresses.at(query.address), 301)
        text = self._articles.text_of(query.digest)
        is_new = text is not None and not self._articles.is_trusted(query.digest)
        if text is None and not self._articles.trusted_only:
            text = await self._store.feed_documents.text(query.digest)
        if text is None:
            told = (
                "No query is known by this hash. Send its text to /graphql once, as an automatic "
                "persisted query, or have it added to the trusted documents."
            )
            raise HTTPException(404, told)
        try:
            name, wanted = self._articles.selection(
                text, query.name, query.variables, selections.STORIES[False]
            )
        except (GraphQLError, Unreadable) as error:
            raise HTTPException(400, str(error)) from error
        try:
            answer = await self._answers.give_as_read(
                request,
                query.address,
                partial(self._store.read, wanted, limits=self._limits),
                partial(self._render, query, name),
            )
        except BadCursor as error:
            raise HTTPException(400, str(error)) from error
        if is_new:
            # Whoever writes may have to wait for an import; the reader need not.
            answer.background = BackgroundTask(self._keep, query.digest, text)
        return answer

    async def _render(
        self, query: Query, name: str | None, state: State, reading: Reading
    ) -> Response:
        found = found_in(json.loads(reading.answers[0]))
        if found is None:
            raise HTTPException(404, "What this query begins with does not exist.")
        addresses = self._announcing.addresses
        entries = [story(edge["node"], state.collection, addresses) for edge in found["edges"]]
        whole = state.collection.title or UNTITLED
        title = name or "A query"
        about = About(query.id, title, f"Articles that a query of {whole} finds", "/graphql")
        said = channel(self._announcing, state.collection, about, query.address, entries, Paging())
        return await self._renderer.answer(query, said, entries, delta=False)

    async def _keep(self, digest: str, text: str) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            if await self._store.feed_documents.text(digest) is not None:
                return
            if not await self._store.feed_documents.keep(digest, text, now):
                _log.warning("there is no room for the documents of more feeds of queries")
        except StoreError as error:
            # The feed works; it is kept when it is asked for again.
            _log.warning("a feed's document could not be kept: %s", error)


def _query(request: Request) -> Query:
    digest, suffix = request.path_params["digest"].lower(), request.path_params["suffix"]
    if suffix not in FORMATS or not _HASH.fullmatch(digest):
        told = (
            "A query's feed is at its document's SHA-256 in hexadecimal, with a format behind it."
        )
        raise HTTPException(404, told)
    given = dict(parse_qsl(request.url.query))
    try:
        variables = json.loads(given.get("variables") or "{}")
        if not isinstance(variables, dict):
            raise HTTPException(400, "`variables` has to be a JSON object.")
        query = Query(digest, suffix, given.get("operationName"), variables)
        # Half a surrogate pair, which JSON can say, has no place in an address.
        query.id.encode()
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "`variables` is not JSON that an address can hold.") from error
    return query
