"""Articles on one story become one entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.app import create_app
from newsgraph.server.feeds.story_clusters import DAYS, collapsed
from newsgraph.store.documents.collection import Collection
from tests.server.conftest import SITE, client_of
from tests.store.archive import Archive
from tests.store_files import open_store

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


def graph(articles, links):
    """Articles as the store answers them, two links deep.

    Args:
        articles: names, with the hours after which each was published.
        links: from one name to another.
    """

    def own(name):
        time = (BEGAN + timedelta(hours=articles[name])).isoformat()
        said = {"guid": name, "title": name, "webUrl": f"https://a.example/{name}"}
        topics = [{"slug": f"t-{name}"}]
        return {**said, "publishedAt": time, "updatedAt": time, "provider": None, "topics": topics}

    def node(name, depth):
        if not depth:
            return own(name)
        return {
            **own(name),
            "related": [
                {**own(to), "article": node(to, depth - 1)} for one, to in links if one == name
            ],
            "relatedBy": {
                "edges": [{"node": node(one, depth - 1)} for one, to in links if to == name]
            },
        }

    newest_first = sorted(articles, key=lambda name: (-articles[name], name))
    return [node(name, 2) for name in newest_first]


def entries(articles, links):
    """Each entry's lead, and its related stories."""
    return {
        one["guid"]: [link["title"] for link in one["related"]]
        for one in collapsed(graph(articles, links))
    }


def test_what_is_linked_with_an_earlier_one_joins_it():
    """Whichever of the two links to the other; the newest coverage comes first."""
    assert entries({"a": 0, "b": 5, "c": 9, "d": 9}, [("b", "a"), ("a", "c")]) == {
        "d": [],
        "a": ["c", "b"],
    }


def test_only_what_is_linked_directly_joins():
    """From one to the next, all would be one story."""
    found = entries({"a": 0, "b": 5, "c": 9}, [("b", "a"), ("c", "b")])
    assert found == {"c": ["b"], "a": ["b"]}


def test_what_comes_too_late_is_a_story_of_its_own():
    """After some days a link is background."""
    late = DAYS * 24 + 1
    assert entries({"a": 0, "b": late - 1, "c": late}, [("b", "a"), ("c", "a")]) == {
        "c": ["a"],
        "a": ["b"],
    }


def test_the_earliest_leads():
    """Of two that could."""
    found = entries({"a": 0, "b": 1, "c": 5}, [("c", "b"), ("c", "a")])
    assert found == {"a": ["c"], "b": ["c"]}


def test_topics_that_are_left_out_neither_lead_nor_join():
    """A feed without a topic has none of it, also not by way of a link."""
    nodes = graph({"a": 0, "b": 5, "c": 9}, [("b", "a"), ("c", "b")])
    found = {
        one["guid"]: [link["title"] for link in one["related"] if link.get("article") is None]
        for one in collapsed([one for one in nodes if one["guid"] != "a"], {"t-a"})
    }
    assert found == {"b": ["c", "a"]}


def test_it_was_updated_when_the_last_coverage_came():
    """So that readers see that there is more."""
    [lead] = collapsed(graph({"a": 0, "b": 5}, [("b", "a")]))
    assert lead["updatedAt"] == (BEGAN + timedelta(hours=5)).isoformat()


NAMES = "abcdefgh"


@given(
    st.fixed_dictionaries({name: st.integers(0, 200) for name in NAMES}),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12, unique=True),
)
def test_nothing_is_lost_and_nothing_moves(articles, links):
    """Each article is an entry or coverage, and stays where it is when newer ones come."""
    found = entries(articles, links)
    told = set(found).union(*found.values())
    assert told >= set(NAMES)
    newest = max(NAMES, key=lambda name: (articles[name], name))
    before = {name: hours for name, hours in articles.items() if name != newest}
    older = entries(before, [link for link in links if newest not in link])
    assert set(older) <= set(found)
    for lead, related in older.items():
        assert set(related) <= set(found[lead])


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["rss", "json"])
async def test_a_collapsed_feed(tmp_path, suffix):
    """Its tag changes when coverage joins an entry, also if that is of another topic."""
    archive = Archive(tmp_path / "stories", Collection(id="stories"))

    def write(name, hours, topic, *related):
        archive.write(
            f"{name}.md",
            title=name,
            topics=[topic],
            webUrl=f"https://a.example/{name}",
            publishedDateTime=(BEGAN + timedelta(hours=hours)).isoformat(),
            related=[{"title": one, "webUrl": f"https://a.example/{one}"} for one in related],
        )

    write("first", 0, "AI")
    write("other", 1, "AI")
    store = await open_store(tmp_path / "stories.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with client_of(create_app(store, SITE)) as client:
            here, plain = (f"/feeds/topics/ai.{suffix}{end}" for end in ("?collapse=1", ""))
            before = await client.get(here)
            known = (await client.get(plain)).headers["etag"]
            write("second", 2, "Law", "first")
            await store.import_roots([archive.root])
            after = await client.get(here, headers={"If-None-Match": before.headers["etag"]})
            assert after.status_code == 200
            assert (await client.get(plain)).headers["etag"] == known
            assert "More on this story" in after.text
            assert "https://a.example/second" in after.text
            assert "https://a.example/second" not in before.text
            everything = (await client.get(f"/feeds/all.{suffix}?collapse=1")).text
            assert everything.count("urn:uuid") == before.text.count("urn:uuid")
    finally:
        await store.close()
