"""The first request for a topic's feed after an import that changed one of its entries.

A server with a response cache keeps the rendered entries of feeds, and only renders the changed
one; without it, it renders all. Both serve the same store, so that their feeds must be equal.
"""

from __future__ import annotations

import gzip
import http.client
import statistics
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

import httpx

from tests.bench import systems
from tests.bench.compare import WrongResponse
from tests.bench.errors import MeasurementError
from tests.bench.machine import describe_machine
from tests.bench.measure import print_line
from tests.bench.paths import WORK_FOLDER
from tests.bench.rows import FailedRows
from tests.bench.stores import copy_store
from tests.bench.updated_topic import UpdatedTopic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


PAIR_COUNT = 9
BODY_SIZES = {"archive": None, "10 kB": 10_000}
"""By name, the characters of each document's body; None is as the bench's archives have it."""

AFTER_IMPORT, AFTER_START = "first after an import", "first after a start"
REPEATED = "repeated"
SUFFIXES = ("rss", "atom", "json")
NAMES = (systems.CACHE_OFF, systems.CACHE_ON)

_REPEATED_REQUESTS = 3
_SETTLE_SECONDS = 0.5
_TIMEOUT_SECONDS = 30.0

Pair: TypeAlias = "dict[str, float]"
"""By service, the milliseconds of a response."""


class FeedResponse(NamedTuple):
    """A feed, and how long its response took.

    Attributes:
        milliseconds: from the connection to the last byte.
        feed: the decoded body.
    """

    milliseconds: float
    feed: bytes


def measure_feed_updates(store: Path, pair_count: int = PAIR_COUNT) -> dict[str, Any]:
    """Measure a topic's feed with the response cache and without.

    Args:
        store: the database file; a copy of it is served and imported into.
        pair_count: number of pairs of each row.

    Returns:
        ``pairs``: their number; ``date``, ``commit`` and ``processor`` of the measurement, which
        is often repeated without the other parts; ``runs`` by body, request (`AFTER_IMPORT`,
        `AFTER_START`, `REPEATED`) and format, each a list of pairs; ``bytes`` of the feeds by
        body and format; ``missing`` and ``wrong`` rows, see `FailedRows`.
    """
    failed_rows = FailedRows()
    machine = describe_machine()
    results: dict[str, Any] = {
        "pairs": pair_count,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": machine.get("commit", "unknown"),
        "processor": machine.get("processor", "unknown"),
        "runs": {},
        "bytes": {},
        "missing": failed_rows.missing,
        "wrong": failed_rows.wrong,
    }
    for body, size in BODY_SIZES.items():
        with failed_rows.catch(f"bodies {body}"):
            folder = WORK_FOLDER / "feed_updates"
            store_copy = copy_store(store, folder)
            topic = UpdatedTopic(folder / "documents", store_copy, size)
            with ExitStack() as stack:
                urls = _start_services(stack, store_copy, NAMES)
                rows, results["bytes"][body] = measure_updates(urls, topic, pair_count)
            rows[AFTER_START] = _measure_starts(topic.feed_path, store_copy, pair_count)
            results["runs"][body] = rows
            for request, by_suffix in rows.items():
                for suffix, pairs in by_suffix.items():
                    print_line(f"  {body}, {request}, {suffix}: {_summary(pairs)}")
    return results


def median_ratio(pairs: Sequence[Mapping[str, float]]) -> float:
    """Return how many times as long a response takes without the cache: the pairs' median."""
    return statistics.median(pair[systems.CACHE_OFF] / pair[systems.CACHE_ON] for pair in pairs)


def median_milliseconds(pairs: Sequence[Mapping[str, float]], name: str) -> float:
    """Return the median of a service's response times."""
    return statistics.median(pair[name] for pair in pairs)


def _summary(pairs: Sequence[Pair]) -> str:
    times = ", ".join(f"{name} {median_milliseconds(pairs, name):.2f} ms" for name in NAMES)
    return f"{times}, ratio {median_ratio(pairs):.2f}"


