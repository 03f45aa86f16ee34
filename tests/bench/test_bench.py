"""What of the bench can be wrong without any load: its documents, its SQL and its page."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import httpx
import pytest
import pytest_asyncio

from newsgraph.gql import graphql_app
from newsgraph.store.documents.collection import Collection, Root
from newsgraph.store.engines.protocol import open_database
from newsgraph.store.store import Store
from tests.bench import archive, compare, report, words
from tests.bench.peers import forms
from tests.bench.queries import MOMENT, SITE, growing, queries
from tests.bench.results import joined
from tests.bench.targets import targets

SIZE = 60
NAMES = ("nested", "topic", "article", "search", "facet", "deep", "year")


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    """A small archive."""
    return archive.write_archive(tmp_path_factory.mktemp("archive"), SIZE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store_file(roots, tmp_path_factory):
    """A store with the small archive in it."""
    path = tmp_path_factory.mktemp("store") / "store.db"
    database = await open_database(f"sqlite:///{path}")
    try:
        found = [Root(root, Collection(id=root.name)) for root in roots]
        told = await Store(database, SITE).import_roots(found)
        assert not told.has_errors
    finally:
        await database.close()
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ask(store_file):
    """Asks the graph a body, and returns the answer's data."""
    database = await open_database(f"sqlite:///{store_file}")
    transport = httpx.ASGITransport(graphql_app(Store(database, SITE)))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:

        async def asked(body):
            headers = {"Content-Type": "application/json"}
            answer = (await client.post("/graphql", content=body, headers=headers)).json()
            assert "errors" not in answer
            return answer["data"]

        yield asked
    await database.close()


def test_an_archive_is_the_same_each_time(roots, tmp_path):
    """Its bytes depend on nothing but its size."""
    again = archive.write_archive(tmp_path, SIZE)
    for one, other in zip(roots, again, strict=True):
        names = sorted(path.name for path in one.iterdir())
        assert names == sorted(path.name for path in other.iterdir())
        assert all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_a_large_archive_has_several_roots(tmp_path):
    """An import holds in memory what it changes."""
    roots = archive.write_archive(tmp_path, 50, part=20)
    assert [len(list(root.glob("*.md"))) for root in roots] == [20, 20, 10]
    assert len({(root / "newsgraph.toml").read_text("utf-8") for root in roots}) == len(roots)


@pytest.mark.slow
def test_links_resolve_as_often_as_they_should(store_file):
    """About 40% of them, and a document has at most eight."""
    with closing(sqlite3.connect(store_file)) as database:
        links, resolved = database.execute("SELECT count(*), count(target_id) FROM link").fetchone()
        (most,) = database.execute("SELECT max(position) FROM link").fetchone()
    assert 0.3 < resolved / links < 0.5
    assert most < 8


