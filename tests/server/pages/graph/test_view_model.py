"""The picture as its template shows it."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given

from newsgraph.server.pages.graph.layout import CARD, GAPS, HEADING, LEAD
from newsgraph.server.pages.graph.select import TINTS, coverage
from newsgraph.server.pages.graph.view_model import figure, initials
from tests.server.pages.around import ARTICLES, article, link


@given(ARTICLES)
def test_the_template_leaves_the_gaps_that_lines_are_drawn_for(said):
    """Cards stand where the style sheet puts them: one below the other, with their gaps."""
    shown = figure(coverage(said), "", pictures=True)
    if shown is None:
        return
    columns, column = shown.drawings
    stack = [
        *((card.number, card.gap) for card in shown.earlier),
        (0, shown.gap),
        *((card.number, card.gap) for card in shown.later),
    ]
    y = 0
    for place, (number, gap) in enumerate(stack):
        y += GAPS[gap] if place else 0
        assert column.boxes[number].top == y
        y += CARD
    assert column.height == y
    for side in filter(None, (shown.earlier, shown.later)):
        heights = [LEAD if card.large else CARD for card in side]
        total = HEADING + sum(heights) + sum(GAPS[card.gap] for card in side[1:])
        y = (columns.height - total) / 2 + HEADING
        for place, (card, height) in enumerate(zip(side, heights, strict=True)):
            y += GAPS[card.gap] if place else 0
            assert columns.boxes[card.number].top == y
            assert columns.boxes[card.number].height == height
            y += height


@given(ARTICLES)
def test_every_node_leads_on(said):
    """To our page, else to where the story appeared, else to a search for it."""
    shown = figure(coverage(said), "/archive", pictures=False)
    if shown is None:
        assert not said["related"] or coverage(said).neighbours == ()
        return
    for card in chain(shown.earlier, shown.later, shown.rest):
        begins = {"own": "/archive/articles/own-", "search": "/archive/search?q="}
        assert card.href.startswith(begins.get(card.leads, ("https://", "http://")))
        assert (card.leads == "own") == (card.story.slug is not None)
        assert not card.large
        assert card.tint is None or 0 <= card.tint < TINTS


def test_without_neighbours_there_is_no_picture():
    """A picture of one story says nothing."""
    assert figure(coverage(article()), "", pictures=True) is None


def test_times_where_the_story_has_none():
    """Nothing is earlier or later than that: the day is said."""
    related = [link("https://x.example/", publishedAt="2021-03-12T08:00:00Z"), link()]
    shown = figure(coverage(article(publishedAt=None, related=related)), "", pictures=True)
    assert [card.when for card in shown.earlier] == ["2021-03-12", ""]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("VentureBeat", "V"),
        ("The Verge", "V"),
        ("The", "T"),
        ("süddeutsche Zeitung", "SZ"),
        ("The New York Times", "NY"),
        ("& Co", "C"),
        ("الجزيرة", "ا"),
        (" ", ""),
        ("…", ""),
    ],
)
def test_initials(name, letters):
    """They stand where no picture is."""
    assert initials(name) == letters
