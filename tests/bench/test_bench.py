"""The parts of the bench that need no load: its archives, its SQL and its page."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import httpx
import pytest
import pytest_asyncio

from newsgraph.gql.http.view import graphql_app
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.documents.html import html_to_text
from newsgraph.store.engines import open_database
from newsgraph.store.store import Store
from tests.bench import archive, compare, report, words
from tests.bench.peers import forms
from tests.bench.peers.full_text import create_full_text
from tests.bench.queries import SITE_URL, TIME_PLACEHOLDER, build_growth_queries, build_queries
from tests.bench.results import merge_queries
from tests.bench.targets import evaluate_targets

SIZE = 60
NAMES = ("nested", "topic", "article", "search", "facet", "deep", "year")


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    """The roots of a small archive."""
    return archive.write_archive(tmp_path_factory.mktemp("archive"), SIZE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store_file(roots, tmp_path_factory):
    """The database file of a store with the small archive."""
    path = tmp_path_factory.mktemp("store") / "store.db"
    database = await open_database(f"sqlite:///{path}")
    try:
        import_roots = [ImportRoot(root, Collection(id=root.name)) for root in roots]
        import_report = await Store(database, SITE_URL).import_roots(import_roots)
        assert not import_report.has_errors
    finally:
        await database.close()
    create_full_text(path)
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def execute(store_file):
    """A function that sends a GraphQL request's body, and returns the response's data."""
    database = await open_database(f"sqlite:///{store_file}")
    transport = httpx.ASGITransport(graphql_app(Store(database, SITE_URL)))
    async with httpx.AsyncClient(transport=transport, base_url=SITE_URL) as client:

        async def send(body):
            headers = {"Content-Type": "application/json"}
            payload = (await client.post("/graphql", content=body, headers=headers)).json()
            assert "errors" not in payload
            return payload["data"]

        yield send
    await database.close()


def test_archive_is_reproducible(roots, tmp_path):
    """The bytes of an archive only depend on its size."""
    again = archive.write_archive(tmp_path, SIZE)
    for root, other in zip(roots, again, strict=True):
        names = sorted(path.name for path in root.iterdir())
        assert names == sorted(path.name for path in other.iterdir())
        assert all((root / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_large_archive_has_several_roots(tmp_path):
    """A root has a maximum size, and a collection id of its own."""
    roots = archive.write_archive(tmp_path, 50, root_size=20)
    assert [len(list(root.glob("*.md"))) for root in roots] == [20, 20, 10]
    assert len({(root / "newsgraph.toml").read_text("utf-8") for root in roots}) == len(roots)


@pytest.mark.slow
def test_share_of_resolved_links(store_file):
    """About 40% of the links resolve, and a document has at most eight."""
    with closing(sqlite3.connect(store_file)) as database:
        links, resolved = database.execute("SELECT count(*), count(target_id) FROM link").fetchone()
        (max_position,) = database.execute("SELECT max(position) FROM link").fetchone()
    assert 0.3 < resolved / links < 0.5
    assert max_position < 8


def test_event_names_are_unique():
    """A search for the words of an event only matches its documents."""
    names = [words.make_event_words(event).split()[1] for event in range(20_000)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.asyncio(loop_scope="module")
async def test_hand_written_sql_gives_the_same_data(name, execute, store_file):
    """The limit returns the same data as newsgraph's GraphQL endpoint, but ranks in its own way."""
    query = next(query for query in build_queries(store_file) if query.name == name)
    data = await execute(query.body)
    with closing(sqlite3.connect(store_file)) as database:
        (text,) = database.execute(query.sql, {**query.sql_parameters, "site": SITE_URL}).fetchone()
    limit_data = json.loads(text)
    if query.is_ranked:
        data, limit_data = forms.mask_results(data), forms.mask_results(limit_data)
    assert compare.find_difference(data, limit_data) is None
    assert '"edges": []' not in json.dumps(data)


