"""Which neighbours of a story are in the picture of its coverage, and who links to whom. Pure.

One story is one node, however often it is linked to and whether it links back. The story itself
has number 0; its neighbours count from 1, in the order of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from newsgraph.server.pages.graph.neighbours import key_of, moment, neighbours, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from newsgraph.server.pages.graph.neighbours import Key, Neighbour

MOST = 12
"""How many neighbours a picture has at most."""

MOST_ON_A_SIDE = 7
"""How many of them are earlier, and how many later, at most."""

MOST_AMONG = 24
"""How many links among neighbours are drawn at most; more would be a tangle."""

TINTS = 12
"""How many colours publishers are told apart by."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two stories by their numbers; `mutual` where each links to the other."""

    source: int
    target: int
    mutual: bool = False

    @property
    def ends(self) -> tuple[int, int]:
        """The numbers of both stories."""
        return self.source, self.target

    def sides(self, earlier: int) -> set[bool]:
        """Return on which sides its ends are, where so many are earlier; True is the later."""
        return {end > earlier for end in self.ends}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is around a story.

    Attributes:
        published: when the story itself was; None where nobody says.
        earlier, later: its neighbours in the picture, each side in the order of time. Those
            without a time come last among the later. Where the story itself has none, the first
            are those that it links to, and the others those that only link to it.
        links: between the story and its neighbours, one for each neighbour.
        among: links among the neighbours.
        rest: what else it links to, in the file's order.
    """

    published: datetime | None
    earlier: tuple[Neighbour, ...]
    later: tuple[Neighbour, ...]
    links: tuple[Link, ...]
    among: tuple[Link, ...]
    rest: tuple[Neighbour, ...]

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """Those in the picture; number 1 comes first."""
        return (*self.earlier, *self.later)


def coverage(article: Mapping[str, Any]) -> Coverage:
    """Return what is around an article.

    Args:
        article: as `server.pages.article_selection` asks for it: ``related`` are all its links,
            ``among`` the first of them with what their articles link to, ``linking`` those that
            link to it, the best first, with what they link to.
    """
    published = moment(article["publishedAt"])
    known = neighbours(article)
    chosen = _chosen(known, published)
    sides = [
        sorted(
            (key for key in chosen if _is_earlier(known[key], published) is early),
            key=lambda key: _by_time(known[key]),
        )
        for early in (True, False)
    ]
    numbers = {key: number for number, key in enumerate((*sides[0], *sides[1]), 1)}
    earlier, later = (tuple(known[key] for key in side) for side in sides)
    rest = tuple(one for key, one in known.items() if key not in numbers and one.linked)
    among = tuple(_among(article, numbers))
    links = tuple(_link(number, known[key]) for key, number in numbers.items())
    return Coverage(published, earlier, later, links, among, rest)


def tints(domains: Iterable[str | None]) -> dict[str | None, int]:
    """Give each publisher a colour, as a number below `TINTS`.

    A publisher mostly has the same in every picture; in one, no two share one while there are
    enough.
    """
    given: dict[str | None, int] = {}
    for domain in sorted({one for one in domains if one}):
        wanted = crc32(domain.encode("utf-8", "surrogatepass")) % TINTS
        places = ((wanted + step) % TINTS for step in range(TINTS))
        given[domain] = next((one for one in places if one not in given.values()), wanted)
    return given


def _chosen(known: Mapping[Key, Neighbour], published: datetime | None) -> list[Key]:
    """Choose who is in the picture: mutual links, then the archive's own, then by quality."""
    rooms = {True: MOST_ON_A_SIDE, False: MOST_ON_A_SIDE}
    chosen: set[Key] = set()
    for key in sorted(known, key=lambda key: _rank(known[key])):
        early = _is_earlier(known[key], published)
        if len(chosen) < MOST and rooms[early]:
            rooms[early] -= 1
            chosen.add(key)
    # In the order that they were found in, which is that of equals.
    return [key for key in known if key in chosen]


def _rank(one: Neighbour) -> tuple[bool, bool, int]:
    return not one.mutual, one.slug is None, -(one.quality or 0)


def _is_earlier(one: Neighbour, published: datetime | None) -> bool:
    if published is None:
        return one.linked
    if one.published is None or one.published == published:
        return False
    return one.published < published


def _by_time(one: Neighbour) -> tuple[bool, float]:
    return one.published is None, one.published.timestamp() if one.published else 0.0


def _link(number: int, one: Neighbour) -> Link:
    source, target = (0, number) if one.linked else (number, 0)
    return Link(source, target, one.mutual)


def _among(article: Mapping[str, Any], numbers: Mapping[Key, int]) -> Iterator[Link]:
    """Yield the links among neighbours; the shortest ones where there are too many."""
    asked = [one["article"] for one in article["among"] if one["article"]]
    pairs = {
        (source, target)
        for one in (*nodes(article["linking"]), *asked)
        if (source := numbers.get(key_of(one, one)))
        for link in one["related"]
        if (target := numbers.get(key_of(link, link["article"]))) and target != source
    }
    lines = sorted(
        (pair for pair in pairs if pair[::-1] not in pairs or pair[0] < pair[1]),
        key=lambda pair: (abs(pair[0] - pair[1]), pair),
    )
    for source, target in lines[:MOST_AMONG]:
        yield Link(source, target, (target, source) in pairs)
