"""Permanent redirects from old addresses of articles to their pages, and to feeds.

A document can have the address that is a usual one of feeds, such as ``/feed``: it comes first.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import PlainTextResponse

from newsgraph.server.http_cache.etags import mark_cacheable
from newsgraph.server.redirects import permanent_redirect
from newsgraph.server.urls import page_path
from newsgraph.store.documents.aliases import normalize_path
from newsgraph.store.errors import StoreError
from newsgraph.store.query.selection import Edge, EdgeArguments, Field, Selection

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.store.store import Store


async def redirect_old_address(
    store: Store, request: Request, path_prefix: str, feed_url: str | None = None
) -> Response | None:
    """Return the redirect to the article that has the path of a request as an old address, if any.

    Without such an article, it is the redirect to the feed that has the path as a usual address.

    The query string does not matter. The redirect is cached as pages are, but not for a request
    with a query string: there can be any number of those.

    Args:
        store: the store that has the articles.
        request: a request that no route could serve.
        path_prefix: path of the site's base URL.
        feed_url: absolute URL of the feed; None where the path is not an address of a feed.
    """
    path = normalize_path(_encoded_path(request))
    if path is None or request.method not in ("GET", "HEAD"):
        return None
    article = Selection((Field("slug", "slug"),))
    edge = Edge("article", "aliasedArticle", article, EdgeArguments(lookup=("alias", path)))
    try:
        result = await store.read(Selection((edge,)))
    except StoreError:
        # The response to the request is known without the store, too: 404.
        return None
    row = json.loads(result.results[0])["article"]
    location = f"{path_prefix}{page_path('articles', row['slug'])}" if row else feed_url
    if location is None:
        return None
    if not request.scope["query_string"]:
        mark_cacheable(request.scope, result.revision)
    return build_redirect(location)


def build_redirect(location: str) -> Response:
    """Return a 301 response.

    Args:
        location: absolute URL, or path from the root of the host.
    """
    redirect = permanent_redirect(location)
    return PlainTextResponse(f"{redirect.detail}\n", redirect.status_code, redirect.headers)


def _encoded_path(request: Request) -> str:
    """Return the path of a request as the client has sent it: ``%2F`` is no slash."""
    raw_path: bytes | None = request.scope.get("raw_path")
    return quote(request.scope["path"]) if raw_path is None else raw_path.decode(errors="replace")
