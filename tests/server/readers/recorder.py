"""What stands between readers and a server: one address for ever, and a note of each request."""

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

SECONDS = 60
OURS = frozenset({"connection", "host", "keep-alive", "transfer-encoding"})
"""Headers of a connection, which are not handed on (RFC 9110 section 7.6.1)."""


class Asked(NamedTuple):
    """A request, and what it was answered.

    Attributes:
        path: with its query.
        told: the request's headers, by names in lower case.
        status: of the answer.
        headers: of the answer.
        text: its body, out of its content coding.
    """

    path: str
    told: Mapping[str, str]
    status: int
    headers: httpx.Headers
    text: str

    @property
    def is_conditional(self) -> bool:
        """Whether it named what it has."""
        return not self.told.keys().isdisjoint({"if-none-match", "if-modified-since"})


class Recorder(ThreadingHTTPServer):
    """Hands requests on to a server, which may be another one each time.

    Attributes:
        upstream: where that server is.
        asked: all requests so far.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = ""
        self.asked: list[Asked] = []

    @property
    def address(self) -> str:
        """What readers know the server by."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def do_GET(self) -> None:
        """Hand a request on, and note what came of it."""
        told = {name.lower(): value for name, value in self.headers.items()}
        connection = HTTPConnection(urlsplit(self.server.upstream).netloc, timeout=SECONDS)
        try:
            on = {name: value for name, value in told.items() if name not in OURS}
            connection.request("GET", self.path, headers=on)
            got = connection.getresponse()
            body, headers = got.read(), got.getheaders()
        finally:
            connection.close()
        plain = httpx.Response(got.status, headers=headers, content=body)
        # Before it is sent: whoever has the answer may look here at once.
        self.server.asked.append(Asked(self.path, told, got.status, plain.headers, plain.text))
        self.send_response_only(got.status)
        for name, value in headers:
            if name.lower() not in OURS:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: all is noted."""


@contextmanager
def recording():
    """A recorder on loopback, in a thread."""
    recorder = Recorder()
    thread = threading.Thread(target=recorder.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield recorder
    finally:
        recorder.shutdown()
        thread.join(SECONDS)
        recorder.server_close()
