"""A front with an application behind it that is not real, and its clients."""

from __future__ import annotations

import json

from starlette.requests import Request

from newsgraph.gql.http.protocol import ANSWERED
from newsgraph.server.http_cache.lru import ResponseCache
from newsgraph.server.http_cache.middleware import Front
from newsgraph.server.metrics import Metrics
from tests.server.conftest import client_of
from tests.server.fake_store import FakeStore

ROOM = 1_000_000
JSON = "application/json"
AS_IT_IS = {"Accept-Encoding": "identity"}


class Inner:
    """Tells of each request what it saw, and declares it.

    Attributes:
        asked: how often it was asked.
        declared: the revision it says to have read at; None says nothing.
        headers: told beside the type.
    """

    def __init__(self, store):
        self.store, self.asked = store, 0
        self.declared, self.status, self.headers, self.padding = "now", 200, {}, 2_000
        self.seen = []

    async def __call__(self, scope, receive, send):
        """Answer, as Starlette's routers do, from a copy of the scope."""
        request = Request({**scope, "endpoint": self}, receive)
        self.asked += 1
        self.seen.append(request)
        body = (await request.body()).decode()
        told = {
            "revision": self.store.revision,
            "path": str(request.url),
            "body": body,
            "accept": request.headers.get("accept"),
            "padding": "x" * self.padding,
        }
        declared = self.store.revision if self.declared == "now" else self.declared
        if declared is not None:
            request.scope["extensions"][ANSWERED] = declared
        text = json.dumps(told).encode()
        headers = {"Content-Type": JSON, "Content-Length": str(len(text)), **self.headers}
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": lines})
        await send({"type": "http.response.body", "body": text})


class Site:
    """A front, a client before it and an application behind it.

    Attributes:
        app: what is behind it: `inner`, unless a test puts another there.
    """

    def __init__(self, room=ROOM, settings=("one",), **store):
        self.store = FakeStore(**store)
        self.inner = Inner(self.store)
        self.metrics = Metrics()
        self.cache = ResponseCache(room, self.metrics)
        self.app = self.inner
        self.front = Front(self._behind, self.store, settings, self.cache, "no-cache", self.metrics)
        self.client = client_of(self.front)

    async def _behind(self, *call):
        await self.app(*call)

    async def get(self, query="a", **headers):
        """Ask the graph by GET."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(f"/graphql?query={query}", headers=named)

    async def post(self, body="{}", **headers):
        """Ask the graph by POST."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(
            "/graphql", content=body, headers={"Content-Type": JSON} | named
        )


class Client:
    """A client that sends its body in parts, and notes what it is sent."""

    def __init__(self, *parts, then="http.disconnect"):
        self.left = [
            {"type": "http.request", "body": one, "more_body": number + 1 < len(parts)}
            for number, one in enumerate(parts)
        ]
        self.then, self.sent, self.received = then, [], 0

    async def receive(self):
        """Say the next thing; at last, that it has gone."""
        self.received += 1
        return self.left.pop(0) if self.left else {"type": self.then}

    async def send(self, message):
        """Note what comes."""
        self.sent.append(message)

    def scope(self, **headers):
        """A POST to the graph."""
        lines = {"content-type": JSON, **headers}
        return {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in lines.items()],
            "server": ("inside.test", 80),
        }


def counted(metrics):
    """What the metrics tell, by name."""
    return counted_in(metrics.text().decode())


def counted_in(text):
    """What a text in Prometheus' format tells, by name."""
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}
