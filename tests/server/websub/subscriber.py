"""A subscriber on loopback: a minimal HTTP server that records the requests it receives."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class ReceivedRequest:
    """A request that a subscriber received.

    Attributes:
        method: HTTP method.
        target: path and query, exactly as they were sent.
        headers: header values by name in lower case.
        body: body of the request.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self):
        """The query's parameters; of several with the same name, the last."""
        values = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: values[-1] for name, values in values.items()}


@dataclass
class Subscriber:
    """A subscriber, how it responds, and the requests it has received.

    Attributes:
        url: URL of its callback.
        verification_status: status code of responses to GET.
        echo: returns the body of a response to GET, from the challenge.
        delivery_statuses: status codes of successive responses to POST; the last is repeated.
        extra_headers: header lines of every response, each with its line break.
        is_silent: whether it receives requests without responding.
        min_verifications: number of GETs that must arrive before any of them gets a response.
        requests: the requests it has received.
        request_event: set whenever a request arrives.
    """

    url: str = ""
    verification_status: int = 200
    echo: object = staticmethod(lambda challenge: challenge)
    delivery_statuses: list[int] = field(default_factory=lambda: [204])
    extra_headers: str = ""
    is_silent: bool = False
    min_verifications: int = 0
    requests: list[ReceivedRequest] = field(default_factory=list)
    request_event: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def verifications(self):
        """The GET requests: verifications of intent, and denials."""
        return [request for request in self.requests if request.method == "GET"]

    @property
    def deliveries(self):
        """The POST requests."""
        return [request for request in self.requests if request.method == "POST"]

    async def wait_for(self, condition):
        """Wait until a condition on the received requests holds."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not condition():
                self.request_event.clear()
                await self.request_event.wait()

    async def handle_connection(self, reader, writer):
        """Receive a request, and respond."""
        try:
            await self._handle_request(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _handle_request(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request_line, *header_lines = head.split("\r\n")[:-2]
        method, target, _ = request_line.split(" ")
        pairs = (line.split(": ", 1) for line in header_lines)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = ReceivedRequest(method, target, headers, body)
        self.requests.append(request)
        self.request_event.set()
        if self.is_silent:
            await reader.read()
            return
        if method == "GET":
            await self.wait_for(lambda: len(self.verifications) >= self.min_verifications)
            status = self.verification_status
            text = self.echo(request.query.get("hub.challenge", ""))
        else:
            status, text = self.delivery_statuses[0], "thank you"
            self.delivery_statuses = self.delivery_statuses[1:] or self.delivery_statuses
        length = f"Content-Length: {len(text)}\r\n"
        writer.write(f"HTTP/1.1 {status} Fine\r\n{length}{self.extra_headers}\r\n{text}".encode())
        await writer.drain()


@asynccontextmanager
async def run_subscriber(**attributes):
    """Run a subscriber until the end of the block."""
    subscriber = Subscriber(**attributes)
    server = await asyncio.start_server(subscriber.handle_connection, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    subscriber.url = f"http://127.0.0.1:{port}/callback"
    try:
        yield subscriber
    finally:
        server.close()
