"""The articles on one story are collapsed into one entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.app import create_app
from newsgraph.server.feeds.story_clusters import MAX_DAYS_APART, collapse_stories
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

START = datetime(2024, 1, 1, tzinfo=UTC)


def articles_with_links(hours, links):
    """Return articles as read from the store, with links two levels deep, newest first.

    Args:
        hours: hours after `START` at which each article was published, by name.
        links: pairs of names, the first of which links to the second.
    """

    def fields_of(name):
        time = (START + timedelta(hours=hours[name])).isoformat()
        return {
            "guid": name,
            "title": name,
            "webUrl": f"https://a.example/{name}",
            "publishedAt": time,
            "updatedAt": time,
            "provider": None,
            "topics": [{"slug": f"t-{name}"}],
        }

    def article(name, depth):
        if not depth:
            return fields_of(name)
        return {
            **fields_of(name),
            "related": [
                {**fields_of(target), "article": article(target, depth - 1)}
                for source, target in links
                if source == name
            ],
            "relatedBy": {
                "edges": [
                    {"node": article(source, depth - 1)}
                    for source, target in links
                    if target == name
                ]
            },
        }

    newest_first = sorted(hours, key=lambda name: (-hours[name], name))
    return [article(name, 2) for name in newest_first]


def collapse(hours, links):
    """Return the related titles of each entry by its lead."""
    return {
        lead["guid"]: [link["title"] for link in lead["related"]]
        for lead in collapse_stories(articles_with_links(hours, links))
    }


def test_article_joins_an_earlier_linked_one():
    """The direction of the link does not matter; the newest coverage is first."""
    assert collapse({"a": 0, "b": 5, "c": 9, "d": 9}, [("b", "a"), ("a", "c")]) == {
        "d": [],
        "a": ["c", "b"],
    }


def test_only_directly_linked_articles_join():
    """Clusters are not transitive."""
    entries = collapse({"a": 0, "b": 5, "c": 9}, [("b", "a"), ("c", "b")])
    assert entries == {"c": ["b"], "a": ["b"]}


def test_late_article_does_not_join():
    """After `MAX_DAYS_APART` days it is an entry with a related link."""
    late = MAX_DAYS_APART * 24 + 1
    assert collapse({"a": 0, "b": late - 1, "c": late}, [("b", "a"), ("c", "a")]) == {
        "c": ["a"],
        "a": ["b"],
    }


def test_earliest_candidate_is_the_lead():
    """An article that could join two joins the earlier one."""
    entries = collapse({"a": 0, "b": 1, "c": 5}, [("c", "b"), ("c", "a")])
    assert entries == {"a": ["c"], "b": ["c"]}


def test_articles_of_excluded_topics_neither_lead_nor_join():
    """They are not reached through links either."""
    articles = articles_with_links({"a": 0, "b": 5, "c": 9}, [("b", "a"), ("c", "b")])
    matching = [article for article in articles if article["guid"] != "a"]
    entries = {
        lead["guid"]: [link["title"] for link in lead["related"] if link.get("article") is None]
        for lead in collapse_stories(matching, {"t-a"})
    }
    assert entries == {"b": ["c", "a"]}


def test_update_time_is_that_of_the_last_coverage():
    """So readers show that there is more."""
    [lead] = collapse_stories(articles_with_links({"a": 0, "b": 5}, [("b", "a")]))
    assert lead["updatedAt"] == (START + timedelta(hours=5)).isoformat()


NAMES = "abcdefgh"


@given(
    st.fixed_dictionaries({name: st.integers(0, 200) for name in NAMES}),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12, unique=True),
)
def test_all_articles_are_shown_and_leads_are_stable(hours, links):
    """Each article is an entry or coverage, and stays so when a newer one is added."""
    entries = collapse(hours, links)
    assert set(entries).union(*entries.values()) >= set(NAMES)
    newest = max(NAMES, key=lambda name: (hours[name], name))
    older_hours = {name: published for name, published in hours.items() if name != newest}
    older_entries = collapse(older_hours, [link for link in links if newest not in link])
    assert set(older_entries) <= set(entries)
    for lead, related in older_entries.items():
        assert set(related) <= set(entries[lead])


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["rss", "json"])
async def test_etag_of_a_collapsed_feed_depends_on_the_coverage(tmp_path, suffix):
    """It changes when coverage joins an entry, even if that is about another topic."""
    archive = Archive(tmp_path / "stories", Collection(id="stories"))

    def write(name, hours, topic, *related):
        archive.write_article(
            f"{name}.md",
            title=name,
            topics=[topic],
            webUrl=f"https://a.example/{name}",
            publishedDateTime=(START + timedelta(hours=hours)).isoformat(),
            related=[
                {"title": target, "webUrl": f"https://a.example/{target}"} for target in related
            ],
        )

    write("first", 0, "AI")
    write("other", 1, "AI")
    store = await open_store(tmp_path / "stories.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            plain_url = f"/feeds/topics/ai.{suffix}"
            collapsed_url = f"{plain_url}?collapse=1"
            before = await client.get(collapsed_url)
            plain_etag = (await client.get(plain_url)).headers["etag"]
            write("second", 2, "Law", "first")
            await store.import_roots([archive.root])
            headers = {"If-None-Match": before.headers["etag"]}
            after = await client.get(collapsed_url, headers=headers)
            assert after.status_code == 200
            assert (await client.get(plain_url)).headers["etag"] == plain_etag
            assert "More on this story" in after.text
            assert "https://a.example/second" in after.text
            assert "https://a.example/second" not in before.text
            all_articles = (await client.get(f"/feeds/all.{suffix}?collapse=1")).text
            assert all_articles.count("urn:uuid") == before.text.count("urn:uuid")
    finally:
        await store.close()
