"""One entry for the articles on one story. Pure.

An article that is linked with an earlier one, in either direction and within `DAYS`, joins it:
the earliest such one leads, and the others are its coverage. Only what has no earlier one itself
can lead, and only what is linked with it directly joins it: from one to the next, the whole
archive would be one story. Which article leads hangs on earlier ones alone, so that an entry
stays what it is, and keeps its id, while coverage joins it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

Article: TypeAlias = "Mapping[str, Any]"
"""An article, as `server.feeds.selections.COLLAPSING` asks for it."""

DAYS = 3
"""How long after an article others may join it."""


def collapsed(nodes: Iterable[Article], without: Collection[str] = ()) -> list[Article]:
    """Return the leading articles of articles, where the newest of each stood, with coverage.

    A leading article's related links begin with its coverage, newest first, and it was updated
    when the last of it came.

    Args:
        nodes: the newest first.
        without: slugs of topics; articles about them neither lead nor join.
    """
    found: dict[str, Article] = {}
    for one in nodes:
        lead = _lead(_pruned(one, without) if without else one)
        found.setdefault(lead["guid"], lead)
    return [_with_coverage(one) for one in found.values()]


def _pruned(article: Article, without: Collection[str]) -> Article:
    """Return an article without what is linked with it and about some topics."""
    if "relatedBy" not in article:
        return article

    def stays(one: Article | None) -> bool:
        return one is not None and not any(topic["slug"] in without for topic in one["topics"])

    related = [
        {**link, "article": _pruned(link["article"], without) if stays(link["article"]) else None}
        for link in article["related"]
    ]
    linking = [
        {"node": _pruned(edge["node"], without)}
        for edge in article["relatedBy"]["edges"]
        if stays(edge["node"])
    ]
    return {**article, "related": related, "relatedBy": {"edges": linking}}


def _lead(article: Article) -> Article:
    leading = [one for one in _linked(article) if _joins(article, one) and _earlier_ones(one) == []]
    return min(leading, key=_place, default=article)


def _with_coverage(lead: Article) -> Article:
    if _earlier_ones(lead):
        return lead
    coverage = {one["guid"]: one for one in _linked(lead) if _joins(one, lead)}
    newest_first = sorted(coverage.values(), key=_place, reverse=True)
    times = [lead["updatedAt"]]
    times += [max(one["updatedAt"], one["publishedAt"]) for one in newest_first]
    addresses = {one["webUrl"] for one in newest_first}
    others = [link for link in lead["related"] if link["webUrl"] not in addresses]
    return {**lead, "updatedAt": max(times), "related": [*newest_first, *others]}


def _earlier_ones(article: Article) -> list[Article]:
    return [one for one in _linked(article) if _joins(article, one)]


def _linked(article: Article) -> Iterator[Article]:
    """Yield what an article links to, and what links to it."""
    for link in article["related"]:
        if link.get("article") is not None:
            yield link["article"]
    for edge in article["relatedBy"]["edges"]:
        yield edge["node"]


def _joins(one: Article, other: Article) -> bool:
    """Tell whether an article is later than another, and not too late to be on the same story."""
    if not one["publishedAt"] or not other["publishedAt"] or _place(one) <= _place(other):
        return False
    times = (datetime.fromisoformat(each["publishedAt"]) for each in (one, other))
    return next(times) - next(times) <= timedelta(days=DAYS)


def _place(article: Article) -> tuple[str, str]:
    return article["publishedAt"], article["guid"]
