"""Leads browsers that open the address of a feed to a page about the feed.

Only browsers send ``Sec-Fetch-Dest: document`` together with ``Sec-Fetch-Mode: navigate`` (Fetch
Metadata Request Headers), and only when a person opens an address in a tab or window. Whatever else
requests a feed gets the feed: programs, scripts in pages, service workers, frames.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from newsgraph.feeds import FORMATS
from newsgraph.server.feeds.raw_format import is_raw_request
from newsgraph.server.http_cache.response_capture import observing_send
from newsgraph.server.urls import FEEDS_PATH, SUBSCRIBE_PATH, quote_names

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsgraph.server.metrics import Metrics

VARY: Final = "Sec-Fetch-Dest, Sec-Fetch-Mode"
"""Names of the request headers that decide between the feed and the page."""

_WINDOW_PARAMETERS: Final = ("page", "archive")
"""Query parameters of a feed's pages and archives, which nobody subscribes to."""


class BrowserNavigationMiddleware:
    """Redirects a browser's navigation to a feed to the page about it.

    It wraps the response cache, whose key does not contain the headers that decide.
    """

    def __init__(self, app: ASGIApp, path_prefix: str, metrics: Metrics) -> None:
        """Wrap an application.

        Args:
            app: the application.
            path_prefix: path of the site's base URL.
            metrics: counts the redirects.
        """
        self._app, self._path_prefix, self._metrics = app, path_prefix, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a navigation to a feed; pass all other requests on."""
        is_feed = scope["type"] == "http" and scope["path"].startswith(FEEDS_PATH)
        path = find_subscribe_path(scope) if is_feed and is_navigation(scope) else None
        if path is None:
            await self._app(scope, receive, send)
            return
        observed = observing_send(self._metrics, scope["path"], send, perf_counter())
        headers = [
            (b"location", f"{self._path_prefix}{path}".encode()),
            # Even for as long as a cache may use a 303, another client may want the feed.
            (b"cache-control", b"no-store"),
            (b"vary", VARY.encode()),
            (b"content-length", b"0"),
        ]
        await observed({"type": "http.response.start", "status": 303, "headers": headers})
        await observed({"type": "http.response.body"})


def is_navigation(scope: Scope) -> bool:
    """Return whether a browser sends a GET or HEAD request to show the response to a person."""
    headers = scope["headers"]  # a list of tuples, which is searched faster than in a loop
    return (
        (b"sec-fetch-dest", b"document") in headers
        and (b"sec-fetch-mode", b"navigate") in headers
        and scope["method"] in ("GET", "HEAD")
    )


def find_subscribe_path(scope: Scope) -> str | None:
    """Return path and query string of the page about the feed that a request is for.

    The page redirects to its canonical URL, as the feed does. So nothing is parsed here.

    Returns:
        None for what is not a feed, and for the source of a feed (`raw_format`).
    """
    path, _, suffix = str(scope["path"]).rpartition(".")
    query_string = scope["query_string"].decode("latin-1")
    if suffix not in FORMATS or is_raw_request(query_string):
        return None
    parameters = [
        quote(parameter, safe="!$'()*+,;=:@/?%-._~", encoding="latin-1")
        for parameter in query_string.split("&")
        if parameter and parameter.partition("=")[0] not in _WINDOW_PARAMETERS
    ]
    query = f"?{'&'.join(parameters)}" if parameters else ""
    return f"{SUBSCRIBE_PATH}{quote_names(path.removeprefix(FEEDS_PATH), '+,')}{query}"
