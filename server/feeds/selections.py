"""What feeds ask the store, as selections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from newsgraph.server.selections import AUTHORS, FOUND_BY, PROVIDER, TOPICS, fields
from newsgraph.store.query.filter import AllOf, Filter, Is
from newsgraph.store.query.selection import (
    Arguments,
    Cursor,
    Edge,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.server.article_query import Subject
    from newsgraph.server.urls import Kind

MOST_LINKING = 50
"""How many articles that link to one are looked at."""

MOST_IN_ARCHIVE = 5_000
"""More stories than an archive has: those that end one lie fifty apart, on average."""

_OWN: tuple[Field | Edge, ...] = (
    *fields("guid", "title", "webUrl", "excerpt", "publishedAt", "updatedAt", "bodyHtml"),
    PROVIDER,
    TOPICS,
    AUTHORS,
    Edge("images", "images", Selection(fields("url", "width", "height"))),
    Edge("source", "source", Selection(fields("revision"))),
)
_LINK: tuple[Field | Edge, ...] = (*fields("title", "webUrl"), PROVIDER)

ENTRY = Selection((*_OWN, Edge("related", "related", Selection(_LINK))))
"""An article, as `server.feeds.entries` makes a story of it."""


def _linked(article: Selection) -> tuple[Edge, Edge]:
    """Ask for an article's links with the articles that they lead to, and for what links to it."""
    to = Selection((*_LINK, Edge("article", "article", article)))
    by = Page((Edges("edges", (Node("node", article),)),))
    # The earliest of them decide what leads a story.
    most = Arguments(first=MOST_LINKING, order="oldest")
    return Edge("related", "related", to), Edge("relatedBy", "relatedBy", by, most)


_COVERAGE = Selection((*fields("guid", "publishedAt", "updatedAt"), *_LINK, TOPICS))

COLLAPSING = Selection((*_OWN, *_linked(Selection((*_OWN, *_linked(_COVERAGE))))))
"""An article with all that can be on the same story, and with what can lead that."""

_INFO = PageInfo("pageInfo", fields("startCursor", "endCursor", "hasNextPage", "hasPreviousPage"))


def _stories(article: Selection) -> Page:
    return Page((Edges("edges", (Node("node", article),)), _INFO))


def _marked(article: Selection) -> Page:
    return Page((Edges("edges", (Cursor("cursor"), Node("node", article))),))


STORIES = {False: _stories(ENTRY), True: _stories(COLLAPSING)}
"""A part of a feed, and where it lies; by whether articles on one story become one entry."""

MARK = Page((Edges("edges", (Cursor("cursor"),)),))
"""Only where a story stands."""

MARKED = {False: _marked(ENTRY), True: _marked(COLLAPSING)}
"""A story, and where it stands; likewise."""

ENDS = Is("archiveEnd", "eq", True)
"""Fits articles that end an archive."""


_END = Edge("end", "end", Selection(fields("notice", "gone", "since")))


def of(subject: Subject, **asked: tuple[Page, Arguments]) -> Selection:
    """Ask for parts of a feed, and what its subject is called; `answered` takes them out.

    Args:
        subject: what the feed is of.
        asked: parts, each under its key; a filter in their arguments is one more.
    """
    own = None if subject.owner is not None else subject.filter
    articles = tuple(
        Edge(key, "articles", page, replace(arguments, filter=_both(own, arguments.filter)))
        for key, (page, arguments) in asked.items()
    )
    if subject.owner is None:
        return Selection((*_named(subject), *articles))
    kind, name = subject.owner
    if kind == "all":
        return Selection(articles)
    edge, by = FOUND_BY[kind]
    end = (_END,) if kind == "topics" else ()
    owner = Selection((*fields("name", "description", by), *end, *articles))
    return Selection((Edge("owner", edge, owner, Arguments(by=(by, name))),))


def answered(subject: Subject, answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what `of` asked for, by its keys; None where the feed's subject does not exist.

    The names of several topics and providers come under ``owners``, by kind and name.
    """
    if subject.owner is None:
        owners = [answer[_key(number)] for number, _ in enumerate(_names(subject))]
        if None in owners:
            return None
        called = (one["name"] for one in owners)
        return {**answer, "owners": dict(zip(_names(subject), called, strict=True))}
    return answer if subject.owner[0] == "all" else answer["owner"]


def _names(subject: Subject) -> list[tuple[Literal["topics", "providers"], str]]:
    topics = dict.fromkeys((*subject.topics, *subject.without))
    return [
        *(("topics", name) for name in topics),
        *(("providers", name) for name in subject.providers),
    ]


def _named(subject: Subject) -> list[Edge]:
    found = []
    for number, (kind, name) in enumerate(_names(subject)):
        edge, by = FOUND_BY[kind]
        asked = Arguments(by=(by, name))
        found.append(Edge(_key(number), edge, Selection(fields("name")), asked))
    return found


def _key(number: int) -> str:
    # A name is a value: as a key it would stand in the statement's text.
    return f"owner{number}"


def _both(one: Filter | None, other: Filter | None) -> Filter | None:
    if one is None or other is None:
        return one or other
    return AllOf((one, other))


def last_change(kind: Kind, name: str) -> Selection:
    """Ask when what a feed shows last changed."""
    whole = Selection(fields("revision", "changedAt", "wholeRevision"))
    feed = Selection((Edge("feed", "feed", whole),))
    if kind == "all":
        return Selection((Edge("owner", "store", feed),))
    edge, by = FOUND_BY[kind]
    return Selection((Edge("owner", edge, feed, Arguments(by=(by, name))),))
