"""The response cache middleware in front of a fake application, and clients of it."""

from __future__ import annotations

import json

from starlette.requests import Request

from newsgraph.gql.http.protocol import REVISION_KEY
from newsgraph.server.http_cache.lru import ResponseCache
from newsgraph.server.http_cache.middleware import ResponseCacheMiddleware
from newsgraph.server.metrics import Metrics
from tests.server.conftest import create_client
from tests.server.fake_store import FakeStore

CACHE_BYTES = 1_000_000
JSON = "application/json"
IDENTITY_ONLY = {"Accept-Encoding": "identity"}


class FakeApplication:
    """Responds with a description of the request, and marks the response as cacheable.

    Attributes:
        requests: the requests that it was called with.
        request_count: number of these requests.
        revision: revision to mark responses with: ``current`` is the store's, None marks none.
        status: status code of responses.
        headers: headers of responses in addition to the content type and length.
        padding: number of characters that make the response longer.
    """

    def __init__(self, store):
        self.store, self.request_count = store, 0
        self.revision, self.status, self.headers, self.padding = "current", 200, {}, 2_000
        self.requests = []

    async def __call__(self, scope, receive, send):
        """Respond, with a copy of the scope as Starlette's routers make it."""
        request = Request({**scope, "endpoint": self}, receive)
        self.request_count += 1
        self.requests.append(request)
        content = {
            "revision": self.store.revision,
            "path": str(request.url),
            "body": (await request.body()).decode(),
            "accept": request.headers.get("accept"),
            "padding": "x" * self.padding,
        }
        revision = self.store.revision if self.revision == "current" else self.revision
        if revision is not None:
            request.scope["extensions"][REVISION_KEY] = revision
        body = json.dumps(content).encode()
        headers = {"Content-Type": JSON, "Content-Length": str(len(body)), **self.headers}
        raw_headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw_headers})
        await send({"type": "http.response.body", "body": body})


class Site:
    """The middleware, an application behind it and a client.

    Attributes:
        app: the application; a test may replace the `fake_app`.
    """

    def __init__(self, cache_bytes=CACHE_BYTES, settings=("one",), **store):
        self.store = FakeStore(**store)
        self.fake_app = FakeApplication(self.store)
        self.metrics = Metrics()
        self.cache = ResponseCache(cache_bytes, self.metrics)
        self.app = self.fake_app
        self.middleware = ResponseCacheMiddleware(
            self._call_app, self.store, settings, self.cache, "no-cache", self.metrics
        )
        self.client = create_client(self.middleware)

    async def _call_app(self, *arguments):
        await self.app(*arguments)

    async def get(self, query="a", **headers):
        """Send a GraphQL query by GET."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(f"/graphql?query={query}", headers=headers)

    async def post(self, body="{}", **headers):
        """Send a body to the GraphQL endpoint by POST."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(
            "/graphql", content=body, headers={"Content-Type": JSON} | headers
        )


class AsgiClient:
    """A client at the level of ASGI: sends its body in parts, and records what it receives.

    Attributes:
        messages: messages that the application has not received yet.
        sent: messages that the application has sent.
        receive_count: number of messages that the application has received.
    """

    def __init__(self, *parts, final_type="http.disconnect"):
        self.messages = [
            {"type": "http.request", "body": part, "more_body": number + 1 < len(parts)}
            for number, part in enumerate(parts)
        ]
        self.final_type, self.sent, self.receive_count = final_type, [], 0

    async def receive(self):
        """Return the next message; after all parts, the final one."""
        self.receive_count += 1
        return self.messages.pop(0) if self.messages else {"type": self.final_type}

    async def send(self, message):
        """Record a message of the application."""
        self.sent.append(message)

    def scope(self, **headers):
        """Return the scope of a POST to the GraphQL endpoint."""
        headers = {"content-type": JSON, **headers}
        return {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "server": ("inside.test", 80),
        }


def read_metrics(metrics):
    """Return the values of metrics by name and labels."""
    return parse_metrics(metrics.render_text().decode())


def parse_metrics(text):
    """Return the values of a text in Prometheus' format by name and labels."""
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}
