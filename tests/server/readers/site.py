"""The site that readers subscribe to: a folder that is edited, and a server of it."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tests.server import live
from tests.server.cli import test_serve
from tests.server.readers.recorder import recording
from tests.store.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Protocol, Self

    from tests.server.readers.recorder import Asked

    class Reader(Protocol):
        """A reader that has subscribed to all feeds of the site."""

        def reload(self) -> None:
            """Ask for all feeds."""

        def arrived(self) -> dict[str, list[str]]:
            """Titles that came as new since the last call, by feed, the newest first."""


TOPICS = {"ai": "AI", "chips": "Chips", "space": "Space"}
SUFFIXES = ("rss", "atom")
ENTRY = re.compile(r"<(?:item|entry)>.*?</(?:item|entry)>", re.DOTALL)
SECURED, OWN = "Chips that learn", "A note of ours"
MOVED = "https://moved.example/archive"
"""Another public address."""


@contextmanager
def in_a_thread(folder: Path, archive: Path, public_url: str) -> Iterator[str]:
    """Serve an archive by a thread of this process."""
    with live.serving(folder, roots=(archive,), public_url=public_url) as (address, _):
        yield address


@contextmanager
def in_a_process(folder: Path, archive: Path, public_url: str) -> Iterator[str]:
    """Serve an archive by `newsgraph serve`, as a process of its own each time."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ("--port", port, "--public-url", public_url, "--database", "sqlite:///live.db")
    with test_serve.serving(folder, archive, *words) as process:
        yield test_serve.address_of(process, port)


class Site:
    """Stories in three topics, and six feeds of them; use it as a context manager.

    Attributes:
        stories: what each document says, by its name, in the order of their times.
        paths: of the feeds.
    """

    def __init__(
        self,
        folder: Path,
        suffixes: tuple[str, ...] = SUFFIXES,
        serving: Callable[[Path, Path, str], AbstractContextManager[str]] = in_a_thread,
    ) -> None:
        self._folder, self._archive = folder, Archive(folder / "archive")
        self._serving = serving
        self._archive.text("newsgraph.toml", 'id = "read"\ntitle = "Read"\n')
        self.stories: dict[str, dict[str, Any]] = {}
        self.paths = [f"/feeds/topics/{slug}.{suffix}" for slug in TOPICS for suffix in suffixes]
        self.write("Models", topics=["AI"])
        self.write("Wafers", topics=["Chips"])
        self.write("Orbits", topics=["Space"])
        self.write(SECURED, topics=["AI", "Chips"])
        # Without an address of its own it leads to its page here.
        self.write(OWN, topics=["Space"], webUrl=None)

    def __enter__(self) -> Self:
        """Import and serve."""
        with ExitStack() as stack:
            self._recorder = stack.enter_context(recording())
            self._server = stack.enter_context(ExitStack())
            self._serve(self.address)
            self._all = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End the server and the recorder."""
        self._all.close()

    @property
    def address(self) -> str:
        """The site's public address until it moves, and where readers ask for ever."""
        return self._recorder.address

    @property
    def feeds(self) -> list[str]:
        """The addresses that readers subscribe to."""
        return [self.address + path for path in self.paths]

    def path(self, feed: str) -> str:
        """Return the path of a feed's address."""
        return feed.removeprefix(self.address)

    def carried(self, *names: str) -> dict[str, list[str]]:
        """Return the titles of stories by the feeds that carry them, the newest first.

        Args:
            names: of the stories; all if there are none.
        """
        found: dict[str, list[str]] = {}
        for path in self.paths:
            topic = TOPICS[path.rpartition("/")[2].partition(".")[0]]
            for name, fields in reversed(self.stories.items()):
                if topic in fields["topics"] and name in (names or self.stories):
                    found.setdefault(path, []).append(fields["title"])
        return found

    def write(self, name: str, **fields: Any) -> None:
        """Write a story, or change what it says; a new one is an hour younger than all others."""
        address = name.lower().replace(" ", "-")
        before = self.stories.get(name) or {
            "title": name,
            "excerpt": f"Of {name}.",
            "publishedDateTime": f"2024-03-01T{len(self.stories):02}:00:00Z",
            "webUrl": f"http://papers.example/{address}",
        }
        self.stories[name] = before | fields
        self._archive.write(f"{address}.md", **self.stories[name])

    def publish(self, stories: dict[str, list[str]]) -> None:
        """Import new stories, given with their topics."""
        for name, topics in stories.items():
            self.write(name, topics=topics)
        self.take_in()

    def edit(self, name: str, **fields: Any) -> None:
        """Import a story that says something else."""
        self.write(name, **fields)
        self.take_in()

    def take_in(self) -> None:
        """Import what the folder holds, beside the server."""
        live.import_beside(self._folder, self._archive.folder)

    def rebuild(self) -> None:
        """Delete the store, and make it anew from the same files."""
        self._server.close()
        for file in self._folder.glob("live.db*"):
            file.unlink()
        self._serve(self.address)

    def secure(self) -> None:
        """Say https where a story's address was http."""
        address = self.stories[SECURED]["webUrl"].replace("http:", "https:")
        self.edit(SECURED, webUrl=address)

    def move(self) -> None:
        """Serve under another public address; readers ask at the one that they know."""
        self._server.close()
        self._serve(MOVED)

    def asked(self, reader: Reader) -> dict[str, Asked]:
        """Let a reader reload, and return what it asked, by path: each feed just once."""
        before = len(self._recorder.asked)
        reader.reload()
        found = self._recorder.asked[before:]
        assert sorted(one.path for one in found) == sorted(self.paths)
        return {one.path: one for one in found}

    def _serve(self, public_url: str) -> None:
        server = self._serving(self._folder, self._archive.folder, public_url)
        self._recorder.upstream = self._server.enter_context(server)


CHANGES: tuple[Callable[[Site], None], ...] = (Site.rebuild, Site.secure, Site.move)
"""What must make no story new."""


def check_news(
    asked: dict[str, Asked], carried: dict[str, list[str]], told_by: tuple[int, ...] = (200, 226)
) -> None:
    """Hold the answers to conditional requests against what is new since the ones before.

    Args:
        asked: by path.
        carried: the new stories' titles by the paths of the feeds that carry them.
        told_by: statuses of answers with news that the reader understands.
    """
    for path, one in asked.items():
        assert one.is_conditional, path
        new = carried.get(path, [])
        assert one.status in (told_by if new else (304,)), path
        if one.status == 226:
            # Only what is new (RFC 3229 section 10.4.1), and only to whoever asked for that.
            assert "feed" in one.told["a-im"], path
            entries = ENTRY.findall(one.text)
            assert len(entries) == len(new), path
            assert all(f"<title>{name}<" in entry for name, entry in zip(new, entries, strict=True))
