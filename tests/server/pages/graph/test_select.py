"""Who is in the picture of a story's coverage."""

from __future__ import annotations

import pytest
from hypothesis import given

from newsgraph.server.pages.graph.select import (
    MOST,
    MOST_AMONG,
    MOST_ON_A_SIDE,
    TINTS,
    Link,
    coverage,
    tints,
)
from tests.server.pages.around import ARTICLES, article, link, linked, linking, page


def at(time):
    """A time of 12 March 2021."""
    return {"publishedAt": f"2021-03-12T{time}:00Z"}


@given(ARTICLES)
def test_every_neighbour_is_one_node(said):
    """Whatever links to what, and how often: no story twice, and never the story itself."""
    found = coverage(said)
    known = [*found.neighbours, *found.rest]
    own = [one.slug for one in known if one.slug is not None]
    assert len(own) == len(set(own))
    assert said["slug"] not in own
    assert all(one.linked or one.links_here for one in known)
    assert len(found.neighbours) <= MOST
    assert max(len(found.earlier), len(found.later)) <= MOST_ON_A_SIDE
    expected = {one["article"]["slug"] for one in said["related"] if one["article"] is not None} | {
        edge["node"]["slug"] for edge in said["linking"]["edges"]
    }
    if len(found.neighbours) < min(MOST, MOST_ON_A_SIDE):
        assert set(own) == expected - {said["slug"]}


@given(ARTICLES)
def test_sides_are_in_the_order_of_time(said):
    """What is earlier is earlier than the story, too; without its time the sides are the links'."""
    found = coverage(said)
    for side in (found.earlier, found.later):
        times = [one.published for one in side]
        dated = [time for time in times if time is not None]
        assert times == sorted(dated) + [None] * (len(times) - len(dated))
    if found.published is None:
        assert all(one.linked for one in found.earlier)
        assert not any(one.linked for one in found.later)
    else:
        assert all(one.published < found.published for one in found.earlier)
        assert all(one.published is None or one.published >= found.published for one in found.later)


@given(ARTICLES)
def test_links_join_stories_in_the_picture(said):
    """Each neighbour has one with the story, and two neighbours have one at most."""
    found = coverage(said)
    numbers = range(1, len(found.neighbours) + 1)
    assert [max(one.ends) for one in found.links] == list(numbers)
    for one, neighbour in zip(found.links, found.neighbours, strict=True):
        assert min(one.ends) == 0
        assert one.mutual == (neighbour.linked and neighbour.links_here)
        assert one.mutual or (one.source == 0) == neighbour.linked
    assert len({frozenset(one.ends) for one in found.among}) == len(found.among) <= MOST_AMONG
    assert all(one.source != one.target for one in found.among)
    assert all(set(one.ends) <= set(numbers) for one in found.among)


def test_a_link_back_is_known_from_what_is_linked_to():
    """An article that links back may not be among the best of all that link here."""
    said = article(
        related=[link(None, "b")],
        among=[{"article": {"slug": "b", "related": [linked("this", None)]}}],
    )
    assert coverage(said).links == (Link(0, 1, mutual=True),)


def test_who_is_in_the_picture():
    """First whoever links both ways, then the archive's own, then the best."""
    poor = [link(f"https://x.example/{n}", quality=n, **at("13:00")) for n in range(9)]
    said = article(
        related=[
            *poor,
            link(None, "own", quality=1, **at("14:00")),
            link(None, "both", **at("15:00")),
        ],
        linking=page([linking("both")]),
    )
    found = coverage(said)
    assert [one.title for one in found.later] == [
        *(f"https://x.example/{n}" for n in range(4, 9)),
        "own",
        "both",
    ]
    assert [one.quality for one in found.rest] == [0, 1, 2, 3]


def test_links_among_neighbours():
    """From either list, both ways merged; what is not in the picture is left out."""
    a = [linked("c", None), linked(None, "https://x.example/"), linked("far", None)]
    said = article(
        related=[link(None, "a", **at("09:00")), link("https://x.example/", **at("10:00"))],
        among=[{"article": {"slug": "a", "related": a}}, {"article": None}],
        linking=page([linking("c", linked("a", None), linked("c", None), **at("13:00"))]),
    )
    assert coverage(said).among == (Link(1, 2), Link(1, 3, mutual=True))


@pytest.mark.parametrize("number", [1, TINTS, TINTS + 5])
def test_publishers_are_told_apart(number):
    """No two share a colour while there are enough."""
    domains = [f"p{one}.example" for one in range(number)]
    given_ = tints([*domains, None])
    assert set(given_) == set(domains)
    assert len(set(given_.values())) == min(number, TINTS)
