"""The view model of an article's graph: what its template renders. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newsgraph.server.pages.graph.layout import (
    GraphLayout,
    gap_index,
    large_cards,
    narrow_layout,
    wide_layout,
)
from newsgraph.server.pages.graph.select import assign_colors
from newsgraph.server.pages.relative_time import format_relative_time
from newsgraph.server.urls import page_path

if TYPE_CHECKING:
    from datetime import datetime

    from newsgraph.server.pages.graph.neighbors import Neighbor
    from newsgraph.server.pages.graph.select import StoryGraph


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a neighbor.

    Attributes:
        number: the neighbor's number in the graph; 0 if it is not in the graph.
        neighbor: the neighbor.
        href: URL of its page on this site, else where it was published, else of a search for it.
        link_kind: ``own``, ``elsewhere`` or ``search``, in the order of `href`; a CSS class.
        relative_time: when it was published relative to the article, in words; '' if unknown.
        color: its publisher's color from `assign_colors`; None if the publisher is unknown.
        initials: its publisher's initials, which are shown without an image.
        gap_index: index in `layout.GAPS` of the gap above the card, if it is not the first.
        is_large: whether it has a large image.
    """

    number: int
    neighbor: Neighbor
    href: str
    link_kind: str
    relative_time: str
    color: int | None
    initials: str
    gap_index: int
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class GraphFigure:
    """The figure with the graph of an article.

    Attributes:
        earlier, later: cards on both sides of the article.
        headings: headings of both sides.
        gap_index: index in `layout.GAPS` of the gap above the article in the narrow layout.
        layouts: the wide layout and the narrow one.
        other_cards: stories that the article links to and that are not in the graph.
    """

    earlier: tuple[Card, ...]
    later: tuple[Card, ...]
    headings: tuple[str, str]
    gap_index: int
    layouts: tuple[GraphLayout, GraphLayout]
    other_cards: tuple[Card, ...]

    @property
    def colors(self) -> dict[int, int | None]:
        """The colors of cards and of their lines, by number."""
        return {card.number: card.color for card in (*self.earlier, *self.later)}

    @property
    def link_kinds(self) -> set[str]:
        """The kinds of links that its cards have, for the legend."""
        return {card.link_kind for card in (*self.earlier, *self.later)}


def build_figure(graph: StoryGraph, path_prefix: str, *, show_images: bool) -> GraphFigure | None:
    """Build the figure of an article's graph; return None if the article has no neighbors.

    Args:
        graph: the graph.
        path_prefix: prefix of the paths of the site's pages.
        show_images: whether pages load the publishers' images.
    """
    if not graph.neighbors:
        return None
    colors = assign_colors(
        neighbor.provider_domain for neighbor in (*graph.neighbors, *graph.other_linked_stories)
    )
    large = large_cards(graph) if show_images else frozenset()
    cards: list[Card] = []
    previous: datetime | None = None

    def build_card(number: int, neighbor: Neighbor, time_above: datetime | None) -> Card:
        href, link_kind = _link_of(neighbor, path_prefix)
        return Card(
            number,
            neighbor,
            href,
            link_kind,
            _format_time(neighbor.published_at, graph.published_at),
            colors.get(neighbor.provider_domain),
            initials(neighbor.provider_name or ""),
            gap_index(time_above, neighbor.published_at),
            number in large,
        )

    earlier_count = len(graph.earlier)
    for number, neighbor in enumerate(graph.neighbors, 1):
        if number == earlier_count + 1:
            previous = graph.published_at
        cards.append(build_card(number, neighbor, previous))
        previous = neighbor.published_at
    last_earlier = graph.earlier[-1].published_at if graph.earlier else None
    return GraphFigure(
        tuple(cards[:earlier_count]),
        tuple(cards[earlier_count:]),
        _headings(graph),
        gap_index(last_earlier, graph.published_at),
        (wide_layout(graph, large), narrow_layout(graph)),
        tuple(build_card(0, neighbor, None) for neighbor in graph.other_linked_stories),
    )


def initials(name: str) -> str:
    """Return the initials of a name's first two words, ignoring a leading article."""
    words = [word for word in name.split() if word[0].isalnum()]
    if len(words) > 1 and words[0].lower() == "the":
        words = words[1:]
    return "".join(word[0].upper() for word in words[:2])


def _headings(graph: StoryGraph) -> tuple[str, str]:
    if graph.published_at is None:
        return "Linked from here", "Links here"
    is_undated = [neighbor.published_at is None for neighbor in graph.later]
    if not any(is_undated):
        return "Earlier", "Later"
    return "Earlier", "Undated" if all(is_undated) else "Later or undated"


_WORD = re.compile(r"\w{1,40}")
_MAX_SEARCH_WORDS = 6


def _link_of(neighbor: Neighbor, path_prefix: str) -> tuple[str, str]:
    """Return the URL that a neighbor's card links to, and the kind of the link."""
    if neighbor.slug is not None:
        return f"{path_prefix}{page_path('articles', neighbor.slug)}", "own"
    if neighbor.url is not None:
        return neighbor.url, "elsewhere"
    # A few words are enough, and punctuation has a meaning in searches.
    words = " ".join(_WORD.findall(neighbor.title)[:_MAX_SEARCH_WORDS])
    return f"{path_prefix}/search?{urlencode({'q': words})}", "search"


def _format_time(time: datetime | None, reference: datetime | None) -> str:
    """Return a time in words relative to another; its date if the other one is unknown."""
    if time is None:
        return ""
    if reference is None:
        return time.date().isoformat()
    return format_relative_time(time, reference)
