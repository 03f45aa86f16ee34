"""Simulates a day of feed readers in a few minutes, while documents are imported.

The requests are sent in the order of the simulated day, as fast as they are answered. An import
runs in another process at the same time, and ends before the next one starts.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import uvloop

from tests.bench import systems
from tests.bench.archive import DURATION, START, Archive
from tests.bench.measure import print_line
from tests.bench.paths import NEWSGRAPH_COMMAND, WORK_FOLDER
from tests.bench.readers import create_subscriptions, schedule_polls
from tests.bench.rows import FailedRows
from tests.bench.stores import ImportFailed, copy_store
from tests.bench.visits import run_polls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.bench.readers import Subscription

FEED_COUNT, READER_COUNT = 1_000, 10_000
IMPORT_COUNT, DOCUMENTS_PER_IMPORT = 48, 3
"""Imports per day, and documents per import."""

TOPIC_FORMATS, PUBLISHER_FORMATS = ("rss", "atom", "json"), ("rss", "atom")
"""Formats of the feeds that readers subscribe to."""

CONDITIONAL, UNCONDITIONAL = "conditional", "unconditional"

_REQUEST_COUNT = re.compile(
    r'^newsgraph_request_seconds_count\{cache="(\w+)",kind="feed",.*\} (\S+)$', re.MULTILINE
)
_RENDERED_COUNT = re.compile(r"^newsgraph_feeds_rendered_total (\S+)$", re.MULTILINE)


def measure_polling(
    store: Path, reader_count: int = READER_COUNT, import_count: int = IMPORT_COUNT
) -> dict[str, Any]:
    """Simulate a day of readers, with conditional requests and without.

    Args:
        store: the database file; copies of it are served and imported into.
        reader_count: number of readers.
        import_count: number of imports during the day.

    Returns:
        Numbers of ``feeds``, ``readers``, ``subscriptions`` and ``imports``, and of ``new``
        documents per import; ``runs``: by `CONDITIONAL` and `UNCONDITIONAL`, the result of
        `_simulate_day`; ``missing`` rows, see `FailedRows`.
    """
    failed_rows = FailedRows()
    paths = feed_paths(store, FEED_COUNT)
    results: dict[str, Any] = {
        "feeds": len(paths),
        "readers": reader_count,
        "imports": import_count,
        "new": DOCUMENTS_PER_IMPORT,
        "subscriptions": len(create_subscriptions(paths, reader_count)),
        "runs": {},
        "missing": failed_rows.missing,
    }
    for name in (CONDITIONAL, UNCONDITIONAL):
        with failed_rows.catch(name):
            results["runs"][name] = run = _simulate_day(
                store, create_subscriptions(paths, reader_count), import_count, name
            )
            print_line(
                f"  {name}: {run['requests']:,} requests, {run['rate']:,.0f}/s, "
                f"{run['rendered']:,} rendered, "
                f"{run['bytes'] / reader_count / 1000:,.0f} kB per reader"
            )
    return results


def unrendered_share(run: Mapping[str, Any]) -> float:
    """Return the share of requests without rendering, of all requests."""
    return 1 - run["rendered"] / run["requests"]


def feed_paths(store: Path, limit: int) -> list[str]:
    """Return the paths of feeds, those with the most stories first, in several formats."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        owners = database.execute(
            "SELECT 'topics/' || href, article_count FROM topic "
            "UNION ALL SELECT 'providers/' || href, article_count FROM provider "
            "ORDER BY 2 DESC, 1"
        ).fetchall()
    names = ["all", *(name for name, count in owners if count)]
    paths = [
        f"/feeds/{name}.{suffix}"
        for name in names
        for suffix in (PUBLISHER_FORMATS if name.startswith("providers/") else TOPIC_FORMATS)
    ]
    return paths[:limit]


def _simulate_day(
    store: Path, subscriptions: Sequence[Subscription], import_count: int, name: str
) -> dict[str, Any]:
    """Serve a copy of a store to readers for a simulated day.

    Returns:
        ``requests``: their number; ``rendered``: number of rendered feeds; ``statuses``: number
        of responses by status; ``seconds``: real duration; ``rate``: requests per second;
        ``bytes`` of all responses; ``cache``: number of hits, misses and others; ``share``: CPU
        seconds that the service used per second.
    """
    folder = WORK_FOLDER / "polling"
    store_copy = copy_store(store, folder)
    daily_imports = DailyImports(folder / "fresh", store_copy, import_count)
    with systems.newsgraph(store_copy, systems.CACHE_ON, label="polling").service as service:
        cpu_seconds, started_at = service.cpu_seconds, time.monotonic()
        responses = uvloop.run(
            run_polls(
                service.url,
                schedule_polls(subscriptions),
                daily_imports.run_import,
                conditional=name == CONDITIONAL,
                import_count=import_count,
            )
        )
        seconds = time.monotonic() - started_at
        cpu_seconds = service.cpu_seconds - cpu_seconds
        metrics = httpx.get(f"{service.url}/metrics").text
    cache: Counter[str] = Counter()
    for kind, number in _REQUEST_COUNT.findall(metrics):
        cache[kind] += int(float(number))
    rendered = _RENDERED_COUNT.search(metrics)
    assert rendered is not None
    requests = responses.statuses.total()
    return {
        "requests": requests,
        "rendered": int(float(rendered[1])),
        "cache": dict(cache),
        "seconds": seconds,
        "rate": requests / seconds,
        "bytes": responses.bytes,
        "statuses": {str(status): number for status, number in sorted(responses.statuses.items())},
        "share": cpu_seconds / seconds,
    }


class DailyImports:
    """Imports new documents into a store that is being served, some at a time."""

    def __init__(self, folder: Path, store: Path, import_count: int = IMPORT_COUNT) -> None:
        """Args: folder: for the documents; store: the database file; import_count: per day."""
        folder.mkdir(parents=True)
        (folder / "newsgraph.toml").write_text('id = "fresh"\n', "utf-8")
        self._folder, self._store = folder, store
        self._archive = Archive(import_count * DOCUMENTS_PER_IMPORT)

    async def run_import(self, number: int, second: float) -> None:
        """Write the documents of an import, counted from 0, and import them.

        Raises:
            ImportFailed: the import failed.
        """
        published = (
            f"{START + DURATION:%Y-%m-%d}T{int(second) // 3600:02}:{int(second) // 60 % 60:02}"
        )
        for document in range(number * DOCUMENTS_PER_IMPORT, (number + 1) * DOCUMENTS_PER_IMPORT):
            text = self._archive.render_document(document).replace("/news/", "/fresh/")
            # Feeds show the newest articles: these are newer than all others.
            text = re.sub("(?m)^(publishedDateTime: ).*", rf"\g<1>{published}:00Z", text, count=1)
            (self._folder / f"{document}.md").write_text(text, "utf-8")
        process = await asyncio.create_subprocess_exec(
            *(
                *NEWSGRAPH_COMMAND,
                "import",
                str(self._folder),
                "--database",
                f"sqlite:///{self._store}",
            ),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise ImportFailed(f"importing {self._folder} failed:\n{output.decode()}")
