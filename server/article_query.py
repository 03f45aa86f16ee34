"""What a feed is of, from its address and back: each subject has one address, and one id."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from newsgraph.server.urls import Kind, encoded, feed_path
from newsgraph.store.documents.identity import topic_slug
from newsgraph.store.documents.urls import domain
from newsgraph.store.query.filter import AllOf, Filter, Is, Not

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_NAMES = 20
"""How many topics, or providers, one feed may be of."""

MOST_LETTERS = 500
"""How long the words of a search may be together."""

_NUMBER = re.compile(r"-?[0-9]{1,9}")


class NoSubject(Exception):
    """An address that no feed can have; the message tells what it should be like."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The articles that a feed is of.

    Attributes:
        topics: slugs, sorted.
        every: whether an article has to be about all of several topics; else about any.
        providers: domains, sorted; by any of them.
        words: that articles have to have.
        quality: the least that they may have.
        without: slugs of topics that they must not be about, sorted.
        collapse: whether articles on one story become one entry.
    """

    topics: tuple[str, ...] = ()
    every: bool = False
    providers: tuple[str, ...] = ()
    words: str = ""
    quality: int | None = None
    without: tuple[str, ...] = ()
    collapse: bool = False

    @property
    def owner(self) -> tuple[Kind, str] | None:
        """What it is of, if that is everything, or just one topic or provider."""
        if self.words or self.quality is not None or self.without:
            return None
        match self.topics, self.providers:
            case (), ():
                return "all", ""
            case (topic,), ():
                return "topics", topic
            case (), (provider,):
                return "providers", provider
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """The slugs of all topics that it tells of."""
        return (*self.topics, *self.without)

    def renamed(self, called: Mapping[str, str]) -> Subject:
        """Return it with the slugs that its topics have now.

        Args:
            called: the new slug of each of its `names`.
        """
        topics = tuple(sorted({called[slug] for slug in self.topics}))
        without = tuple(sorted({called[slug] for slug in self.without}))
        every = self.every and len(topics) > 1
        return replace(self, topics=topics, every=every, without=without)

    @property
    def filter(self) -> Filter:
        """What fits it, as the store is asked."""
        parts: list[Filter] = []
        if self.topics:
            parts.append(Is("topics", "all" if self.every else "any", self.topics))
        if self.providers:
            parts.append(Is("providers", "in", self.providers))
        if self.words:
            parts.append(Is("text", "matches", self.words))
        if self.quality is not None:
            parts.append(Is("quality", "gte", self.quality))
        if self.without:
            parts.append(Not(Is("topics", "any", self.without)))
        return AllOf(tuple(parts))

    @property
    def id(self) -> str:
        """The subject's part of its feeds' id: their address without format, host and window."""
        path, query = self._path_and_query()
        return f"{path}?{query}" if query else path

    def address(self, suffix: str, **window: str) -> str:
        """Return the one address of a feed, below the site.

        Args:
            suffix: the format's.
            window: which part of the feed, as a parameter of the address.
        """
        path, query = self._path_and_query()
        more = "&".join(f"{name}={quote(value, safe='')}" for name, value in window.items())
        query = "&".join(part for part in (query, more) if part)
        return f"{path}.{suffix}{f'?{query}' if query else ''}"

    def _path_and_query(self) -> tuple[str, str]:
        topics, providers = _joined(self.topics, every=self.every), ",".join(self.providers)
        told: list[tuple[str, str]] = []
        if self.words or self.quality is not None:
            path = "/feeds/search"
            told += [("q", quote(self.words, safe=""))] if self.words else []
            told += [("topic", encoded(topics, "+,"))] if topics else []
            told += [("provider", encoded(providers, ","))] if providers else []
            told += [("quality", str(self.quality))] if self.quality is not None else []
        elif topics and providers:
            path = f"{feed_path('topics', topics)}/providers/{encoded(providers, ',')}"
        elif topics or providers:
            path = feed_path("topics" if topics else "providers", topics or providers)
        else:
            path = feed_path("all", "")
        if self.without:
            told.append(("without", encoded(",".join(self.without), ",")))
        if self.collapse:
            told.append(("collapse", "1"))
        return path, "&".join(f"{name}={value}" for name, value in told)


def of_path(topics: str | None, providers: str | None, query: str) -> Subject:
    """Return what a feed is of that is named by its path.

    Args:
        topics: slugs or names of topics, joined by ``+`` (all of them) or ``,`` (any of them).
        providers: domains, joined by ``,``.
        query: of the address.

    Raises:
        NoSubject: no feed can be of that.
    """
    slugs, every = _topics(topics or "")
    domains = _providers([providers or ""])
    if (topics is not None and not slugs) or (providers is not None and not domains):
        raise NoSubject("This address names no topic or no provider.")
    told = _parameters(query)
    return Subject(
        slugs,
        every,
        domains,
        without=_without(told),
        collapse=_collapse(told),
    )


def of_search(query: str) -> Subject:
    """Return what a feed is of that is named by the parameters of an address.

    ``q`` is words, ``topic`` and ``provider`` are as in `of_path` and may come several times,
    ``quality`` is the least rating. What is not known says nothing.

    Raises:
        NoSubject: no feed can be of that.
    """
    told = _parameters(query)
    words = " ".join(" ".join(told.get("q", ())).split())
    if len(words) > MOST_LETTERS:
        raise NoSubject(f"Search for at most {MOST_LETTERS} letters.")
    # In a query a plus is a blank.
    slugs, every = _topics("+".join("+".join(one.split()) for one in told.get("topic", ())))
    return Subject(
        slugs,
        every,
        _providers(told.get("provider", ())),
        words,
        _quality(told),
        _without(told),
        _collapse(told),
    )


def _parameters(query: str) -> Mapping[str, list[str]]:
    told: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        told.setdefault(name, []).append(value)
    return told


def _topics(said: str) -> tuple[tuple[str, ...], bool]:
    if "+" in said and "," in said:
        raise NoSubject("Join topics by + (all of them) or by a comma (any of them), not by both.")
    slugs = _several("topics", (topic_slug(one) for one in re.split("[+,]", said) if one.strip()))
    return slugs, "+" in said and len(slugs) > 1


def _providers(said: Iterable[str]) -> tuple[str, ...]:
    names = (one for part in said for one in part.split(",") if one.strip())
    return _several("providers", map(_domain, names))


def _domain(said: str) -> str:
    if (found := domain(said)) is None:
        raise NoSubject(f"{said!r} is no publisher's domain.")
    return found


def _several(what: str, names: Iterable[str]) -> tuple[str, ...]:
    found = tuple(sorted(set(names)))
    if len(found) > MOST_NAMES:
        raise NoSubject(f"A feed can be of at most {MOST_NAMES} {what}.")
    return found


def _quality(told: Mapping[str, list[str]]) -> int | None:
    if not (said := told.get("quality")):
        return None
    if not _NUMBER.fullmatch(said[-1]):
        raise NoSubject(f"quality has to be a whole number such as 70, not {said[-1]!r}.")
    return int(said[-1])


def _without(told: Mapping[str, list[str]]) -> tuple[str, ...]:
    said = ",".join(told.get("without", ()))
    return _several("topics", (topic_slug(one) for one in said.split(",") if one.strip()))


def _collapse(told: Mapping[str, list[str]]) -> bool:
    return told.get("collapse", ["0"])[-1] not in ("0", "")


def _joined(names: tuple[str, ...], *, every: bool) -> str:
    return ("+" if every else ",").join(names)


def is_address(address: str, path: str, query: str) -> bool:
    """Tell whether a request is to an address, however that is encoded.

    Args:
        address: below the site.
        path: of the request, decoded.
        query: of the request.
    """
    own_path, _, own_query = address.partition("?")
    told, own = (parse_qsl(one, keep_blank_values=True) for one in (query, own_query))
    return (path, told) == (unquote(own_path), own)
