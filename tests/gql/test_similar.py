"""Articles have similar articles, which the search index finds."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines import open_database
from tests.gql.conftest import SITE
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import Archive
from tests.store_files import open_store

COMET = "A comet with a bright tail passes Jupiter, and telescopes in Chile follow it."
SIMILAR = 'query Similar($first: Int) { article(slug: "new") { similar(first: $first) { slug } } }'


@pytest.fixture
async def database(tmp_path):
    """A database of seven articles about a comet, of which one is a translation, and others."""
    archive = Archive(tmp_path / "in", Collection(id="x", language="en"))
    archive.write_article("new.md", title="Comet passes Jupiter", body=COMET, date="2024-05-02")
    archive.write_article("new.de.md", title="Comet passes Jupiter", body=COMET, lang="de")
    archive.write_article("undated.md", title="Comet passes Jupiter", body=COMET)
    for year in range(2019, 2024):
        archive.write_article(f"{year}.md", body=COMET, date=f"{year}-05-02", topics=["sky"])
    for number in range(20):
        archive.write_article(
            f"{number}.md", body=f"There is nothing in the news but number{number}."
        )
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    await store.close()
    recorded = RecordingDatabase(await open_database(f"sqlite:///{tmp_path}/x.db"))
    yield recorded
    await recorded.close()


async def similar(execute, **variables):
    """Return the slugs of the articles that are similar to the newest one."""
    result = await execute(SIMILAR, variables=variables)
    return [other["slug"] for other in result["data"]["article"]["similar"]]


async def test_similar_articles(execute):
    """Those with the same title are first, then the nearest in time; five without `first`."""
    expected = ["undated", "2023", "2022", "2021", "2020", "2019"]
    assert await similar(execute) == expected[:5]
    assert await similar(execute, first=None) == expected[:5]
    assert await similar(execute, first=2) == expected[:2]
    assert await similar(execute, first=20) == expected
    assert await similar(execute, first=0) == []


@pytest.mark.parametrize(("first", "message"), [(21, "at most 20 rows"), (-1, "negative")])
async def test_invalid_numbers(execute, first, message):
    """More than 20 articles are never computed."""
    result = await execute(SIMILAR, variables={"first": first})
    (error,) = result["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert message in error["message"]


async def test_similar_articles_in_lists(execute, database):
    """One statement finds those of all articles of a page, and those of the similar ones."""
    result = await execute(
        "{ articles(first: 3) { edges { node { slug similar(first: 3) {"
        " slug topics { slug } similar(first: 1) { slug } } } } } }"
    )
    nodes = [edge["node"] for edge in result["data"]["articles"]["edges"]]
    assert [node["slug"] for node in nodes] == ["new", "2023", "2022"]
    others = nodes[1]["similar"]
    assert [other["slug"] for other in others] == ["new", "undated", "2022"]
    assert others[2]["topics"] == [{"slug": "sky"}]
    assert [other["similar"] for other in others[:2]] == [[{"slug": "undated"}], [{"slug": "new"}]]
    assert len(database.statements) == 1
    assert result["extensions"]["cost"]["requested"] == 3 + 3 * (503 + 3 * 5 + 3 * 501)


async def test_articles_like_no_other(execute):
    """Articles that share common words alone are not similar."""
    result = await execute('{ article(slug: "7") { similar { slug } } }')
    assert result["data"]["article"]["similar"] == []


async def test_cost_limit(execute):
    """Similar articles of a hundred articles take too long."""
    result = await execute("{ articles(first: 100) { edges { node { similar { slug } } } } }")
    (error,) = result["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_LARGE"
    assert "articles.edges.node.similar" in error["message"]
