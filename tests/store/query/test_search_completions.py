"""Searches are completed by the words and names of the store, at any revision."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsgraph.store.query.selection import (
    Completions,
    Edge,
    EdgeArguments,
    Page,
    Selection,
    TotalCount,
)
from tests.hypothesis_profiles import scale_examples


def select(text):
    """Return a selection of the completions of a search, and of how many articles it finds."""
    page = Page((Completions("completions"), TotalCount("count")))
    return Selection((Edge("search", "search", page, EdgeArguments(lookup=("query", text))),))


async def read(opened, text):
    """Return the completions of a search, and how many articles it finds."""
    (result,) = (await opened.store.read(select(text))).results
    search = json.loads(result)["search"]
    return search["completions"], search["count"]


async def test_words_of_most_articles_come_first(opened, archive):
    """Each import can change them, also words that only a removed article had."""
    archive.write_article("1.md", title="Robots see", topics=["Robotics"])
    archive.write_article(
        "2.md", title="Robots and roads", provider={"name": "Röad", "domain": "r.org"}
    )
    archive.write_article("3.md", title="Romans", topics=["Robotics"])
    await opened.import_archives(archive)
    assert (await read(opened, "ro"))[0] == ["Robotics", "Röad", "robots", "roads", "romans"]
    assert (await read(opened, "title:ro"))[0] == [
        f"title:{word}" for word in ("robotics", "robots", "road", "roads", "romans")
    ]
    archive.remove("3.md")
    archive.write_article("4.md", title="Roses")
    archive.write_article("1.md", title="Roses see")
    await opened.import_archives(archive)
    assert (await read(opened, "ro"))[0] == ["Röad", "roses", "roads", "robots"]


@pytest.fixture
async def filled(opened, archive):
    """A store with articles in several languages."""
    titles = ("Robots see roads", "Straße nach Rom", "C++ und C#", "公開動画を見る", "Naïve cafés")
    for number, title in enumerate(titles):
        archive.write_article(f"{number}.md", title=title, topics=[f"Topic {title[:3]}", "AI: x"])
    await opened.import_archives(archive)
    return opened


TYPED = st.lists(
    st.sampled_from(
        [*"rsncao ", "ro", "Rö", "stra", "topic", "title:", '"', "(", "-", "OR ", "*", "\0", "公"]
    )
    | st.characters(),
    max_size=6,
).map("".join)


@settings(
    max_examples=scale_examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TYPED)
async def test_any_text(filled, text):
    """Nothing that is typed is an error; what completes a simple search finds something."""
    completions, _ = await read(filled, text)
    assert len(completions) <= 8
    if text.strip().isalpha():
        for completion in completions:
            assert (await read(filled, completion))[1] > 0, completion
