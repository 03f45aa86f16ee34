"""The picture of a story's coverage as its template shows it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newsgraph.server.pages.graph.layout import Drawing, gap, leads, narrow, wide
from newsgraph.server.pages.graph.select import tints
from newsgraph.server.pages.relative_time import apart
from newsgraph.server.urls import page_path

if TYPE_CHECKING:
    from datetime import datetime

    from newsgraph.server.pages.graph.neighbours import Neighbour
    from newsgraph.server.pages.graph.select import Coverage


@dataclass(frozen=True, slots=True)
class Card:
    """A neighbour as its card shows it.

    Attributes:
        number: its own in the coverage.
        story: the neighbour.
        href: where it leads: our own page, else where it appeared, else a search for it.
        leads: ``own``, ``elsewhere`` or ``search``, likewise.
        when: how much earlier or later it is, in words; empty where nobody knows.
        tint: its publisher's colour; None where nobody knows the publisher.
        initials: its publisher's, for where there is no picture.
        gap: which gap is above it, where its column begins above; None on top of a side.
        large: whether it has a large picture.
    """

    number: int
    story: Neighbour
    href: str
    leads: str
    when: str
    tint: int | None
    initials: str
    gap: int
    large: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """The picture: its cards by side, and both forms of its lines.

    Attributes:
        earlier, later: the cards.
        headings: what the sides are called.
        gap: which gap is above the story itself in the narrow form.
        drawings: the wide form and the narrow one.
        rest: what else the story links to.
    """

    earlier: tuple[Card, ...]
    later: tuple[Card, ...]
    headings: tuple[str, str]
    gap: int
    drawings: tuple[Drawing, Drawing]
    rest: tuple[Card, ...]

    @property
    def tint_of(self) -> dict[int, int | None]:
        """The colours of the cards by their numbers, which their lines have too."""
        return {card.number: card.tint for card in (*self.earlier, *self.later)}

    @property
    def leading(self) -> set[str]:
        """Where its cards lead, for the legend."""
        return {card.leads for card in (*self.earlier, *self.later)}


def figure(coverage: Coverage, prefix: str, *, pictures: bool) -> Figure | None:
    """Return the picture, or None where there is nothing around the story.

    Args:
        coverage: what is around it.
        prefix: what the paths of our own pages begin with.
        pictures: whether publishers' pictures are shown.
    """
    if not coverage.neighbours:
        return None
    colours = tints(one.domain for one in (*coverage.neighbours, *coverage.rest))
    large = leads(coverage) if pictures else frozenset()
    cards: list[Card] = []
    last: datetime | None = None

    def card(number: int, one: Neighbour, above: datetime | None) -> Card:
        href, kind = _target(one, prefix)
        return Card(
            number,
            one,
            href,
            kind,
            _when(one.published, coverage.published),
            colours.get(one.domain),
            initials(one.provider or ""),
            gap(above, one.published),
            number in large,
        )

    middle = len(coverage.earlier)
    for number, one in enumerate(coverage.neighbours, 1):
        if number == middle + 1:
            last = coverage.published
        cards.append(card(number, one, last))
        last = one.published
    above = coverage.earlier[-1].published if coverage.earlier else None
    return Figure(
        tuple(cards[:middle]),
        tuple(cards[middle:]),
        _headings(coverage),
        gap(above, coverage.published),
        (wide(coverage, large), narrow(coverage)),
        tuple(card(0, one, None) for one in coverage.rest),
    )


def initials(name: str) -> str:
    """Return the first letters of at most two words of a name, without its article."""
    words = [word for word in name.split() if word[0].isalnum()]
    if len(words) > 1 and words[0].lower() == "the":
        words = words[1:]
    return "".join(word[0].upper() for word in words[:2])


def _headings(coverage: Coverage) -> tuple[str, str]:
    if coverage.published is None:
        return "Linked from here", "Links here"
    undated = [one.published is None for one in coverage.later]
    later = "Later" if not any(undated) else "Undated" if all(undated) else "Later or undated"
    return "Earlier", later


_WORD = re.compile(r"\w{1,40}")
_WORDS = 6


def _target(one: Neighbour, prefix: str) -> tuple[str, str]:
    if one.slug is not None:
        return f"{prefix}{page_path('articles', one.slug)}", "own"
    if one.url is not None:
        return one.url, "elsewhere"
    # Some words are enough, and signs would mean something to the search.
    words = " ".join(_WORD.findall(one.title)[:_WORDS])
    return f"{prefix}/search?{urlencode({'q': words})}", "search"


def _when(time: datetime | None, of: datetime | None) -> str:
    if time is None:
        return ""
    return time.date().isoformat() if of is None else apart(time, of)
