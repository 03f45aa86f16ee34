"""A recording proxy between feed readers and a server: it keeps its URL and records requests."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS = 60
HOP_BY_HOP_HEADERS = frozenset({"connection", "host", "keep-alive", "transfer-encoding"})
"""Headers which are not forwarded (RFC 9110 section 7.6.1)."""


class Exchange(NamedTuple):
    """A request and its response.

    Attributes:
        path: path of the request, with its query string.
        request_headers: headers of the request, by lower-case name.
        status: status code of the response.
        headers: headers of the response.
        text: decoded body of the response.
    """

    path: str
    request_headers: Mapping[str, str]
    status: int
    headers: httpx.Headers
    text: str

    @property
    def is_conditional(self) -> bool:
        """Whether the request has an ETag or date."""
        return not self.request_headers.keys().isdisjoint({"if-none-match", "if-modified-since"})


class RecordingProxy(ThreadingHTTPServer):
    """Forwards requests to a server, which may be replaced by another one.

    Attributes:
        upstream: URL of the server.
        exchanges: all requests so far, with their responses.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = ""
        self.exchanges: list[Exchange] = []

    @property
    def url(self) -> str:
        """URL of the proxy, which readers use."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: RecordingProxy

    def do_GET(self) -> None:
        """Forward a request, and record it with its response."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        connection = HTTPConnection(urlsplit(self.server.upstream).netloc, timeout=TIMEOUT_SECONDS)
        try:
            forwarded = {
                name: value for name, value in headers.items() if name not in HOP_BY_HOP_HEADERS
            }
            connection.request("GET", self.path, headers=forwarded)
            upstream_response = connection.getresponse()
            body, response_headers = upstream_response.read(), upstream_response.getheaders()
        finally:
            connection.close()
        status = upstream_response.status
        decoded = httpx.Response(status, headers=response_headers, content=body)
        # Before the response is sent: the client may look at the exchanges as soon as it has it.
        self.server.exchanges.append(
            Exchange(self.path, headers, status, decoded.headers, decoded.text)
        )
        self.send_response_only(status)
        for name, value in response_headers:
            if name.lower() not in HOP_BY_HOP_HEADERS:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: the proxy records everything."""


@contextmanager
def run_recording_proxy():
    """Run a recording proxy on loopback, in a thread."""
    proxy = RecordingProxy()
    thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join(TIMEOUT_SECONDS)
        proxy.server_close()
