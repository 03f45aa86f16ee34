"""Tests of subscriptions on a running server while other connections import."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest
from websockets.sync.client import connect

from newsgraph.store.documents.collection_settings import Collection
from tests.server import live
from tests.server.cli.test_serve import ROOT, server_process, wait_for_url
from tests.server.live import TIMEOUT_SECONDS, import_externally
from tests.store.archive import Archive

SUBSCRIPTION = """
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
    """A running server, and a folder of documents that is imported into its store.

    Args:
        folder: folder of the store and of the documents.
        import_documents: imports the documents with a connection of its own.
    """

    def __init__(self, folder, import_documents):
        self.import_documents = import_documents
        self.archive = Archive(folder / "content", Collection())
        self.archive.write_file("newsgraph.toml", 'id = "tests"\n')
        self.archive.write_article(
            "old.md", topics=["AI"], provider={"name": "A", "domain": "a.org"}
        )
        self.url = ""

    def query(self, query, **variables):
        """Send a GraphQL query by POST, and return the response's JSON."""
        body = {"query": query, "variables": variables}
        response = httpx.post(f"{self.url}/graphql", json=body, trust_env=False)
        return response.json()

    @contextmanager
    def subscribe(self, query=SUBSCRIPTION, **variables):
        """Subscribe over a WebSocket; yields a function that returns the next message."""
        url = self.url.replace("http://", "ws://") + "/graphql"
        with connect(url, subprotocols=["graphql-transport-ws"], close_timeout=2) as socket:
            socket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(socket.recv(TIMEOUT_SECONDS))["type"] == "connection_ack"
            payload = {"query": query, "variables": variables}
            socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            # When a second operation has completed, the subscription has started.
            payload = {"query": "{ store { revision } }"}
            socket.send(json.dumps({"id": "2", "type": "subscribe", "payload": payload}))
            early_messages = []
            while (message := json.loads(socket.recv(TIMEOUT_SECONDS))) != {
                "id": "2",
                "type": "complete",
            }:
                if message["id"] == "1":
                    early_messages.append(message)

            def next_message(timeout=TIMEOUT_SECONDS):
                if early_messages:
                    return early_messages.pop(0)
                return json.loads(socket.recv(timeout))

            yield next_message


@pytest.fixture
def site(tmp_path):
    """A server in a thread, whose store has one article."""
    content = tmp_path / "content"
    site = Site(tmp_path, lambda: import_externally(tmp_path, content))
    with live.running_server(tmp_path, roots=(content,)) as (site.url, _):
        yield site


@pytest.fixture
def site_of_processes(tmp_path):
    """A server process, whose store has one article; each import is another process."""

    def import_documents():
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
            timeout=TIMEOUT_SECONDS,
        )

    site = Site(tmp_path, import_documents)
    arguments = ("content", "--database", "sqlite:///live.db", "--port", "0")
    with server_process(tmp_path, *arguments) as process:
        site.url = wait_for_url(process)
        yield site


def event_of(message):
    """Return the event in a message."""
    assert message["type"] == "next", message
    assert "errors" not in message["payload"], message
    return message["payload"]["data"]["change"]


@pytest.mark.process
def test_an_import_by_another_process_sends_an_event(site_of_processes):
    """The server and the import share nothing but the database file."""
    with site_of_processes.subscribe() as next_message:
        site_of_processes.archive.write_article("new.md")
        site_of_processes.import_documents()
        assert event_of(next_message())["article"]["title"] == "new.md"


@pytest.mark.slow
def test_added_changed_and_removed_articles_send_events(site):
    """Each event has the article as it is after the change."""
    with site.subscribe() as next_message:
        site.archive.write_article("new.md", topics=["AI"], related=[{"title": "Elsewhere"}])
        site.import_documents()
        event = event_of(next_message())
        assert event["article"] == {
            "title": "new.md",
            "related": [{"title": "Elsewhere"}],
            "topics": [{"slug": "ai"}],
        }
        assert (event["__typename"], event["removed"], event["revision"]) == (
            *("ArticleChange", False),
            2,
        )
        site.archive.write_article("new.md", title="Other")
        site.import_documents()
        assert event_of(next_message())["article"]["title"] == "Other"
        site.archive.remove("new.md")
        site.import_documents()
        removal = event_of(next_message())
        assert (removal["articleId"], removal["removed"], removal["article"]) == (
            event["articleId"],
            True,
            None,
        )


