"""Finds the articles that are most like one of them. Pure.

An article's score is the weight of the words and topics that it shares; words in its title count
twice. It is less for long articles, which have many words, and more for articles that were
published at about the same time. The result depends on the articles alone: neither on how the index
is cut into segments nor on the machine.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from newsgraph.store.documents.date_order import FIRST_DATED
from newsgraph.store.search.index.features import UNIT, log2, select_features

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray
    from pyroaring import BitMap

    from newsgraph.store.search.index.features import Feature, Word
    from newsgraph.store.search.index.matching import SegmentReading

    Scores: TypeAlias = NDArray[np.int64]

MIN_EXCESS: Final = 5 * UNIT
"""How much less likely a coincidence has to be than one in the number of articles."""

MIN_PERCENT: Final = 16
"""How much of the score that an article has itself another one needs."""

NEARNESS_DAYS: Final = 90
"""After so many days, nearness in time counts half."""


class _Place(NamedTuple):
    segment: int
    number: int


def similar_articles(
    key: int,
    words: Sequence[Word],
    readings: Sequence[SegmentReading],
    excluded: Collection[int],
    count: int,
) -> list[int]:
    """Return the keys of the articles that are most like an article, the best first.

    Articles that may have the shared words and topics by chance are left out.

    Args:
        key: key of the article.
        words: its words.
        readings: what was read of each segment: the terms of all words.
        excluded: keys of articles that are left out.
        count: maximum number of articles.
    """
    own = next(_places(readings, {key}), None)
    if own is None:
        return []
    attributes = readings[own.segment].articles.columns.of_article(own.number)
    features = select_features(words, sorted(attributes.topics), readings)
    scores = _scores(features, readings, sum(_weight_in(feature, own) for feature in features))
    for place in (own, *_places(readings, excluded)):
        scores[place.segment][place.number] = 0
    candidates = [
        (_Place(segment, number), score)
        for segment, of_segment in enumerate(scores)
        for number, score in _best_numbers(of_segment, count)
    ]
    return _sort_by_nearness(own, candidates, readings)[:count]


def _places(readings: Sequence[SegmentReading], keys: Collection[int]) -> Iterator[_Place]:
    """Yield where the live articles with some keys are."""
    for segment, reading in enumerate(readings if keys else ()):
        own_keys = np.frombuffer(reading.articles.keys, dtype="<i8")
        for number in np.flatnonzero(np.isin(own_keys, list(keys))).tolist():
            if number in reading.live:
                yield _Place(segment, number)


def _weight_in(feature: Feature, place: _Place) -> int:
    """Return how much of an article's score is from a feature that it has."""
    is_in_title = place.number in feature.segments[place.segment].in_title
    return feature.weight * (1 + is_in_title)


def _scores(
    features: Sequence[Feature], readings: Sequence[SegmentReading], own_score: int
) -> list[Scores]:
    """Return the scores of all articles of each segment: 0 for those that share too little."""
    live_count = sum(len(reading.live) for reading in readings)
    min_rarity = log2(live_count) + MIN_EXCESS
    lengths = [_lengths(reading) for reading in readings]
    total_length = sum(int(of_segment.sum()) for of_segment in lengths)
    all_scores = []
    for segment, of_segment in enumerate(lengths):
        scores, rarities = (np.zeros(len(of_segment), dtype=np.int64) for _ in range(2))
        for feature in features:
            anywhere, in_title = map(_to_numpy, feature.segments[segment])
            scores[anywhere] += feature.weight
            scores[in_title] += feature.weight
            rarities[anywhere] += feature.rarity
        # As in BM25 with b = 1/4: an article of four times the average length has 4/7 of the score.
        scores = scores * 4 * total_length // (3 * total_length + of_segment * live_count)
        scores[(rarities < min_rarity) | (scores * 100 < own_score * MIN_PERCENT)] = 0
        all_scores.append(scores)
    return all_scores


def _lengths(reading: SegmentReading) -> Scores:
    """Return the number of words of each live article; 0 for others."""
    starts = np.frombuffer(reading.articles.starts, dtype="<u4").astype(np.int64)
    lengths = np.diff(starts, append=reading.articles.token_count)
    is_live = np.zeros(len(lengths), dtype=bool)
    is_live[_to_numpy(reading.live)] = True
    return np.where(is_live, lengths, 0)


def _to_numpy(numbers: BitMap) -> NDArray[np.uint32]:
    return np.asarray(numbers.to_array(), dtype=np.uint32)


def _best_numbers(scores: Scores, count: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers and scores of all articles that may be among the best ones."""
    numbers = np.flatnonzero(scores)
    if len(numbers) > count:
        # Nearness adds at most a quarter.
        lowest = np.partition(scores[numbers], -count)[-count]
        numbers = numbers[scores[numbers] * 5 >= lowest * 4]
    yield from zip(numbers.tolist(), scores[numbers].tolist(), strict=True)


def _sort_by_nearness(
    own: _Place, candidates: Sequence[tuple[_Place, int]], readings: Sequence[SegmentReading]
) -> list[int]:
    """Return the keys of articles by their scores and their nearness in time to another one.

    Among equal ones, the newest are first.
    """
    own_day = _day(readings[own.segment].articles.date_order_of[own.number])
    ranked = []
    for place, score in candidates:
        articles = readings[place.segment].articles
        key, date_order = articles.key_of[place.number], articles.date_order_of[place.number]
        day = _day(date_order)
        if own_day is not None and day is not None:
            score += score * NEARNESS_DAYS // (4 * (NEARNESS_DAYS + abs(day - own_day)))
        ranked.append((score, date_order, -key))
    return [-key for _, _, key in sorted(ranked, reverse=True)]


def _day(date_order: bytes) -> int | None:
    """Return the day of an order by date; None for an article without a date."""
    if date_order < FIRST_DATED.encode():
        return None
    return date.fromisoformat(date_order[:10].decode()).toordinal()