def measure_updates(
    urls: Mapping[str, str], topic: UpdatedTopic, pair_count: int
) -> tuple[dict[str, dict[str, list[Pair]]], dict[str, int]]:
    """Measure requests after imports and repeated ones.

    Args:
        urls: URLs of the services by name; both serve the store of the topic.
        topic: the topic.
        pair_count: number of imports for each format.

    Returns:
        The pairs by request and format, and the sizes of the feeds in bytes.

    Raises:
        MeasurementError: an import failed.
        WrongResponse: a service sent another feed than the other, or an old one.
    """
    rows: dict[str, dict[str, list[Pair]]] = {
        request: {suffix: [] for suffix in SUFFIXES} for request in (AFTER_IMPORT, REPEATED)
    }
    sizes: dict[str, int] = {}
    for suffix in SUFFIXES:
        _request_pair(urls, NAMES, f"{topic.feed_path}.{suffix}")
    for number in range(pair_count):
        order = _order(number)
        for suffix in SUFFIXES:
            title, path = topic.change_title(), f"{topic.feed_path}.{suffix}"
            _wait_for_revision(urls.values(), topic.revision)
            first, feed = _request_pair(urls, order, path)
            if title.encode() not in feed:
                raise WrongResponse(f"{path} is older than the last import")
            rows[AFTER_IMPORT][suffix].append(first)
            repeated = [_request_pair(urls, order, path)[0] for _ in range(_REPEATED_REQUESTS)]
            rows[REPEATED][suffix].append(
                {name: median_milliseconds(repeated, name) for name in NAMES}
            )
            sizes[suffix] = len(feed)
    return rows, sizes


def _measure_starts(feed_path: str, store: Path, pair_count: int) -> dict[str, list[Pair]]:
    """Return the pairs of first requests to services, each started for one request."""
    rows: dict[str, list[Pair]] = {suffix: [] for suffix in SUFFIXES}
    for number in range(pair_count):
        for suffix in SUFFIXES:
            with ExitStack() as stack:
                order = _order(number)
                urls = _start_services(stack, store, order)
                time.sleep(_SETTLE_SECONDS)
                rows[suffix].append(_request_pair(urls, order, f"{feed_path}.{suffix}")[0])
    return rows


def _start_services(stack: ExitStack, store: Path, order: Sequence[str]) -> dict[str, str]:
    """Start the services, and return their URLs by name."""
    return {
        name: stack.enter_context(systems.newsgraph(store, name, label="updates").service).url
        for name in order
    }


def _order(number: int) -> Sequence[str]:
    return NAMES if number % 2 else NAMES[::-1]


def _request_pair(urls: Mapping[str, str], order: Sequence[str], path: str) -> tuple[Pair, bytes]:
    """Request a feed from both services, and return the times and the feed.

    Raises:
        WrongResponse: the feeds differ.
    """
    responses = {name: _request_feed(urls[name], path) for name in order}
    feeds = {response.feed for response in responses.values()}
    if len(feeds) > 1:
        raise WrongResponse(f"{path} differs between {' and '.join(sorted(responses))}")
    return {name: response.milliseconds for name, response in responses.items()}, feeds.pop()


def _request_feed(url: str, path: str) -> FeedResponse:
    """Request a feed on a new connection, with gzip as most readers do."""
    started_at = time.perf_counter()
    # A client of httpx takes longer to create than a cached response takes.
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        body = response.read()
        milliseconds = (time.perf_counter() - started_at) * 1000
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise WrongResponse(f"{url}{path} responded with {response.status}")
    is_compressed = response.headers.get("Content-Encoding") == "gzip"
    return FeedResponse(milliseconds, gzip.decompress(body) if is_compressed else body)


def _wait_for_revision(urls: Iterable[str], revision: int) -> None:
    """Wait until services respond from a revision, without a request for a feed.

    Raises:
        MeasurementError: one of them does not in time.
    """
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    for url in urls:
        while (current := _read_revision(url)) != revision:
            if time.monotonic() > deadline:
                raise MeasurementError(f"{url} is at revision {current}, not {revision}")
            time.sleep(0.1)
    time.sleep(_SETTLE_SECONDS)


def _read_revision(url: str) -> int:
    query = {"query": "{ store { revision } }"}
    response = httpx.post(f"{url}/graphql", json=query, timeout=_TIMEOUT_SECONDS)
    return int(response.json()["data"]["store"]["revision"])
