"""The index finds and sorts as the simplest search does, whatever its history."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.search.expression import EVERYTHING
from newsgraph.store.search.index.article import IndexedArticle
from newsgraph.store.search.index.ranking import first_hits, last_hits
from newsgraph.store.search.query_parser import parse_search
from tests.store.search.index.memory_index import MemoryIndex
from tests.store.search.reference_search import ReferenceArticle, ReferenceSearch

WORDS = [
    *("cat", "cats", "running", "run", "new", "news", "naïve", "naive", "C++", "v1.10", "the"),
    *("e-mail", "email", "state-of-the-art", "art", "AT&T", "Häuser", "Haus", "👍🏽", "it's"),
    *("東京都", "京都", "日本語を", "ราคา", "новости", "новость", "كتاب", "covid19", "1,000"),
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
LANGUAGES = st.sampled_from(["en", "de", "ja", "ru", "th", "en-GB"])
DATES = st.none() | st.dates(date(2019, 12, 30), date(2020, 1, 2))


@st.composite
def queries(draw):
    """Return what people could type, more often about words that are there."""
    word = draw(st.sampled_from(WORDS))
    other = draw(st.sampled_from(WORDS))
    form = draw(
        st.sampled_from(
            [
                *("{0}", "{0} {1}", '"{0} {1}"', "{0} OR {1}", "-{0}", "{0} -{1}", "title:{0}"),
                *("{0}*", '"{0} {1}"*', "author:{0}", "topic:{0} {1}", "publisher:{1} OR {0}"),
                *("after:2020", "before:2020-01-01 {0}", "{0} -before:2020", "({0} OR -{1}) {0}"),
                *('-"{0} {1}"', 'title:"{0} {1}"', "{0}-{1}", "", "{0}{1}"),
            ]
        )
    )
    cut = draw(st.integers(0, 3))
    return form.format(word[:-cut] if cut and len(word) > cut else word, other)


@st.composite
def articles(draw):
    """Return an article with one of a few keys."""
    day = draw(DATES)
    return ReferenceArticle(
        draw(st.integers(-3, 3)),
        draw(LANGUAGES),
        day,
        draw(TEXTS),
        draw(TEXTS),
        tuple(draw(st.lists(TEXTS, max_size=2))),
        tuple(draw(st.lists(TEXTS, max_size=2))),
        tuple(draw(st.lists(TEXTS, max_size=1))),
    )


def date_order(article):
    """Return an order by date like those of the store."""
    return f"{article.published}T00:00:00Z" if article.published else " ~"


def to_indexed(article):
    """Return what the index contains of an article."""
    texts = {
        "title": (article.title,),
        "text": (article.text,),
        "topic": article.topics,
        "author": article.authors,
        "publisher": article.publisher,
    }
    return IndexedArticle(article.name, date_order(article), article.language, texts)


def newest_first(article):
    """Sort key of `date_order`, descending, and of keys, ascending."""
    return [-ord(character) for character in date_order(article)], article.name


HISTORIES = st.lists(
    st.tuples(st.lists(articles(), max_size=5), st.sets(st.integers(-3, 3), max_size=3)),
    min_size=1,
    max_size=4,
)


@given(HISTORIES, st.lists(queries(), min_size=1, max_size=8), st.integers(1, 4))
def test_same_hits_as_the_reference(history, texts, max_articles):
    """After any sequence of additions, changes and removals, in segments of any size."""
    index, current = MemoryIndex(), {}
    for added, removed in history:
        by_key = {article.name: article for article in added}
        index.put([to_indexed(article) for article in by_key.values()], max_articles)
        current |= by_key
        index.remove(removed)
        current = {key: article for key, article in current.items() if key not in removed}
    reference = ReferenceSearch(sorted(current.values(), key=newest_first))
    for text in texts:
        expected = reference.search_as_typed(text)
        assert index.search(parse_search(text)) == expected, text
        check_pages(index.evaluate(parse_search(text)), expected)


def check_pages(segments, expected):
    """Check pages of two hits, forward and backward."""
    hits, last = [], None
    while page := first_hits(segments, 2, last):
        hits += page
        last = page[-1]
    assert [hit.key for hit in hits] == expected
    first, hits = None, []
    while page := last_hits(segments, 2, first):
        hits = page + hits
        first = page[0]
    assert [hit.key for hit in hits] == expected


@pytest.mark.parametrize("count", [0, 1, 3])
def test_everything(count):
    """An empty search finds all articles, the newest first."""
    index = MemoryIndex()
    index.put([IndexedArticle(key, f"{key}", "en", {}) for key in range(count)])
    assert index.search(EVERYTHING) == list(range(count))[::-1]
