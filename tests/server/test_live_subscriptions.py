"""Following the archive live: subscriptions while other processes import."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest
from websockets.sync.client import connect

from newsgraph.store.documents.collection import Collection
from tests.server import live
from tests.server.cli.test_serve import ROOT, address_of, serving
from tests.server.live import SECONDS, import_beside
from tests.store.archive import Archive

FOLLOW = """
subscription ($topic: String, $provider: String, $since: String) {
  change: articleChanged(topic: $topic, provider: $provider, since: $since) {
    __typename
    articleId
    removed
    revision
    token
    article { title related { title } topics { slug } }
  }
}
"""


class Site:
    """A server, and a folder that is imported beside it.

    Args:
        folder: of the store and of the documents.
        take: imports the documents, by nothing that the server knows of.
    """

    def __init__(self, folder, take):
        self.take = take
        self.archive = Archive(folder / "content", Collection())
        self.archive.text("newsgraph.toml", 'id = "tests"\n')
        self.archive.write("old.md", topics=["AI"], provider={"name": "A", "domain": "a.org"})
        self.address = ""

    def ask(self, query, **variables):
        """Ask by POST."""
        body = {"query": query, "variables": variables}
        answer = httpx.post(f"{self.address}/graphql", json=body, trust_env=False)
        return answer.json()

    @contextmanager
    def following(self, query=FOLLOW, **variables):
        """Follow over a WebSocket: gives a function that returns the next message."""
        address = self.address.replace("http://", "ws://") + "/graphql"
        with connect(address, subprotocols=["graphql-transport-ws"], close_timeout=2) as socket:
            socket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(socket.recv(SECONDS))["type"] == "connection_ack"
            payload = {"query": query, "variables": variables}
            socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            # An answer to something else tells that the subscription has begun.
            other = {"query": "{ store { revision } }"}
            socket.send(json.dumps({"id": "2", "type": "subscribe", "payload": other}))
            early = []
            while (message := json.loads(socket.recv(SECONDS))) != {"id": "2", "type": "complete"}:
                if message["id"] == "1":
                    early.append(message)

            def heard(timeout=SECONDS):
                return early.pop(0) if early else json.loads(socket.recv(timeout))

            yield heard


@pytest.fixture
def site(tmp_path):
    """A server in a thread that has imported one article."""
    content = tmp_path / "content"
    found = Site(tmp_path, lambda: import_beside(tmp_path, content))
    with live.serving(tmp_path, roots=(content,)) as (found.address, _):
        yield found


@pytest.fixture
def site_of_processes(tmp_path):
    """A server process that has imported one article; each import has a process of its own."""

    def take():
        subprocess.run(
            [
                sys.executable,
                "-m",
                "newsgraph",
                "import",
                "content",
                "--database",
                "sqlite:///live.db",
            ],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )

    found = Site(tmp_path, take)
    words = ("content", "--database", "sqlite:///live.db", "--port", "0")
    with serving(tmp_path, *words) as process:
        found.address = address_of(process)
        yield found


def change(message):
    """The event of a message."""
    assert message["type"] == "next", message
    assert "errors" not in message["payload"], message
    return message["payload"]["data"]["change"]


@pytest.mark.process
def test_an_import_of_another_process_is_heard(site_of_processes):
    """The server and the import have nothing in common but the store's file."""
    with site_of_processes.following() as heard:
        site_of_processes.archive.write("new.md")
        site_of_processes.take()
        assert change(heard())["article"]["title"] == "new.md"


@pytest.mark.slow
def test_articles_come_change_and_go(site):
    """Each is an event, with the article as it is then."""
    with site.following() as heard:
        site.archive.write("new.md", topics=["AI"], related=[{"title": "Elsewhere"}])
        site.take()
        event = change(heard())
        assert event["article"] == {
            "title": "new.md",
            "related": [{"title": "Elsewhere"}],
            "topics": [{"slug": "ai"}],
        }
        assert (event["__typename"], event["removed"], event["revision"]) == (
            *("ArticleChange", False),
            2,
        )
        site.archive.write("new.md", title="Other")
        site.take()
        assert change(heard())["article"]["title"] == "Other"
        site.archive.remove("new.md")
        site.take()
        gone = change(heard())
        assert (gone["articleId"], gone["removed"], gone["article"]) == (
            event["articleId"],
            True,
            None,
        )


