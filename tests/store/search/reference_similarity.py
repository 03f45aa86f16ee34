"""Finds similar articles as simply as possible: all words of all articles are compared."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from newsgraph.store.search.function_words import FUNCTION_WORDS
from newsgraph.store.search.stemming import primary_subtag
from newsgraph.store.search.tokenizer import tokenize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from newsgraph.store.search.index.article import IndexedArticle

MAX_CHARACTERS = 8_000
MAX_WORDS = 150
MAX_FEATURES = 20


def find_similar(
    articles: Iterable[IndexedArticle],
    key: int,
    excluded: Collection[int] = (),
    count: int = 20,
) -> list[int]:
    """Return the keys of the articles that are most like an article, the best first.

    Args:
        articles: all articles.
        key: key of the article.
        excluded: keys of articles that are left out.
        count: maximum number of articles.
    """
    articles = list(articles)
    own = next(article for article in articles if article.key == key)
    features = {article.key: _features(article) for article in articles}
    total_length = sum(map(_length, articles))
    weights = _weights(own, features)
    own_score = sum(weight * features[key][name] for name, (weight, _) in weights.items())
    ranked = []
    for article in articles:
        if article.key in (key, *excluded):
            continue
        shared = [name for name in weights if name in features[article.key]]
        score = sum(weights[name][0] * features[article.key][name] for name in shared)
        score *= 4 * total_length
        score //= 3 * total_length + _length(article) * len(articles)
        rarity = sum(weights[name][1] for name in shared)
        if rarity < _log2(len(articles), 1) + 80 or score * 100 < own_score * 16 or not score:
            continue
        if (distance := _days_between(own, article)) is not None:
            score += score * 90 // (4 * (90 + distance))
        ranked.append((score, article.date_order, -article.key))
    return [-negative for _, _, negative in sorted(ranked, reverse=True)[:count]]


def _log2(number: int, divisor: int) -> int:
    """Return 16 times the logarithm of a quotient, rounded down."""
    result = 0
    while divisor**16 * 2 ** (result + 1) <= number**16:
        result += 1
    return result


def _tokens(text: str, subtag: str) -> list[str]:
    """Return what significant words of a text are compared by, in order."""
    names = []
    for token in tokenize(text, subtag):
        if token.kind == "compound" or len(token.form) == 1:
            continue
        if token.kind == "piece":
            names.append(token.form)
        elif any(character.isalpha() for character in token.form):
            names.append(f"{subtag} {token.stems[-1]}")
    return names


def _own_words(article: IndexedArticle) -> Counter[str]:
    """Return how often an article has its words; four times in the text are once in the title."""
    counts: Counter[str] = Counter()
    for field, weight in (("title", 4), ("text", 1)):
        for text in article.texts.get(field, ()):  # type: ignore[call-overload] # field is a str
            for name in _tokens(text[:MAX_CHARACTERS], primary_subtag(article.language)):
                counts[name] += weight
    subtag = primary_subtag(article.language)
    functional = _tokens(FUNCTION_WORDS.get(subtag, ""), subtag)
    words = dict(counts.most_common(MAX_WORDS))
    return Counter(words | {name: 0 for name in functional if name not in words})


def _features(article: IndexedArticle) -> dict[str | int, int]:
    """Return all words and topics of an article; 2 for words in the title, 1 for others."""
    features: dict[str | int, int] = dict.fromkeys(article.attributes.topics, 1)
    subtag = primary_subtag(article.language)
    for text in article.texts.get("text", ()):
        for token in tokenize(text, subtag):
            features |= dict.fromkeys([f"{subtag} {stem}" for stem in token.stems], 1)
            features[token.form] = 1
    for text in article.texts.get("title", ()):
        for token in tokenize(text, subtag):
            features |= dict.fromkeys([f"{subtag} {stem}" for stem in token.stems], 2)
            features[token.form] = 2
    return features


def _weights(
    own: IndexedArticle, features: Mapping[int, Mapping[str | int, int]]
) -> dict[str | int, tuple[int, int]]:
    """Return the weights and rarities of an article's features."""
    words = _own_words(own)
    with_words = sum(any(word in other for word in words) for other in features.values())
    weights: dict[str | int, tuple[int, int]] = {}
    counts = [(word, count, with_words) for word, count in words.items()]
    counts += [(topic, 3, len(features)) for topic in sorted(own.attributes.topics)]
    for name, count, article_count in counts:
        having = sum(name in other for other in features.values())
        max_having = article_count // 10 if article_count > 200 else min(article_count // 3, 20)
        is_common = having > max(2, max_having)
        if having > 1 and not (is_common and isinstance(name, str)):
            rarity = _log2(article_count, having)
            weights[name] = rarity * _log2(1 + count, 1), rarity
    best = sorted(weights.items(), key=lambda item: -item[1][0])[:MAX_FEATURES]
    return {name: weight for name, weight in best if weight[0]}


def _length(article: IndexedArticle) -> int:
    """Return the number of positions of an article: one after each text and each article."""
    texts = [text for field in article.texts.values() for text in field]
    subtag = primary_subtag(article.language)
    words = sum(token.kind != "compound" for text in texts for token in tokenize(text, subtag))
    return words + len(texts) + 1


def _days_between(one: IndexedArticle, other: IndexedArticle) -> int | None:
    """Return the number of days between two articles; None if one has no date."""
    days = [article.date_order[:10] for article in (one, other)]
    if any(day < "0001" for day in days):
        return None
    first, second = map(date.fromisoformat, days)
    return abs((first - second).days)