def test_two_events_are_named_differently():
    """A search for an event finds that one."""
    names = [words.event_words(event).split()[1] for event in range(20_000)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.asyncio(loop_scope="module")
async def test_the_sql_answers_as_the_graph(name, ask, store_file):
    """The limit is honest: what is written by hand says all that we say."""
    query = next(query for query in queries(store_file) if query.name == name)
    ours = await ask(query.body)
    with closing(sqlite3.connect(store_file)) as database:
        (text,) = database.execute(query.sql, {**query.values, "site": SITE}).fetchone()
    assert compare.difference(ours, json.loads(text)) is None
    assert '"edges": []' not in json.dumps(ours)


@pytest.mark.parametrize("name", [name for name in NAMES if name in ("nested", "topic")])
@pytest.mark.asyncio(loop_scope="module")
async def test_the_cold_form_answers_alike(name, ask, store_file):
    """A cache that never hits is measured on the same answer."""
    query = next(query for query in queries(store_file) if query.name == name)
    cold = query.cold_body.replace(MOMENT, "2031-01-01T00:00:00Z")
    assert await ask(cold) == await ask(query.body)


@pytest.mark.asyncio(loop_scope="module")
async def test_questions_of_growth_are_good(ask, store_file):
    """Each is a document that the graph takes."""
    for query in growing(store_file):
        assert await ask(query.body)


def test_a_difference_is_told_with_its_place():
    """Whoever answers otherwise is named with what differs."""
    wanted = {"a": [{"b": 1.0, "c": None}]}
    assert compare.difference(wanted, {"a": [{"b": 1, "c": None}]}) is None
    assert compare.difference(wanted, {"a": [{"b": 2.0, "c": None}]}) == "data.a[0].b: 1.0 and 2.0"
    assert compare.difference(wanted, {"a": []}) == "data.a: 1 and 0 members"
    assert compare.difference({"a": 1}, {"a": True}) == "data.a: 1 and true"
    assert compare.difference(wanted, {}) == "data: keys ['a'] and []"


def test_the_shape_of_tables_becomes_ours():
    """Peers that make their graph from tables have other names, and tables between."""
    theirs = {
        "allArticles": {
            "edges": [
                {
                    "node": {
                        "articleTopicsByArticleId": {"nodes": [{"topicByTopicId": {"name": "A"}}]}
                    }
                }
            ]
        }
    }
    assert forms.ours(theirs) == {"articles": {"edges": [{"node": {"topics": [{"name": "A"}]}}]}}


def run(rate, p50=1.0, **others):
    """A recorded run."""
    told = {"rate": rate, "p50": p50, "p99": p50 * 2, "bytes": 1000.0, "errors": 0, "timeouts": 0}
    return {**told, "load_share": 0.2, "share": 0.9, **others}


def recorded():
    """Results as a short run leaves them."""
    nested = {
        "cache off": [run(700), run(800), run(600)],
        "warm cache": [run(11_000)],
        "cold cache": [run(500)],
        "limit": [run(900), run(1000), run(800)],
        "Strawberry, data loaders": [run(20), run(20), run(20)],
        "datasette-graphql": [run(0, 0.0, timeouts=8, errors=8)],
        "the same bytes": [run(15_000)],
    }
    growth = {"1000": {"cache off": [run(9, 1.0)]}, "200000": {"cache off": [run(9, 1.2)]}}
    return {
        "date": "2026-01-02",
        "machine": {"processor": "A processor", "cores": "2"},
        "rounds": 3,
        "seconds": 1.0,
        "side_by_side": {
            "runs": {"nested": {"8": nested}},
            "missing": {"PostGraphile 5": "PostgreSQL is missing;\nmore"},
            "bytes": {"nested": 74_000},
            "documents": 1000,
        },
        "growth": {"runs": {"nested": growth}, "memory": {"1000": {"start": 100.0, "end": 120.0}}},
    }


def test_the_page_is_written_from_results():
    """Parts that were not measured are told so, peers that are missing too."""
    page = report.report(recorded())
    assert "| nested: 0.75 of the limit's best run | 0.70 | **no** |" in page
    assert "| nested: 25 times Strawberry, data loaders | 35 | yes |" in page
    assert "| datasette-graphql | timed out | – |" in page
    why = "- could not be measured: side by side, PostGraphile 5: PostgreSQL is missing;\n"
    assert why in page
    assert "| nested | 1.00 | 1.20 | 1.20 |" in page
    assert "(not measured in this run)" in page


def test_ratios_are_those_of_a_round():
    """But for the nested page, which is held against the limit's best run."""
    topic = {"cache off": [run(60), run(90), run(70)], "limit": [run(100), run(100), run(200)]}
    cores = {
        "one worker on one core": [run(100), run(100)],
        "one worker": [run(120), run(110)],
        "two workers": [run(170), run(190)],
    }
    without = {"one worker on one core": [run(100)]}
    told = {
        "side_by_side": {"runs": {"topic": {"8": topic}}},
        "cores": {"runs": {"8": cores, "64": without}},
    }
    found = {one.wanted: (one.measured, one.met) for one in targets(told)}
    assert found == {
        "topic: 0.6 of the limit": ("0.60", True),
        "1.6 times one worker on one core": ("1.80 · 0.00", False),
    }


def test_queries_that_are_not_asked_stay():
    """As long as they were asked of the same archive."""
    before = {"documents": 9, "runs": {"a": 1, "b": 1}, "skipped": {}, "bytes": {"a": 1, "b": 1}}
    found = {"documents": 9, "runs": {"b": 2}, "skipped": {}, "bytes": {"b": 2}, "missing": {}}
    both = joined(before, found)
    assert both["runs"] == both["bytes"] == {"a": 1, "b": 2}
    assert joined(before | {"documents": 8}, found) == found
    assert joined({}, found) == found


def test_what_is_written_by_hand_stays():
    """Only what stands above the line is written anew."""
    before = f"old\n{report.BY_HAND}\nThe profile."
    page = report.report(recorded(), before)
    assert "old" not in page.partition(report.BY_HAND)[0].splitlines()
    assert page.endswith(f"{report.BY_HAND}\nThe profile.")