@pytest.mark.slow
def test_topics_and_providers(site):
    """Who follows a topic hears of its articles only, and of those that leave it."""
    with site.following(topic="AI") as heard, site.following(provider="www.B.org") as by_provider:
        site.archive.write("other.md", topics=["Robots"])
        site.archive.write("b.md", provider={"name": "B", "domain": "b.org"})
        site.take()
        site.archive.write("old.md", topics=["Robots"])
        site.archive.write("mine.md", topics=["ai"])
        site.take()
        assert change(by_provider())["article"]["title"] == "b.md"
        found = {}
        for _ in range(2):
            event = change(heard())
            found[event["article"] and event["article"]["title"]] = event["removed"]
        assert found == {None: True, "mine.md": False}


@pytest.mark.slow
def test_resuming(site):
    """With the last token, what was missed comes first, each article once and as it is now."""
    with site.following() as heard:
        site.archive.write("one.md")
        site.take()
        token = change(heard())["token"]
    for title in ("two", "three"):
        site.archive.write("one.md", title=title)
        site.archive.write(f"{title}.md")
        site.take()
    with site.following(since=token) as heard:
        titles = {change(heard())["article"]["title"] for _ in range(3)}
        assert titles == {"three", "two.md", "three.md"}
        site.archive.write("four.md")
        site.take()
        assert change(heard())["article"]["title"] == "four.md"


@pytest.mark.parametrize(
    ("since", "code"),
    [
        ("log|0123456789abcdef|1|0|1", "RESYNC"),
        ("log|0123456789abcdef|1|0", "BAD_USER_INPUT"),
        ("", "BAD_USER_INPUT"),
    ],
)
def test_a_token_that_is_no_good(site, since, code):
    """Another store's token asks for a new start; what is none is the client's mistake."""
    with site.following(since=since.encode().hex()) as heard:
        message = heard()
        errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        assert [error["extensions"]["code"] for error in errors] == [code]


@pytest.mark.slow
def test_a_mirror(site):
    """`changes` from the start, and then from token to token, gives the archive."""
    query = """
    query ($since: String) {
      changes(since: $since, first: 2) {
        token
        hasMore
        changes { nodeId removed node { ... on Article { title } ... on Topic { title: name } } }
      }
    }
    """
    mirror, token = {}, None

    def follow(token):
        while True:
            found = site.ask(query, since=token)["data"]["changes"]
            for one in found["changes"]:
                mirror.pop(one["nodeId"], None)
                if not one["removed"]:
                    mirror[one["nodeId"]] = one["node"]
            token = found["token"]
            if not found["hasMore"]:
                return token

    token = follow(token)
    assert sorted(map(str, mirror.values())) == ["{'title': 'AI'}", "{'title': 'old.md'}", "{}"]
    site.archive.write("new.md")
    site.archive.remove("old.md")
    site.take()
    follow(token)
    assert list(mirror.values()) == [{"title": "new.md"}]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_an_event_stream(site, method):
    """The same over server-sent events, for curl and for a browser's EventSource."""
    headers = {"accept": "text/event-stream"}
    body = {"query": "subscription { articleChanged { removed article { title } } }"}
    way = {"json": body} if method == "POST" else {"params": body}
    with (
        httpx.Client(trust_env=False, timeout=SECONDS) as client,
        client.stream(method, f"{site.address}/graphql", headers=headers, **way) as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        site.archive.write("new.md")
        site.take()
        told = next(line for line in lines if line.startswith("data:") and "new.md" in line)
        data = json.loads(told.removeprefix("data:"))["data"]
        assert data == {"articleChanged": {"removed": False, "article": {"title": "new.md"}}}


@pytest.mark.slow
def test_the_example_of_the_documentation(site):
    """What docs/queries.md shows is what comes."""
    page = (ROOT / "docs" / "queries.md").read_text("utf-8")
    query, shown = re.search(
        r"```graphql\n(subscription.*?)```.*?```json\n(.*?)```", page, re.DOTALL
    ).groups()
    with site.following(query=query) as heard:
        site.archive.write(
            "new.md", title="A new story", date="2026-01-02T12:00:00Z", topics=["AI"]
        )
        site.take()
        payload = heard()["payload"]
        assert {"data": payload["data"]} == json.loads(shown)
