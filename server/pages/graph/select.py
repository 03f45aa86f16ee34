"""Selects the nodes and links of an article's graph. Pure.

Each story is one node, however many links it has. The page's article is node 0; its neighbors
are numbered from 1 in chronological order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from newsgraph.server.pages.graph.neighbors import find_neighbors, nodes_of, parse_time, story_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from newsgraph.server.pages.graph.neighbors import Neighbor, StoryKey

MAX_NEIGHBORS = 12
"""Maximum number of neighbors in a graph."""

MAX_NEIGHBORS_PER_SIDE = 7
"""Maximum number of earlier neighbors, and of later ones."""

MAX_CROSS_LINKS = 24
"""Maximum number of links among neighbors; more could not be told apart."""

COLOR_COUNT = 12
"""Number of colors for publishers, as many as the style sheet has."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two nodes.

    Attributes:
        source, target: numbers of the nodes.
        is_mutual: whether the target links to the source, too.
    """

    source: int
    target: int
    is_mutual: bool = False

    @property
    def nodes(self) -> tuple[int, int]:
        """The numbers of source and target."""
        return self.source, self.target

    def sides(self, earlier_count: int) -> set[bool]:
        """Return the sides of the graph that the link touches; True is the later side.

        Args:
            earlier_count: number of neighbors on the earlier side.
        """
        return {node > earlier_count for node in self.nodes}


@dataclass(frozen=True, slots=True)
class StoryGraph:
    """The neighbors and links of an article.

    Attributes:
        published_at: when the article was published; None if unknown.
        earlier, later: neighbors on both sides of the article, each in chronological order.
            Neighbors without a time come last on the later side. If the article itself has no
            time, the earlier side has the stories that it links to, and the later side those
            that only link to it.
        links: the links between the article and its neighbors, one for each neighbor.
        cross_links: the links among the neighbors.
        other_linked_stories: stories that the article links to and that are not in the graph, in
            the order of the article's links.
    """

    published_at: datetime | None
    earlier: tuple[Neighbor, ...]
    later: tuple[Neighbor, ...]
    links: tuple[Link, ...]
    cross_links: tuple[Link, ...]
    other_linked_stories: tuple[Neighbor, ...]

    @property
    def neighbors(self) -> tuple[Neighbor, ...]:
        """The neighbors in the graph by number; node 1 comes first."""
        return (*self.earlier, *self.later)


def build_story_graph(article: Mapping[str, Any]) -> StoryGraph:
    """Build the graph of an article.

    Args:
        article: result of `article_page_selection.select_article`. Its ``related`` are all links,
            ``linkedArticles`` the first of them with the links of the linked articles, and
            ``linkingArticles`` the best articles that link to it, with their links.
    """
    published_at = parse_time(article["publishedAt"])
    candidates = find_neighbors(article)
    selected = _select_neighbors(candidates, published_at)
    sides = [
        sorted(
            (key for key in selected if _is_earlier(candidates[key], published_at) is is_earlier),
            key=lambda key: _time_order(candidates[key]),
        )
        for is_earlier in (True, False)
    ]
    numbers = {key: number for number, key in enumerate((*sides[0], *sides[1]), 1)}
    earlier, later = (tuple(candidates[key] for key in side) for side in sides)
    other_linked_stories = tuple(
        neighbor
        for key, neighbor in candidates.items()
        if key not in numbers and neighbor.is_link_target
    )
    cross_links = tuple(_cross_links(article, numbers))
    links = tuple(_link_with(number, candidates[key]) for key, number in numbers.items())
    return StoryGraph(published_at, earlier, later, links, cross_links, other_linked_stories)


def assign_colors(domains: Iterable[str | None]) -> dict[str | None, int]:
    """Assign a color, as a number below `COLOR_COUNT`, to each publisher.

    A publisher has the same color in most graphs, as it depends on a hash of its domain. Within
    a graph, no two publishers share a color while there are enough of them.

    Args:
        domains: the publishers' domains; None is ignored.
    """
    colors: dict[str | None, int] = {}
    for domain in sorted({domain for domain in domains if domain}):
        preferred = crc32(domain.encode("utf-8", "surrogatepass")) % COLOR_COUNT
        alternatives = ((preferred + step) % COLOR_COUNT for step in range(COLOR_COUNT))
        used = colors.values()
        colors[domain] = next((color for color in alternatives if color not in used), preferred)
    return colors


def _select_neighbors(
    candidates: Mapping[StoryKey, Neighbor], published_at: datetime | None
) -> list[StoryKey]:
    """Select the graph's neighbors: mutual links first, then archived articles, then by quality."""
    free_slots = {True: MAX_NEIGHBORS_PER_SIDE, False: MAX_NEIGHBORS_PER_SIDE}
    selected: set[StoryKey] = set()
    for key in sorted(candidates, key=lambda key: _rank(candidates[key])):
        is_earlier = _is_earlier(candidates[key], published_at)
        if len(selected) < MAX_NEIGHBORS and free_slots[is_earlier]:
            free_slots[is_earlier] -= 1
            selected.add(key)
    # In the original order, which later sorting preserves for neighbors of the same time.
    return [key for key in candidates if key in selected]


def _rank(neighbor: Neighbor) -> tuple[bool, bool, int]:
    return not neighbor.is_mutual, neighbor.slug is None, -(neighbor.quality or 0)


def _is_earlier(neighbor: Neighbor, published_at: datetime | None) -> bool:
    if published_at is None:
        return neighbor.is_link_target
    if neighbor.published_at is None or neighbor.published_at == published_at:
        return False
    return neighbor.published_at < published_at


def _time_order(neighbor: Neighbor) -> tuple[bool, float]:
    if neighbor.published_at is None:
        return True, 0.0
    return False, neighbor.published_at.timestamp()


def _link_with(number: int, neighbor: Neighbor) -> Link:
    source, target = (0, number) if neighbor.is_link_target else (number, 0)
    return Link(source, target, neighbor.is_mutual)


def _cross_links(article: Mapping[str, Any], numbers: Mapping[StoryKey, int]) -> Iterator[Link]:
    """Yield the links among neighbors, between close numbers first, up to the maximum."""
    linked = [link["article"] for link in article["linkedArticles"] if link["article"]]
    pairs = {
        (source, target)
        for neighbor in (*nodes_of(article["linkingArticles"]), *linked)
        if (source := numbers.get(story_key(neighbor, neighbor)))
        for link in neighbor["related"]
        if (target := numbers.get(story_key(link, link["article"]))) and target != source
    }
    # Of the two pairs of a mutual link only one is drawn.
    drawn = sorted(
        (pair for pair in pairs if pair[::-1] not in pairs or pair[0] < pair[1]),
        key=lambda pair: (abs(pair[0] - pair[1]), pair),
    )
    for source, target in drawn[:MAX_CROSS_LINKS]:
        yield Link(source, target, (target, source) in pairs)
