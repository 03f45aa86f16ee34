"""The page at the graph's address, and the files that it is made of."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.routing import Route

from newsgraph.gql import sha256
from newsgraph.server.graphiql import default_tabs
from newsgraph.server.graphiql.manifest import FETCHED, HERE, read
from newsgraph.server.http_cache.cache_key import GRAPH
from newsgraph.server.http_cache.etags import Validators, declare, respond
from newsgraph.server.pages.metadata import Head
from newsgraph.server.pages.renderer import headers
from newsgraph.server.selections import everything_with_feeds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.gql import Options
    from newsgraph.server.graphiql.manifest import File
    from newsgraph.server.pages.renderer import Frame
    from newsgraph.store.store import Reading, State

_OURS = HERE / "browser"

_STATIC = "/static/graphiql"

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A file's address has its digest in it: what is there never changes (RFC 8246)."""

# A dialog of GraphiQL's locks the page's scrolling by a style element, always with these words
# as the page itself never scrolls; it is let in by their digest. All else comes from here, and
# the page talks to nobody else: 'self' covers WebSockets too (CSP level 3, section 6.7.2.8).
_SCROLL_LOCK = "'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='"

POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {_SCROLL_LOCK}; "
    "connect-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What GraphiQL's page may do."""


class GraphiQL:
    """GraphiQL over a store, or a page that says how to get it."""

    def __init__(self, frame: Frame, options: Options, folder: Path = FETCHED) -> None:
        """Leave the files alone until somebody asks for the page or for one of them.

        Args:
            frame: that of all pages.
            options: what clients of the graph may do.
            folder: where the fetched files are.
        """
        self._frame, self._options = frame, options
        self._allowed = (options.trusted_only, sorted(options.trusted_documents))
        self._folder = folder

    @cached_property
    def _fetched(self) -> dict[File, bytes] | None:
        """The files of other people; None where they are not there."""
        return read(self._folder)

    @cached_property
    def _files(self) -> dict[str, tuple[bytes, Validators]]:
        """The bytes and validators of all files, by their paths."""
        bodies = {file.place: body for file, body in (self._fetched or {}).items()}
        bodies |= {path.name: path.read_bytes() for path in sorted(_OURS.iterdir())}
        return {
            f"{_STATIC}/{hashlib.sha256(body).hexdigest()[:12]}/{name}": (
                body,
                Validators.of_bytes(body),
            )
            for name, body in bodies.items()
            if Path(name).suffix in _TYPES
        }

    def routes(self) -> list[Route]:
        """Return the route of the files; the page itself is the graph's to show."""
        return [Route(f"{_STATIC}/{{name:path}}", self._file)]

    async def page(self, request: Request) -> Response:
        """Answer a browser that asks for the graph's address itself.

        Raises:
            StoreError: the store could not be read.
        """
        resource = repr(
            ("graphiql", self._fetched is not None, self._options.introspection, self._allowed)
        )
        resource = "\0".join((resource, *self._files))
        response = await self._frame.give(
            request, resource, (everything_with_feeds("topics"),), self._render
        )
        # Who asks for JSON at this address is given that; a 304 has to say so too.
        response.headers["Vary"] = "Accept"
        return response

    async def _render(self, state: State, reading: Reading) -> Response:
        graph, introspection = self._frame.addresses.at(GRAPH), self._options.introspection
        if self._fetched is None:
            head = Head(GRAPH, title="GraphiQL is not here", is_listed=False)
            return self._frame.render("graphiql_missing.html", head, state, graph=graph)
        options = self._options
        said = {
            "tabs": [
                {"query": tab.query, "variables": _written(tab.variables)}
                for tab in default_tabs.tabs(reading.answers[0])
                if not options.trusted_only or sha256(tab.query) in options.trusted_documents
            ],
            "readsSchema": introspection and not options.trusted_only,
        }
        text = self._frame.text(
            "graphiql.html",
            state,
            head=Head(GRAPH, title="GraphiQL"),
            said=said,
            scripts=self._of(".js"),
            styles=self._of(".css"),
            trusted_only=options.trusted_only,
            graph=graph,
        )
        return HTMLResponse(text, headers=headers(POLICY))

    def _of(self, suffix: str) -> list[str]:
        return [path for path in self._files if path.endswith(suffix)]

    async def _file(self, request: Request) -> Response:
        path = f"{_STATIC}/{request.path_params['name']}"
        if path not in self._files:
            raise HTTPException(404)
        body, validators = self._files[path]
        if (state := self._frame.store.state_now()) is not None:
            declare(request.scope, state.revision)
        response = respond(request, validators, _TYPES[Path(path).suffix], body)
        response.headers.update(_FOR_EVER)
        return response


def _written(variables: Mapping[str, Any]) -> str:
    return json.dumps(variables, ensure_ascii=False, indent=2) if variables else ""