@pytest.mark.slow
def test_subscriptions_to_topics_and_providers(site):
    """A subscription to a topic gets events of its articles, and of those that leave it."""
    with (
        site.subscribe(topic="AI") as next_message,
        site.subscribe(provider="www.B.org") as next_provider_message,
    ):
        site.archive.write_article("other.md", topics=["Robots"])
        site.archive.write_article("b.md", provider={"name": "B", "domain": "b.org"})
        site.import_documents()
        site.archive.write_article("old.md", topics=["Robots"])
        site.archive.write_article("mine.md", topics=["ai"])
        site.import_documents()
        assert event_of(next_provider_message())["article"]["title"] == "b.md"
        removed = {}
        for _ in range(2):
            event = event_of(next_message())
            removed[event["article"] and event["article"]["title"]] = event["removed"]
        assert removed == {None: True, "mine.md": False}


@pytest.mark.slow
def test_resume_with_a_token(site):
    """Missed events come first: one for each article, with the article as it is now."""
    with site.subscribe() as next_message:
        site.archive.write_article("one.md")
        site.import_documents()
        token = event_of(next_message())["token"]
    for title in ("two", "three"):
        site.archive.write_article("one.md", title=title)
        site.archive.write_article(f"{title}.md")
        site.import_documents()
    with site.subscribe(since=token) as next_message:
        titles = {event_of(next_message())["article"]["title"] for _ in range(3)}
        assert titles == {"three", "two.md", "three.md"}
        site.archive.write_article("four.md")
        site.import_documents()
        assert event_of(next_message())["article"]["title"] == "four.md"


@pytest.mark.parametrize(
    ("since", "code"),
    [
        ("log|0123456789abcdef|1|0|1", "RESYNC"),
        ("log|0123456789abcdef|1|0", "BAD_USER_INPUT"),
        ("", "BAD_USER_INPUT"),
    ],
)
def test_invalid_token(site, since, code):
    """A token of another store gets RESYNC, and a malformed one BAD_USER_INPUT."""
    with site.subscribe(since=since.encode().hex()) as next_message:
        message = next_message()
        errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        assert [error["extensions"]["code"] for error in errors] == [code]


@pytest.mark.slow
def test_mirror(site):
    """A client that reads `changes` from token to token has the same nodes as the store."""
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

    def read_changes(token):
        while True:
            page = site.query(query, since=token)["data"]["changes"]
            for change in page["changes"]:
                mirror.pop(change["nodeId"], None)
                if not change["removed"]:
                    mirror[change["nodeId"]] = change["node"]
            token = page["token"]
            if not page["hasMore"]:
                return token

    token = read_changes(token)
    assert sorted(map(str, mirror.values())) == ["{'title': 'AI'}", "{'title': 'old.md'}", "{}"]
    site.archive.write_article("new.md")
    site.archive.remove("old.md")
    site.import_documents()
    read_changes(token)
    assert list(mirror.values()) == [{"title": "new.md"}]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_event_stream(site, method):
    """A subscription works over server-sent events, as curl and EventSource use them."""
    headers = {"accept": "text/event-stream"}
    body = {"query": "subscription { articleChanged { removed article { title } } }"}
    arguments = {"json": body} if method == "POST" else {"params": body}
    with (
        httpx.Client(trust_env=False, timeout=TIMEOUT_SECONDS) as client,
        client.stream(method, f"{site.url}/graphql", headers=headers, **arguments) as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        site.archive.write_article("new.md")
        site.import_documents()
        event = next(line for line in lines if line.startswith("data:") and "new.md" in line)
        data = json.loads(event.removeprefix("data:"))["data"]
        assert data == {"articleChanged": {"removed": False, "article": {"title": "new.md"}}}


@pytest.mark.slow
def test_documentation_example(site):
    """The subscription in docs/queries.md gets the event that is shown there."""
    page = (ROOT / "docs" / "queries.md").read_text("utf-8")
    query, example = re.search(
        r"```graphql\n(subscription.*?)```.*?```json\n(.*?)```", page, re.DOTALL
    ).groups()
    with site.subscribe(query=query) as next_message:
        site.archive.write_article(
            "new.md", title="A new story", date="2024-06-02T12:00:00Z", topics=["AI"]
        )
        site.import_documents()
        payload = next_message()["payload"]
        assert {"data": payload["data"]} == json.loads(example)