@pytest.mark.asyncio(loop_scope="module")
async def test_full_text_of_peers_finds_the_same_articles(execute, store_file):
    """The peers' full-text table and newsgraph's index find the same articles."""
    query = next(query for query in build_queries(store_file) if query.is_ranked)
    data = await execute(query.body.replace("first: 10", f"first: {SIZE}"))
    sql = (
        "SELECT a.slug FROM article_text f JOIN article a ON a.id = f.rowid "
        "WHERE article_text MATCH :match"
    )
    with closing(sqlite3.connect(store_file)) as database:
        slugs = sorted(slug for (slug,) in database.execute(sql, query.sql_parameters))
    assert slugs == sorted(edge["node"]["slug"] for edge in data["search"]["edges"])
    assert len(slugs) == archive.EVENT_SIZE


def test_full_text_of_peers(store_file):
    """The peers' table has the texts of each article, and each name of a topic or provider once."""
    article = "SELECT id FROM article WHERE id IN (SELECT article_id FROM article_topic) LIMIT 1"
    with closing(sqlite3.connect(store_file)) as database:
        (key,) = database.execute(article).fetchone()
        title, excerpt, body_html, domain = database.execute(
            "SELECT a.title, a.excerpt, a.body_html, p.domain FROM article a "
            "JOIN provider p ON p.id = a.provider_id WHERE a.id = ?",
            (key,),
        ).fetchone()
        topics = database.execute(
            "SELECT name FROM article_topic JOIN topic ON id = topic_id WHERE article_id = ? "
            "ORDER BY position",
            (key,),
        ).fetchall()
        row = database.execute(
            "SELECT title, excerpt, body, provider, topics FROM article_text WHERE rowid = ?",
            (key,),
        ).fetchone()
    name = f"Provider {domain.removeprefix('p').removesuffix('.example')}"
    topic_names = " · ".join(name for (name,) in topics)
    assert row == (title, excerpt, html_to_text(body_html), f"{name} · {domain}", topic_names)


@pytest.mark.parametrize("name", [name for name in NAMES if name in ("nested", "topic")])
@pytest.mark.asyncio(loop_scope="module")
async def test_cold_document_gives_the_same_data(name, execute, store_file):
    """The document that misses the cache has the same result as the cached one."""
    query = next(query for query in build_queries(store_file) if query.name == name)
    cold = query.cold_body.replace(TIME_PLACEHOLDER, "2031-01-01T00:00:00Z")
    assert await execute(cold) == await execute(query.body)


@pytest.mark.asyncio(loop_scope="module")
async def test_growth_queries_are_valid(execute, store_file):
    """Each query that is measured on all sizes is executed without errors."""
    for query in build_growth_queries(store_file):
        assert await execute(query.body)


def test_difference_has_its_path():
    """The first difference of two JSON values is described with its path and both values."""
    expected = {"a": [{"b": 1.0, "c": None}]}
    assert compare.find_difference(expected, {"a": [{"b": 1, "c": None}]}) is None
    assert (
        compare.find_difference(expected, {"a": [{"b": 2.0, "c": None}]})
        == "data.a[0].b: 1.0 and 2.0"
    )
    assert compare.find_difference(expected, {"a": []}) == "data.a: 1 and 0 members"
    assert compare.find_difference({"a": 1}, {"a": True}) == "data.a: 1 and true"
    assert compare.find_difference(expected, {}) == "data: keys ['a'] and []"


def test_results_of_services_with_different_rankings():
    """Of results, the words that name the event, the fields and the number are compared."""

    def create_result(title, score, snippet):
        return {"search": [{"score": score, "snippet": snippet, "node": {"title": title}}]}

    expected = forms.mask_results(create_result("An event: this", 3.0, "This"))
    assert forms.mask_results(create_result("An event: that", 1.5, "That")) == expected
    assert forms.mask_results(create_result("Another event: this", 3.0, "This")) != expected
    assert forms.mask_results(create_result("An event: this", 3.0, "")) != expected
    assert forms.mask_results({"search": []}) != expected


