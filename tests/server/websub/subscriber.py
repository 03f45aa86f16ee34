"""A subscriber on loopback: a minimal HTTP server that notes what it is asked and given."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

SECONDS = 60


@dataclass(frozen=True)
class Heard:
    """One request.

    Attributes:
        target: path and query, as they were sent.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self):
        """The query's parameters; of several with one name, the last."""
        found = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: values[-1] for name, values in found.items()}


@dataclass
class Subscriber:
    """What the server says, and what it has heard.

    Attributes:
        status: of answers to a GET.
        echo: makes the body of an answer from the challenge.
        took: statuses of answers to a POST, one after the other; the last stays.
        headers: of every answer.
        silent: whether it takes requests and never answers.
        together: how many GETs must have come before any is answered.
    """

    url: str = ""
    status: int = 200
    echo: object = staticmethod(lambda challenge: challenge)
    took: list[int] = field(default_factory=lambda: [204])
    headers: str = ""
    silent: bool = False
    together: int = 0
    heard: list[Heard] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def asked(self):
        """The GETs."""
        return [one for one in self.heard if one.method == "GET"]

    @property
    def given(self):
        """The POSTs."""
        return [one for one in self.heard if one.method == "POST"]

    async def wait(self, condition):
        """Wait until something holds of what it has heard."""
        async with asyncio.timeout(SECONDS):
            while not condition():
                self.came.clear()
                await self.came.wait()

    async def serve(self, reader, writer):
        """Answer one request."""
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *lines = head.split("\r\n")[:-2]
        method, target, _ = line.split(" ")
        headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        heard = Heard(method, target, headers, body)
        self.heard.append(heard)
        self.came.set()
        if self.silent:
            await reader.read()
            return
        if method == "GET":
            await self.wait(lambda: len(self.asked) >= self.together)
            status, said = self.status, self.echo(heard.query.get("hub.challenge", ""))
        else:
            status, said = self.took[0], "thank you"
            self.took = self.took[1:] or self.took
        length = f"Content-Length: {len(said)}\r\n"
        writer.write(f"HTTP/1.1 {status} Fine\r\n{length}{self.headers}\r\n{said}".encode())
        await writer.drain()


@asynccontextmanager
async def subscriber(**said):
    """Serve for the length of the block."""
    one = Subscriber(**said)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/callback"
    try:
        yield one
    finally:
        server.close()
