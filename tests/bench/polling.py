"""A day of feed readers in a few minutes, while documents are imported.

The requests come in the order of the simulated day, as fast as they are answered. An import goes
on in a process of its own beside the readers, and is done before the next one begins.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import uvloop

from tests.bench import subjects
from tests.bench.archive import BEGIN, SPAN, Archive
from tests.bench.measure import say
from tests.bench.places import MADE, NEWSGRAPH
from tests.bench.readers import polls, subscriptions
from tests.bench.rows import Rows
from tests.bench.stores import CannotImport
from tests.bench.visits import poll

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.bench.readers import Subscription

FEEDS, READERS = 1_000, 10_000
IMPORTS, NEW = 48, 3
"""How many imports a day has, and documents an import."""

TOPICS, PUBLISHERS = ("rss", "atom", "json"), ("rss", "atom")
"""Formats that readers ask for."""

CONDITIONAL, UNCONDITIONAL = "with conditions", "without conditions"

_COUNTED = re.compile(
    r'^newsgraph_request_seconds_count\{cache="(\w+)",kind="feed",.*\} (\S+)$', re.MULTILINE
)
_RENDERED = re.compile(r"^newsgraph_feeds_rendered_total (\S+)$", re.MULTILINE)


def polling(store: Path, readers: int = READERS, imports: int = IMPORTS) -> dict[str, Any]:
    """Let readers ask for feeds for a day, with conditions and without.

    Args:
        store: the database file; copies of it are served and imported into.
        readers: how many.
        imports: how many the day has.

    Returns:
        How many ``feeds``, ``readers``, ``subscriptions``, ``imports`` and ``new`` documents of
        each there were; ``runs``: by `CONDITIONAL` and `UNCONDITIONAL`, what `_day` tells;
        ``missing`` rows, as `Rows` has them.
    """
    rows = Rows()
    found = feed_paths(store, FEEDS)
    told: dict[str, Any] = {
        "feeds": len(found),
        "readers": readers,
        "imports": imports,
        "new": NEW,
        "subscriptions": len(subscriptions(found, readers)),
        "runs": {},
        "missing": rows.missing,
    }
    for name in (CONDITIONAL, UNCONDITIONAL):
        with rows.row(name):
            told["runs"][name] = run = _day(store, subscriptions(found, readers), imports, name)
            say(
                f"  {name}: {run['requests']:,} requests, {run['rate']:,.0f}/s, "
                f"{run['rendered']:,} rendered, {run['bytes'] / readers / 1000:,.0f} kB a reader"
            )
    return told


def spared(run: Mapping[str, Any]) -> float:
    """Return the share of requests that nothing was rendered for."""
    return 1 - run["rendered"] / run["requests"]


def feed_paths(store: Path, most: int) -> list[str]:
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
        for suffix in (PUBLISHERS if name.startswith("providers/") else TOPICS)
    ]
    return paths[:most]


def _day(store: Path, some: Sequence[Subscription], imports: int, name: str) -> dict[str, Any]:
    """Serve a copy of a store for a day.

    Returns:
        ``requests``, and how many of them were ``rendered``; their ``statuses``; the real
        ``seconds``, and requests a second as ``rate``; ``bytes`` of all answers; ``cache``: how
        many of them were hits, misses or neither; ``share``: seconds of processor that the service
        took of each second.
    """
    folder = MADE / "polling"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy = folder / "store.db"
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    fresh = Imports(folder / "fresh", copy, imports)
    with subjects.newsgraph(copy, subjects.ON, label="polling").service as service:
        busy, began = service.busy, time.monotonic()
        answers = uvloop.run(
            poll(
                service.url,
                polls(some),
                fresh.begin,
                conditional=name == CONDITIONAL,
                imports=imports,
            )
        )
        seconds = time.monotonic() - began
        busy = service.busy - busy
        metrics = httpx.get(f"{service.url}/metrics").text
    cache: Counter[str] = Counter()
    for kind, number in _COUNTED.findall(metrics):
        cache[kind] += int(float(number))
    rendered = _RENDERED.search(metrics)
    assert rendered is not None
    requests = answers.statuses.total()
    return {
        "requests": requests,
        "rendered": int(float(rendered[1])),
        "cache": dict(cache),
        "seconds": seconds,
        "rate": requests / seconds,
        "bytes": answers.bytes,
        "statuses": {str(status): number for status, number in sorted(answers.statuses.items())},
        "share": busy / seconds,
    }


class Imports:
    """New documents, some at a time, into a store that is being served."""

    def __init__(self, folder: Path, store: Path, imports: int = IMPORTS) -> None:
        """Args: folder: for the documents; store: the database file; imports: a day."""
        folder.mkdir(parents=True)
        (folder / "newsgraph.toml").write_text('id = "fresh"\n', "utf-8")
        self._folder, self._store = folder, store
        self._archive = Archive(imports * NEW)

    async def begin(self, number: int, second: float) -> None:
        """Write the documents of an import, the first being 0, and import them.

        Raises:
            CannotImport: the import failed.
        """
        published = f"{BEGIN + SPAN:%Y-%m-%d}T{int(second) // 3600:02}:{int(second) // 60 % 60:02}"
        for one in range(number * NEW, (number + 1) * NEW):
            text = self._archive.document(one).replace("/news/", "/fresh/")
            # Feeds show the newest: these have to be younger than all that there are.
            text = re.sub("(?m)^(publishedDateTime: ).*", rf"\g<1>{published}:00Z", text, count=1)
            (self._folder / f"{one}.md").write_text(text, "utf-8")
        process = await asyncio.create_subprocess_exec(
            *(*NEWSGRAPH, "import", str(self._folder), "--database", f"sqlite:///{self._store}"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        if process.returncode:
            raise CannotImport(f"importing {self._folder} failed:\n{out.decode()}")
