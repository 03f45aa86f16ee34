"""Redirects from paths of documents, to which links in bodies lead, to the articles' pages.

An import knows the path of a document that a body links to, but not the slug of its page, which
depends on that document. So the link leads to ``/documents/{path}``. If another folder was imported
first, and may have a document with the same path, ``?root=`` and the key of the folder follow.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from newsgraph.server.http_cache.etags import mark_cacheable
from newsgraph.server.urls import page_path
from newsgraph.store.query.selection import Edge, EdgeArguments, Field, Selection

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.store import Store

_KEY: Final = re.compile(r"\d{1,19}", re.ASCII)


class DocumentLinks:
    """Handles requests for paths of documents."""

    def __init__(self, store: Store, urls: SiteUrls) -> None:
        """Set up the redirects.

        Args:
            store: the store that has the documents.
            urls: builds the site's URLs.
        """
        self._store, self._urls = store, urls

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/documents/{path:path}", self._handle)]

    async def _handle(self, request: Request) -> Response:
        path = request.path_params["path"]
        article = Selection((Field("slug", "slug"),))
        text = request.query_params.get("root", "")
        root = int(text) if _KEY.fullmatch(text) else 0
        arguments = EdgeArguments(lookup=("path", ((path, root),)))
        edge = Edge("article", "articleAtPath", article, arguments)
        result = await self._store.read(Selection((edge,)))
        row = json.loads(result.results[0])["article"]
        if row is None:
            raise HTTPException(404, f"There is no article in {path!r}.")
        # There can be any number of query strings, which do not matter.
        if not request.scope["query_string"]:
            mark_cacheable(request.scope, result.revision)
        location = f"{self._urls.path_prefix}{page_path('articles', row['slug'])}"
        # A browser adds the fragment of the link to the location (RFC 9110 section 10.2.2).
        headers = {"Location": location, "Cache-Control": "no-cache"}
        return PlainTextResponse(f"This is at {location} now.\n", 302, headers)
