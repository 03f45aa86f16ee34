"""The words and topics by which an article is compared with others, and their weights. Pure.

A word counts by how often the article has it, and by how rare it is among the articles with any of
its words or some function words: these are about the articles in its language. All numbers are
integers, and only articles that are live count, so that weights depend on the articles alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from pyroaring import BitMap

from newsgraph.store.search.function_words import FUNCTION_WORDS
from newsgraph.store.search.index.bitmap_codec import decode_numbers
from newsgraph.store.search.index.terms import TermRange, form_range, has_language, stem_range
from newsgraph.store.search.stemming import primary_subtag
from newsgraph.store.search.tokenizer import split_chunks, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newsgraph.store.search.index.article import IndexField
    from newsgraph.store.search.index.matching import SegmentReading

MAX_CHARACTERS: Final = 8_000
"""So many characters of a text are read for words."""

MAX_WORDS: Final = 150
"""So many different words of an article are looked up: those that it has most often."""

MAX_FEATURES: Final = 20
"""So many words and topics of an article are compared: those with the greatest weight."""

TITLE_COUNT: Final = 4
"""A word in the title counts as so many in the text."""

TOPIC_COUNT: Final = 3
"""A topic counts as a word that the text has so often."""

MIN_COMMON: Final = 2
"""No word is common that fewer articles have, or as many."""

UNIT: Final = 16
"""Logarithms to the base 2 are multiplied by this, and rounded down."""

_FIELD_COUNTS: Final[Mapping[IndexField, int]] = {"title": TITLE_COUNT, "text": 1}
_CACHED_CHUNKS: Final = 20_000


class Word(NamedTuple):
    """A word of an article.

    Attributes:
        terms: the terms of the index that stand for it.
        frequency: how often the article has it; 0 for other words of the language.
    """

    terms: TermRange
    frequency: int


class FeatureNumbers(NamedTuple):
    """The numbers of the live articles of a segment that have a feature.

    Attributes:
        anywhere: those that have it in the title or in the text, or as a topic.
        in_title: those that have it in the title.
    """

    anywhere: BitMap
    in_title: BitMap


@dataclass(frozen=True, slots=True)
class Feature:
    """A word or a topic that other articles have, too.

    Attributes:
        rarity: logarithm of how many articles there are for each one that has it.
        weight: how much an article's score grows if it has it.
        segments: which articles have it, for each segment.
    """

    rarity: int
    weight: int
    segments: Sequence[FeatureNumbers]


def log2(number: int, divisor: int = 1) -> int:
    """Return the logarithm of a quotient of at least 1, in `UNIT`: the same on every machine."""
    return (number**UNIT // divisor**UNIT).bit_length() - 1


def words_of(texts: Mapping[IndexField, Sequence[str]], language: str | None) -> list[Word]:
    """Return the words by which articles like an article are found, the most frequent first.

    Numbers are left out, and so are single letters. Compounds are their parts. The last ones are
    function words of the language, by which the number of articles in it is estimated.

    Args:
        texts: texts of the article, as they are indexed.
        language: BCP 47 tag; None if it is unknown.
    """
    subtag = primary_subtag(language)
    counts: dict[TermRange, int] = {}
    for field, weight in _FIELD_COUNTS.items():
        chunks = (split_chunks(text[:MAX_CHARACTERS]) for text in texts.get(field, ()))
        for chunk, count in Counter(chain.from_iterable(chunks)).items():
            for terms in _significant_terms(chunk, subtag):
                counts[terms] = counts.get(terms, 0) + weight * count
    # Words that are equally frequent stay in the order of the texts.
    frequencies = dict(sorted(counts.items(), key=lambda item: -item[1])[:MAX_WORDS])
    for function_word in FUNCTION_WORDS.get(subtag, "").split():
        for terms in _significant_terms(function_word, subtag):
            frequencies.setdefault(terms, 0)
    return [Word(terms, frequency) for terms, frequency in frequencies.items()]


def select_features(
    words: Iterable[Word], topics: Iterable[int], readings: Sequence[SegmentReading]
) -> list[Feature]:
    """Return the words and topics of an article by which it is compared with others.

    Args:
        words: words of the article.
        topics: keys of its topics.
        readings: what was read of each segment: the terms of all words.
    """
    features = [*_word_features(words, readings), *_topic_features(topics, readings)]
    features.sort(key=lambda feature: -feature.weight)
    return features[:MAX_FEATURES]


@lru_cache(_CACHED_CHUNKS)
def _significant_terms(chunk: str, subtag: str) -> tuple[TermRange, ...]:
    """Return the terms of the words of a text without blanks."""
    return tuple(
        # The last stem is that of the word without its accents, which all spellings have.
        form_range(token.form) if token.kind == "piece" else stem_range(token.stems[-1], subtag)
        for token in tokenize(chunk, subtag)
        if len(token.form) > 1
        and (token.kind == "piece" or (token.kind == "word" and has_language(token)))
    )


def _word_features(words: Iterable[Word], readings: Sequence[SegmentReading]) -> Iterator[Feature]:
    words = list(words)
    numbers_by_word = [[_numbers_of(word.terms, reading) for reading in readings] for word in words]
    article_count = sum(
        len(BitMap.union(*(numbers.anywhere for numbers in of_segment)))
        for of_segment in zip(*numbers_by_word, strict=True)
    )
    for word, numbers in zip(words, numbers_by_word, strict=True):
        yield from _feature(numbers, article_count, word.frequency, is_word=True)


def _topic_features(topics: Iterable[int], readings: Sequence[SegmentReading]) -> Iterator[Feature]:
    article_count = sum(len(reading.live) for reading in readings)
    for topic in topics:
        numbers = [_numbers_of_topic(topic, reading) for reading in readings]
        yield from _feature(numbers, article_count, TOPIC_COUNT, is_word=False)


def _feature(
    segments: list[FeatureNumbers], article_count: int, frequency: int, *, is_word: bool
) -> Iterator[Feature]:
    """Yield a feature, if it says something of an article and other articles have it, too."""
    having = sum(len(numbers.anywhere) for numbers in segments)
    if having < 2 or (is_word and having > _max_articles(article_count)):
        return
    rarity = log2(article_count, having)
    if weight := rarity * log2(1 + frequency):
        yield Feature(rarity, weight, segments)


def _max_articles(article_count: int) -> int:
    """Return how many articles can have a word that is not common.

    A tenth, but of few articles a third: many of these can be about the same.
    """
    return max(MIN_COMMON, min(article_count // 3, 20), article_count // 10)


def _numbers_of(terms: TermRange, reading: SegmentReading) -> FeatureNumbers:
    in_title, in_text = BitMap(), BitMap()
    for posting in reading.postings.get(terms, ()):
        if posting.field == "title":
            in_title |= decode_numbers(posting.articles)
        elif posting.field == "text":
            in_text |= decode_numbers(posting.articles)
    in_title &= reading.live
    return FeatureNumbers((in_text & reading.live) | in_title, in_title)


def _numbers_of_topic(topic: int, reading: SegmentReading) -> FeatureNumbers:
    column = reading.articles.columns.coded["topic"]
    return FeatureNumbers(column.find_any([topic]) & reading.live, BitMap())