def test_peer_data_is_converted():
    """Field names and association tables of a peer become newsgraph's fields and lists."""
    peer_data = {
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
    assert forms.to_newsgraph_shape(peer_data) == {
        "articles": {"edges": [{"node": {"topics": [{"name": "A"}]}}]}
    }


def create_run(rate, p50=1.0, **attributes):
    """Return the result of a run."""
    values = {"rate": rate, "p50": p50, "p99": p50 * 2, "bytes": 1000.0, "errors": 0, "timeouts": 0}
    return {**values, "load_share": 0.2, "share": 0.9, **attributes}


def create_results():
    """Return the results of a short bench."""
    nested = {
        "cache off": [create_run(700), create_run(800), create_run(600)],
        "warm cache": [create_run(11_000)],
        "cold cache": [create_run(500)],
        "limit": [create_run(900), create_run(1000), create_run(800)],
        "Strawberry, data loaders": [create_run(20), create_run(20), create_run(20)],
        "datasette-graphql": [create_run(0, 0.0, timeouts=8, errors=8)],
        "static response": [create_run(15_000)],
    }
    growth = {
        "1000": {"cache off": [create_run(9, 1.0)]},
        "200000": {"cache off": [create_run(9, 1.2)]},
    }
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


def test_page_of_incomplete_results():
    """The page reports parts that were not measured, and peers that are missing."""
    page = report.render_report(create_results())
    assert "| nested: ≥ 0.75 × the limit's best run | 0.70 | **no** |" in page
    assert "| nested: ≥ 25 × Strawberry, data loaders | 35 | yes |" in page
    assert "| datasette-graphql | timed out | – |" in page
    line = "- could not be measured: side by side, PostGraphile 5: PostgreSQL is missing;\n"
    assert line in page
    assert "| nested | 1.00 | 1.20 | 1.20 |" in page
    assert "(not measured in this run)" in page


def test_ratios_are_computed_per_round():
    """A target's ratio is the median of the ratios of the rounds."""
    topic = {
        "cache off": [create_run(60), create_run(90), create_run(70)],
        "limit": [create_run(100), create_run(100), create_run(200)],
    }
    cores = {
        "one worker on one core": [create_run(100), create_run(100)],
        "one worker": [create_run(120), create_run(110)],
        "two workers": [create_run(170), create_run(190)],
    }
    incomplete = {"one worker on one core": [create_run(100)]}
    results = {
        "side_by_side": {"runs": {"topic": {"8": topic}}},
        "cores": {"runs": {"8": cores, "64": incomplete}},
    }
    measured = {
        target.requirement: (target.measured, target.is_met) for target in evaluate_targets(results)
    }
    assert measured == {
        "topic: ≥ 0.6 × the limit": ("0.60", True),
        "one or two workers: ≥ 1.6 × one worker on one core": ("1.80 · 0.00", False),
    }


def test_queries_that_were_not_measured_keep_their_results():
    """Results of other queries stay if they are of an archive of the same size."""
    previous = {"documents": 9, "runs": {"a": 1, "b": 1}, "skipped": {}, "bytes": {"a": 1, "b": 1}}
    measured = {"documents": 9, "runs": {"b": 2}, "skipped": {}, "bytes": {"b": 2}, "missing": {}}
    merged = merge_queries(previous, measured)
    assert merged["runs"] == merged["bytes"] == {"a": 1, "b": 2}
    assert merge_queries(previous | {"documents": 8}, measured) == measured
    assert merge_queries({}, measured) == measured


def test_manual_part_of_the_page_is_kept():
    """Only the part of the page above the marker is rendered again."""
    previous = f"old\n{report.MANUAL_PART_MARKER}\nThe profile."
    page = report.render_report(create_results(), previous)
    assert "old" not in page.partition(report.MANUAL_PART_MARKER)[0].splitlines()
    assert page.endswith(f"{report.MANUAL_PART_MARKER}\nThe profile.")
