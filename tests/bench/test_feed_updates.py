"""The documents of the feed that changes, its responses from real servers, and its table."""

from __future__ import annotations

import json

import httpx
import pytest

from newsgraph.server.http_cache.options import CacheOptions
from tests.bench import feed_updates, report, systems
from tests.bench.compare import WrongResponse
from tests.bench.feed_updates import AFTER_IMPORT, AFTER_START, REPEATED, SUFFIXES
from tests.bench.queries import SITE_URL
from tests.bench.updated_topic import ENTRY_COUNT, UpdatedTopic
from tests.server.live import NO_CERTIFICATES, running_server

OFF = CacheOptions(response_cache_bytes=0)


@pytest.mark.process
@pytest.mark.slow
def test_feed_after_imports(tmp_path):
    """Servers with and without a cache send equal feeds, in which one title has changed."""
    topic = UpdatedTopic(tmp_path / "documents", tmp_path / "live.db", 10_000)
    texts = [path.read_text("utf-8") for path in topic.documents]
    assert len(texts) == ENTRY_COUNT
    assert all(9_500 < len(text.partition("\n---\n")[2]) < 11_500 for text in texts)
    with (
        running_server(tmp_path, roots=(), public_url=SITE_URL) as (cached, cached_statuses),
        running_server(tmp_path, OFF, roots=(), public_url=SITE_URL) as (uncached, statuses),
    ):
        urls = {systems.CACHE_OFF: uncached, systems.CACHE_ON: cached}
        items = read_items(cached, topic)
        rows, sizes = feed_updates.measure_updates(urls, topic, 2)
        changed_items = read_items(cached, topic)
    assert set(statuses) == set(cached_statuses) == {200}
    assert [item["id"] for item in items] == [item["id"] for item in changed_items]
    changes = [
        item["title"]
        for item, previous in zip(changed_items, items, strict=True)
        if item["title"] != previous["title"]
    ]
    assert changes == ["Change 6 of the title"]
    assert rows.keys() == {AFTER_IMPORT, REPEATED}
    for by_suffix in rows.values():
        assert {suffix: len(pairs) for suffix, pairs in by_suffix.items()} == dict.fromkeys(
            SUFFIXES, 2
        )
        assert all(pair.keys() == urls.keys() for pairs in by_suffix.values() for pair in pairs)
    assert all(sizes[suffix] > ENTRY_COUNT * 10_000 for suffix in SUFFIXES)


def read_items(url, topic):
    """Return the items of the topic's JSON feed."""
    response = httpx.get(f"{url}{topic.feed_path}.json", verify=NO_CERTIFICATES)
    return response.json()["items"]


@pytest.mark.process
def test_feeds_that_differ_are_wrong(tmp_path):
    """Feeds of servers with different public URLs are not measured."""
    topic = UpdatedTopic(tmp_path / "documents", tmp_path / "live.db")
    with (
        running_server(tmp_path, roots=()) as (first, _),
        running_server(tmp_path, roots=()) as (second, _),
        pytest.raises(WrongResponse, match="differs between cache off and cache on"),
    ):
        feed_updates.measure_updates({systems.CACHE_OFF: first, systems.CACHE_ON: second}, topic, 1)


def create_pairs(*times):
    """Return pairs of times with the cache off and on."""
    return [dict(zip(feed_updates.NAMES, pair, strict=True)) for pair in times]


def test_ratio_is_computed_per_pair():
    """The ratio is the median of the pairs' ratios, not the ratio of the medians."""
    pairs = create_pairs((10.0, 1.0), (100.0, 50.0), (60.0, 12.0))
    assert feed_updates.median_milliseconds(pairs, systems.CACHE_OFF) == 60.0
    assert feed_updates.median_milliseconds(pairs, systems.CACHE_ON) == 12.0
    assert feed_updates.median_ratio(pairs) == 5.0


def test_page_of_feed_updates():
    """The page has a row for each request and format, with the sizes of the feeds."""
    pairs = create_pairs((60.0, 12.0), (50.0, 10.0))
    results = json.loads(
        json.dumps(
            {
                "date": "2026-01-02",
                "machine": {"processor": "A processor", "cores": "2"},
                "rounds": 1,
                "seconds": 1.0,
                "feed_updates": {
                    "pairs": 2,
                    "date": "2026-01-01",
                    "commit": "abc",
                    "processor": "Another processor",
                    "documents": 1000,
                    "runs": {
                        "archive": {AFTER_IMPORT: {"rss": pairs}, AFTER_START: {"rss": pairs[:1]}},
                        "10 kB": {AFTER_IMPORT: {"rss": pairs}},
                    },
                    "bytes": {"archive": {"rss": 80_000, "json": 56_000}},
                },
            }
        )
    )
    page = report.render_report(results)
    assert "| archive, 56 to 80 kB: cache off, ms | cache on, ms | ratio |" in page
    assert (
        "| first after an import, rss | 55.0 | 11.0 | 5.00 | 55.0 | 11.0 | 5.00 |\n"
        "| first after a start, rss | 60.0 | 12.0 | 5.00 | – | – | – |\n" in page
    )
    assert "medians of 2 pairs, measured on 2026-01-01 with commit abc" in page
