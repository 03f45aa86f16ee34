"""GraphiQL's page at the URL of the GraphQL endpoint, and the files that it loads."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.routing import Route

from newsgraph.gql.documents.persisted import sha256
from newsgraph.server.graphiql import default_tabs
from newsgraph.server.graphiql.manifest import DOWNLOAD_FOLDER, PACKAGE_FOLDER, read_files
from newsgraph.server.http_cache.cache_key import GRAPHQL_PATH
from newsgraph.server.http_cache.etags import Validators, conditional_response, mark_cacheable
from newsgraph.server.pages.metadata import PageMetadata
from newsgraph.server.pages.renderer import security_headers
from newsgraph.server.selections import select_directory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.gql.options import Options
    from newsgraph.server.graphiql.manifest import PackageFile
    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.store.store import QueryResult, StoreState

_INTERNAL_FILES_FOLDER = PACKAGE_FOLDER / "browser"

_STATIC_PATH = "/static/graphiql"

_MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

_CACHE_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A file's URL contains its digest, so its content never changes (RFC 8246)."""

# A dialog of GraphiQL locks the page's scrolling with a style element, whose text is always the
# same because the page itself never scrolls; the policy allows it by its digest. Everything else
# comes from this origin, and the page connects only to it: 'self' covers WebSockets too (CSP
# level 3, section 6.7.2.8).
_SCROLL_LOCK_DIGEST = "'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='"

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {_SCROLL_LOCK_DIGEST}; "
    "connect-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of GraphiQL's page."""


class GraphiQLPage:
    """GraphiQL's page, or a page that explains how to install it; and GraphiQL's files."""

    def __init__(
        self, renderer: PageRenderer, options: Options, download_folder: Path = DOWNLOAD_FOLDER
    ) -> None:
        """Set up the page; files are read only when the page or a file is requested.

        Args:
            renderer: renders pages.
            options: options of the GraphQL endpoint.
            download_folder: folder of the downloaded files.
        """
        self._renderer, self._options = renderer, options
        self._trusted_hashes = (options.trusted_only, sorted(options.trusted_documents))
        self._download_folder = download_folder

    @cached_property
    def _package_files(self) -> dict[PackageFile, bytes] | None:
        """Contents of the third-party files; None if they are missing or damaged."""
        return read_files(self._download_folder)

    @cached_property
    def _files(self) -> dict[str, tuple[bytes, Validators]]:
        """Contents and validators of all files, by URL path."""
        package_files = self._package_files or {}
        bodies = {file.relative_path: body for file, body in package_files.items()}
        bodies |= {
            path.name: path.read_bytes() for path in sorted(_INTERNAL_FILES_FOLDER.iterdir())
        }
        return {
            f"{_STATIC_PATH}/{hashlib.sha256(body).hexdigest()[:12]}/{name}": (
                body,
                Validators.for_bytes(body),
            )
            for name, body in bodies.items()
            if Path(name).suffix in _MEDIA_TYPES
        }

    def routes(self) -> list[Route]:
        """Return the route of the files; the GraphQL endpoint serves the page itself."""
        return [Route(f"{_STATIC_PATH}/{{name:path}}", self._respond_with_file)]

    async def respond(self, request: Request) -> Response:
        """Respond to a browser's GET request for the URL of the GraphQL endpoint.

        Raises:
            StoreError: the store could not be read.
        """
        resource = repr(
            (
                "graphiql",
                self._package_files is not None,
                self._options.introspection,
                self._trusted_hashes,
            )
        )
        resource = "\0".join((resource, *self._files))
        response = await self._renderer.respond(
            request, resource, (select_directory("topics"),), self._render
        )
        # The same URL returns JSON to a client that accepts JSON; a 304 needs the header too.
        response.headers["Vary"] = "Accept"
        return response

    async def _render(self, state: StoreState, result: QueryResult) -> Response:
        graphql_url = self._renderer.urls.absolute(GRAPHQL_PATH)
        if self._package_files is None:
            head = PageMetadata(GRAPHQL_PATH, title="GraphiQL is not installed", is_indexable=False)
            return self._renderer.render_page(
                "graphiql_missing.html", head, state, graphql_url=graphql_url
            )
        options = self._options
        page_data = {
            "tabs": [
                {"query": tab.query, "variables": _format_variables(tab.variables)}
                for tab in default_tabs.build_tabs(result.results[0])
                if not options.trusted_only or sha256(tab.query) in options.trusted_documents
            ],
            "readsSchema": options.introspection and not options.trusted_only,
        }
        text = self._renderer.render_template(
            "graphiql.html",
            state,
            head=PageMetadata(GRAPHQL_PATH, title="GraphiQL"),
            page_data=page_data,
            scripts=self._paths_with_suffix(".js"),
            styles=self._paths_with_suffix(".css"),
            trusted_only=options.trusted_only,
            graphql_url=graphql_url,
        )
        return HTMLResponse(text, headers=security_headers(CONTENT_SECURITY_POLICY))

    def _paths_with_suffix(self, suffix: str) -> list[str]:
        return [path for path in self._files if path.endswith(suffix)]

    async def _respond_with_file(self, request: Request) -> Response:
        path = f"{_STATIC_PATH}/{request.path_params['name']}"
        if path not in self._files:
            raise HTTPException(404)
        body, validators = self._files[path]
        if (state := self._renderer.store.cached_state()) is not None:
            mark_cacheable(request.scope, state.revision)
        media_type = _MEDIA_TYPES[Path(path).suffix]
        response = conditional_response(request, validators, media_type, body)
        response.headers.update(_CACHE_FOREVER)
        return response


def _format_variables(variables: Mapping[str, Any]) -> str:
    return json.dumps(variables, ensure_ascii=False, indent=2) if variables else ""
