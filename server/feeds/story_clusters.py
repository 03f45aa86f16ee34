"""Collapses the articles on one story into one entry: its lead with the coverage. Pure.

An article that is linked with an earlier one, in either direction and within `MAX_DAYS_APART`,
joins its cluster: the earliest such article is the lead, the others are its coverage. Only an
article without an earlier linked one can be a lead, and only articles linked directly with it join:
if clusters were transitive, the complete archive would be one story. The lead depends on earlier
articles only, so that an entry keeps its lead and its id when coverage is added.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

Article: TypeAlias = "Mapping[str, Any]"
"""An article selected by `server.feeds.selections.CLUSTER_ENTRY`."""

MAX_DAYS_APART = 3
"""Maximum number of days between the lead and an article that joins it."""


def collapse_stories(
    articles: Iterable[Article], excluded_topics: Collection[str] = ()
) -> list[Article]:
    """Group articles into stories; return the lead article of each story with its coverage.

    A story is at the position of its newest article.

    The related links of a lead start with its coverage, newest first. Its update time is that of
    its last coverage.

    Args:
        articles: articles of a feed, newest first.
        excluded_topics: slugs of topics; articles about them neither lead nor join a cluster.
    """
    leads: dict[str, Article] = {}
    for article in articles:
        lead = _find_lead(_exclude_topics(article, excluded_topics) if excluded_topics else article)
        leads.setdefault(lead["guid"], lead)
    return [_with_coverage(lead) for lead in leads.values()]


def _exclude_topics(article: Article, excluded_topics: Collection[str]) -> Article:
    """Return an article without its links from and to articles about some topics."""
    if "relatedBy" not in article:
        return article

    def is_included(linked: Article | None) -> bool:
        return linked is not None and not any(
            topic["slug"] in excluded_topics for topic in linked["topics"]
        )

    related = [
        {
            **link,
            "article": _exclude_topics(link["article"], excluded_topics)
            if is_included(link["article"])
            else None,
        }
        for link in article["related"]
    ]
    linking = [
        {"node": _exclude_topics(edge["node"], excluded_topics)}
        for edge in article["relatedBy"]["edges"]
        if is_included(edge["node"])
    ]
    return {**article, "related": related, "relatedBy": {"edges": linking}}


def _find_lead(article: Article) -> Article:
    candidates = [
        linked
        for linked in _linked_articles(article)
        if _can_join(article, linked) and _earlier_articles(linked) == []
    ]
    return min(candidates, key=_position, default=article)


def _with_coverage(lead: Article) -> Article:
    if _earlier_articles(lead):
        return lead
    coverage = {
        linked["guid"]: linked for linked in _linked_articles(lead) if _can_join(linked, lead)
    }
    newest_first = sorted(coverage.values(), key=_position, reverse=True)
    times = [lead["updatedAt"]]
    times += [max(article["updatedAt"], article["publishedAt"]) for article in newest_first]
    coverage_urls = {article["webUrl"] for article in newest_first}
    other_links = [link for link in lead["related"] if link["webUrl"] not in coverage_urls]
    return {**lead, "updatedAt": max(times), "related": [*newest_first, *other_links]}


def _earlier_articles(article: Article) -> list[Article]:
    """Return the linked articles that an article can join."""
    return [linked for linked in _linked_articles(article) if _can_join(article, linked)]


def _linked_articles(article: Article) -> Iterator[Article]:
    """Yield the articles which an article links to, then those which link to it."""
    for link in article["related"]:
        if link.get("article") is not None:
            yield link["article"]
    for edge in article["relatedBy"]["edges"]:
        yield edge["node"]


def _can_join(article: Article, lead: Article) -> bool:
    """Check whether an article is later than a lead, by no more than `MAX_DAYS_APART`."""
    if not article["publishedAt"] or not lead["publishedAt"]:
        return False
    if _position(article) <= _position(lead):
        return False
    published_at = datetime.fromisoformat(article["publishedAt"])
    lead_published_at = datetime.fromisoformat(lead["publishedAt"])
    return published_at - lead_published_at <= timedelta(days=MAX_DAYS_APART)


def _position(article: Article) -> tuple[str, str]:
    """Return the sort key by time of publication."""
    return article["publishedAt"], article["guid"]
