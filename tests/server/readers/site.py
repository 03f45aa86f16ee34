"""A site that feed readers subscribe to: a folder of articles which is edited, and its server."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tests.server import live
from tests.server.cli import test_serve
from tests.server.readers.recording_proxy import run_recording_proxy
from tests.store.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Protocol, Self

    from tests.server.readers.recording_proxy import Exchange

    class Reader(Protocol):
        """A feed reader that has subscribed to all feeds of the site."""

        def reload(self) -> None:
            """Request all feeds."""

        def new_titles(self) -> dict[str, list[str]]:
            """Return titles shown as new since the last call, by feed path, newest first."""


TOPICS = {"ai": "AI", "chips": "Chips", "space": "Space"}
SUFFIXES = ("rss", "atom")
ENTRY = re.compile(r"<(?:item|entry)>.*?</(?:item|entry)>", re.DOTALL)
WITH_NEW_SCHEME = "Chips that learn"
"""Title of the article whose URL `Site.use_https` changes."""
WITHOUT_URL = "A note of ours"
"""Title of the article without a URL."""
OTHER_PUBLIC_URL = "https://moved.example/archive"


@contextmanager
def serve_in_thread(folder: Path, archive: Path, public_url: str) -> Iterator[str]:
    """Serve an archive in a thread of this process; return the URL it listens at."""
    with live.running_server(folder, roots=(archive,), public_url=public_url) as (url, _):
        yield url


@contextmanager
def serve_in_process(folder: Path, archive: Path, public_url: str) -> Iterator[str]:
    """Serve an archive by `newsgraph serve` in a new process; return the URL it listens at."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    options = ("--port", port, "--public-url", public_url, "--database", "sqlite:///live.db")
    with test_serve.server_process(folder, archive, *options) as process:
        yield test_serve.wait_for_url(process, port)


class Site:
    """Articles of three topics, and the feeds of the topics; use it as a context manager.

    Attributes:
        articles: fields of each document by its name, in the order of their dates.
        paths: paths of the feeds.
    """

    def __init__(
        self,
        folder: Path,
        suffixes: tuple[str, ...] = SUFFIXES,
        serve: Callable[[Path, Path, str], AbstractContextManager[str]] = serve_in_thread,
    ) -> None:
        self._folder, self._archive = folder, Archive(folder / "archive")
        self._serve = serve
        self._archive.write_file("newsgraph.toml", 'id = "read"\ntitle = "Read"\n')
        self.articles: dict[str, dict[str, Any]] = {}
        self.paths = [f"/feeds/topics/{slug}.{suffix}" for slug in TOPICS for suffix in suffixes]
        self.write("Models", topics=["AI"])
        self.write("Wafers", topics=["Chips"])
        self.write("Orbits", topics=["Space"])
        self.write(WITH_NEW_SCHEME, topics=["AI", "Chips"])
        # Its entry links to the article's page on this site.
        self.write(WITHOUT_URL, topics=["Space"], webUrl=None)

    def __enter__(self) -> Self:
        """Start the proxy, import and serve."""
        with ExitStack() as stack:
            self._proxy = stack.enter_context(run_recording_proxy())
            self._server = stack.enter_context(ExitStack())
            self._start_server(self.url)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and the proxy."""
        self._stack.close()

    @property
    def url(self) -> str:
        """The URL which readers use; it is the public URL until the site moves."""
        return self._proxy.url

    @property
    def feeds(self) -> list[str]:
        """URLs of the feeds that readers subscribe to."""
        return [self.url + path for path in self.paths]

    def path(self, feed_url: str) -> str:
        """Return the path of a feed's URL."""
        return feed_url.removeprefix(self.url)

    def titles_by_feed(self, *names: str) -> dict[str, list[str]]:
        """Return the titles of articles by the paths of their feeds, newest first.

        Args:
            names: names of the articles; all by default.
        """
        titles: dict[str, list[str]] = {}
        for path in self.paths:
            topic = TOPICS[path.rpartition("/")[2].partition(".")[0]]
            for name, fields in reversed(self.articles.items()):
                if topic in fields["topics"] and name in (names or self.articles):
                    titles.setdefault(path, []).append(fields["title"])
        return titles

    def write(self, name: str, **fields: Any) -> None:
        """Write an article or change its fields; a new one is an hour later than the last."""
        file_name = name.lower().replace(" ", "-")
        before = self.articles.get(name) or {
            "title": name,
            "excerpt": f"Of {name}.",
            "publishedDateTime": f"2024-03-01T{len(self.articles):02}:00:00Z",
            "webUrl": f"http://papers.example/{file_name}",
        }
        self.articles[name] = before | fields
        self._archive.write_article(f"{file_name}.md", **self.articles[name])

    def publish(self, articles: dict[str, list[str]]) -> None:
        """Import new articles; their topics by name."""
        for name, topics in articles.items():
            self.write(name, topics=topics)
        self.import_folder()

    def edit(self, name: str, **fields: Any) -> None:
        """Import an article with changed fields."""
        self.write(name, **fields)
        self.import_folder()

    def import_folder(self) -> None:
        """Import the folder while the server runs."""
        live.import_externally(self._folder, self._archive.folder)

    def rebuild(self) -> None:
        """Delete the database, and build it again from the same files."""
        self._server.close()
        for file in self._folder.glob("live.db*"):
            file.unlink()
        self._start_server(self.url)

    def use_https(self) -> None:
        """Change the scheme of an article's URL to https."""
        url = self.articles[WITH_NEW_SCHEME]["webUrl"].replace("http:", "https:")
        self.edit(WITH_NEW_SCHEME, webUrl=url)

    def move(self) -> None:
        """Serve under another public URL; readers continue to use theirs."""
        self._server.close()
        self._start_server(OTHER_PUBLIC_URL)

    def record_reload(self, reader: Reader) -> dict[str, Exchange]:
        """Let a reader reload, and return its requests by path: one for each feed."""
        count = len(self._proxy.exchanges)
        reader.reload()
        exchanges = self._proxy.exchanges[count:]
        assert sorted(exchange.path for exchange in exchanges) == sorted(self.paths)
        return {exchange.path: exchange for exchange in exchanges}

    def _start_server(self, public_url: str) -> None:
        server = self._serve(self._folder, self._archive.folder, public_url)
        self._proxy.upstream = self._server.enter_context(server)


CHANGES: tuple[Callable[[Site], None], ...] = (Site.rebuild, Site.use_https, Site.move)
"""Changes after which no reader may show an article as new."""


def check_responses(
    exchanges: dict[str, Exchange],
    new_titles: dict[str, list[str]],
    statuses: tuple[int, ...] = (200, 226),
) -> None:
    """Check that requests are conditional, and that only feeds with new articles were sent.

    Args:
        exchanges: requests and responses by path.
        new_titles: titles of the new articles, by the paths of their feeds.
        statuses: expected status codes of feeds with new articles.
    """
    for path, exchange in exchanges.items():
        assert exchange.is_conditional, path
        titles = new_titles.get(path, [])
        assert exchange.status in (statuses if titles else (304,)), path
        if exchange.status == 226:
            # Only new entries (RFC 3229 section 10.4.1), and only if the client accepts deltas.
            assert "feed" in exchange.request_headers["a-im"], path
            entries = ENTRY.findall(exchange.text)
            assert len(entries) == len(titles), path
            assert all(
                f"<title>{title}<" in entry for title, entry in zip(titles, entries, strict=True)
            )
