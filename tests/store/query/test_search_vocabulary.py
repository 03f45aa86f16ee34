"""Misspelt words are corrected by the words of the store, after any changes of it."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.importing.search_segments import add_articles, remove_articles
from newsgraph.store.query.search_index import IndexReader
from newsgraph.store.query.search_vocabulary import StoredVocabulary
from newsgraph.store.query.selection import Edge, EdgeArguments, Page, Selection, Suggestion
from newsgraph.store.search.index.article import IndexedArticle
from newsgraph.store.search.spelling import suggest
from newsgraph.store.search.tokenizer import tokenize
from tests.hypothesis_profiles import scale_examples
from tests.store.search.reference_spelling import ReferenceVocabulary

WORDS = st.text("abcé", min_size=1, max_size=8)
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)
CHANGES = st.dictionaries(st.integers(0, 5), TEXTS | st.none(), min_size=1, max_size=4)


def indexed(key, text):
    """Return an article with a text."""
    return IndexedArticle(key, f"{key}", "en", {"text": (text,)})


@pytest.mark.slow
@settings(max_examples=scale_examples(15))
@given(st.lists(CHANGES, min_size=1, max_size=4), st.lists(WORDS, min_size=1, max_size=8))
def test_suggestions_after_any_changes(history, typed):
    """They are those of a comparison with all words of the articles that are left."""

    async def run(path):
        database, texts = await SqliteDatabase.open(path), {}
        index = IndexReader(database.dialect)

        def change(connection, changes):
            remove_articles(connection, changes)
            add_articles(
                connection, [indexed(*item) for item in changes.items() if item[1] is not None]
            )

        def check(connection):
            vocabulary = StoredVocabulary(connection.exec_driver_sql, index, database.dialect)
            reference = ReferenceVocabulary(
                ("en", list(tokenize(text, "en"))) for text in texts.values() if text is not None
            )
            for words in (*typed, " ".join(typed)):
                assert suggest(words, vocabulary) == suggest(words, reference), words

        try:
            for changes in history:
                await database.run_in_transaction(
                    lambda connection, changes=changes: change(connection, changes)
                )
                texts |= changes
                await database.run_in_transaction(check)
        finally:
            await database.close()

    with tempfile.TemporaryDirectory() as name:
        asyncio.run(run(Path(name) / "store.db"))


async def suggestion(store, text):
    """Return what a search page suggests instead of a search."""
    page = Page((Suggestion("suggestion"),))
    edge = Edge("search", "search", page, EdgeArguments(lookup=("query", text)))
    (result,) = (await store.read(Selection((edge,)))).results
    return json.loads(result)["search"]["suggestion"]


async def test_a_suggestion_finds_something(opened, archive):
    """A word of the archive that is in no article with the other words is not suggested."""
    archive.write_article("a.md", title="The government launches a rocket")
    archive.write_article("b.md", title="A satellite")
    await opened.import_archives(archive)
    for text, expected in {
        "goverment": "government",
        'title:"goverment lauches" OR Rokcet': 'title:"government launches" OR rocket',
        "sattelite rocket": None,
        "sattelite -rocket": "satellite -rocket",
        "government": None,
        "launch": None,
        "goverm*": None,
        "xyzzy": None,
        "": None,
    }.items():
        assert await suggestion(opened.store, text) == expected, text
    archive.remove("a.md")
    await opened.import_archives(archive)
    assert await suggestion(opened.store, "goverment") is None
