"""Sites of Jekyll and Hugo that move to newsgraph, with the feeds that these made of them.

``jekyll.atom.xml`` was written by Jekyll 4.3.1 with jekyll-feed 0.17.0, and ``hugo.rss.xml`` by
Hugo 0.168.0, both from the folders beside them.
"""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.server import live

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "moved_sites"


class MovedSite(NamedTuple):
    """A site that moves.

    Attributes:
        feed: the file of its feed.
        feed_path: the path of this feed on the old server.
        new_path: the path of newsgraph's feed in the same format.
        entry_ids: the setting that keeps the ids.
        new_document: path and date of a document that is added later.
    """

    feed: str
    feed_path: str
    new_path: str
    entry_ids: str
    new_document: str


SITES = {
    "jekyll": MovedSite(
        "jekyll.atom.xml", "/feed.xml", "/feeds/all.atom", "jekyll-feed", "_posts/2024-06-01-new.md"
    ),
    "hugo": MovedSite(
        "hugo.rss.xml", "/index.xml", "/feeds/all.rss", "permalink", "content/posts/new.md"
    ),
}


class OldServer(ThreadingHTTPServer):
    """Serves the feed of a site at its old address, and later redirects from there.

    Attributes:
        feeds: the URL of the feed, which readers have subscribed to.
        moved_to: where it redirects to.
    """

    daemon_threads = True

    def __init__(self, feed: Path, path: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.data, self.feed_path = feed.read_bytes(), path
        self.feeds = [f"http://127.0.0.1:{self.server_port}{path}"]
        self.moved_to = ""

    def path(self, _feed_url: str) -> str:
        """Return the path of the feed, also after the move."""
        return self.feed_path


class _Handler(BaseHTTPRequestHandler):
    server: OldServer

    def do_GET(self) -> None:
        is_moved = bool(self.server.moved_to)
        self.send_response(301 if is_moved else 200)
        if is_moved:
            self.send_header("Location", self.server.moved_to)
        data = b"" if is_moved else self.server.data
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Write no log."""


def copy_site(name: str, folder: Path, entry_ids: str | None) -> Path:
    """Copy the documents of a site, with a newsgraph.toml."""
    archive = folder / name
    shutil.copytree(FOLDER / name, archive)
    setting = f'entry_ids = "{entry_ids}"\n' if entry_ids else ""
    (archive / "newsgraph.toml").write_text(f'id = "harbour"\n{setting}', "utf-8")
    return archive


def publish(name: str, folder: Path, archive: Path) -> None:
    """Import one more document while the server runs."""
    text = "---\ntitle: After the move\ndate: 2024-06-01T12:00:00Z\n---\n\nNew.\n"
    (archive / SITES[name].new_document).write_text(text, "utf-8")
    live.import_externally(folder, archive)


@contextmanager
def serve_old_site(name: str) -> Iterator[OldServer]:
    """Serve the old feed of a site."""
    site = SITES[name]
    with OldServer(FOLDER / site.feed, site.feed_path) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serve_here(folder: Path, archive: Path) -> Iterator[str]:
    """Serve an archive with newsgraph; yields the URL."""
    with live.running_server(folder, roots=(archive,)) as (url, _):
        yield url
