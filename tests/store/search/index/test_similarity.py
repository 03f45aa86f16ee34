"""Similar articles are those that the simplest comparison finds, whatever the index's history."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.search.index.article import IndexedArticle
from newsgraph.store.search.index.attributes import ArticleAttributes
from tests.hypothesis_profiles import scale_examples
from tests.store.search.index.memory_index import MemoryIndex
from tests.store.search.reference_similarity import find_similar

WORDS = [
    *("rocket", "Rockets", "launch", "launches", "engine", "moon", "Mond", "Häuser", "Haus", "v2"),
    *("state-of-the-art", "art", "e-mail", "email", "the", "a", "1,000", "C++", "👍", "naïve"),
    *("naive", "東京都", "日本語を", "ราคา", "новости", "новость", "it's", "covid19", "garden"),
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
DAYS = st.none() | st.integers(0, 400)
TOPICS = st.lists(st.integers(100, 103), max_size=3, unique=True).map(tuple)


@st.composite
def articles(draw):
    """Return an article with one of a few keys."""
    day = draw(DAYS)
    order = " ~" if day is None else f"{date(2020, 1, 1) + timedelta(day)}T00:00:00Z"
    texts = {
        "title": (draw(TEXTS),),
        "text": (draw(TEXTS), draw(TEXTS)),
        "topic": tuple(draw(st.lists(TEXTS, max_size=1))),
    }
    return IndexedArticle(
        draw(st.integers(-9, 9)),
        order,
        draw(st.sampled_from([None, "en", "de", "ja"])),
        texts,
        ArticleAttributes(topics=draw(TOPICS)),
    )


HISTORIES = st.lists(
    st.tuples(st.just("put"), st.lists(articles(), min_size=1, max_size=12), st.integers(1, 9))
    | st.tuples(st.just("remove"), st.sets(st.integers(-9, 9), max_size=3), st.just(0)),
    min_size=1,
    max_size=4,
)


def random_articles(seed):
    """Return about as many articles as are needed for words to be common, with random words."""
    choose = random.Random(seed)  # noqa: S311 - the same for a seed
    vocabulary = [f"{first}{second}o" for first in "abcdefghklm" for second in "rstvwxz"]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]

    def text(max_words):
        return " ".join(choose.choices(vocabulary, weights, k=choose.randrange(max_words)))

    return [
        IndexedArticle(
            key,
            f"{date(2020, 1, 1) + timedelta(choose.randrange(400))}T00:00:00Z",
            choose.choice(["en", "en", "en", "fr"]),
            {"title": (text(7),), "text": ("", text(60))},
            ArticleAttributes(topics=tuple(choose.sample(range(9), choose.randrange(3)))),
        )
        for key in range(choose.randrange(30, 90))
    ]


def replay(history):
    """Return the index after a history, and the articles that are left, by key."""
    index, left = MemoryIndex(), {}
    for action, changed, size in history:
        if action == "put":
            by_key = {article.key: article for article in changed}
            index.put(by_key.values(), size)
            left |= by_key
        else:
            index.remove(changed)
            left = {key: article for key, article in left.items() if key not in changed}
    return index, left


def check(index, left, excluded, count):
    """Compare the similar articles of some articles with the reference."""
    for key, article in list(left.items())[:15]:
        found = index.find_similar(article, excluded, count)
        assert found == find_similar(left.values(), key, excluded, count)


@given(HISTORIES, st.sets(st.integers(-9, 9), max_size=2), st.integers(0, 4))
def test_any_history(history, excluded, count):
    """The articles are the same as without an index."""
    check(*replay(history), excluded, count)


@settings(max_examples=scale_examples(10))
@given(st.integers(), st.integers(5, 90), st.integers(1, 20))
def test_many_articles(seed, segment_size, count):
    """Words are common, and there are more similar articles than are asked for."""
    articles_by_key = {article.key: article for article in random_articles(seed)}
    index = MemoryIndex()
    index.put(articles_by_key.values(), segment_size)
    check(index, articles_by_key, (), count)


def test_no_article():
    """An article that is not in the index is like no other, and so is one without words."""
    index, left = replay([("put", random_articles(1), 50)])
    assert index.find_similar(IndexedArticle(-1, "2020", "en", left[0].texts)) == []
    index.put([IndexedArticle(-1, "2020-01-01", "en", {"title": ("1 2 3",)})])
    assert index.find_similar(IndexedArticle(-1, "2020-01-01", "en", {"title": ("1 2 3",)})) == []
