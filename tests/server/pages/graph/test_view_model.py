"""The view model of the graph: cards, gaps and links."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given

from newsgraph.server.pages.graph.layout import (
    CARD_HEIGHT,
    GAPS,
    HEADING_HEIGHT,
    LARGE_CARD_HEIGHT,
)
from newsgraph.server.pages.graph.select import COLOR_COUNT, build_story_graph
from newsgraph.server.pages.graph.view_model import build_figure, initials
from tests.server.pages.graph_data import ARTICLES, article, link


@given(ARTICLES)
def test_gaps_of_cards_agree_with_the_layouts(article_data):
    """Cards stacked with their gaps, as the style sheet does it, are where the layouts say."""
    figure = build_figure(build_story_graph(article_data), "", show_images=True)
    if figure is None:
        return
    wide, narrow = figure.layouts
    column = [
        *((card.number, card.gap_index) for card in figure.earlier),
        (0, figure.gap_index),
        *((card.number, card.gap_index) for card in figure.later),
    ]
    y = 0
    for position, (number, gap_index) in enumerate(column):
        y += GAPS[gap_index] if position else 0
        assert narrow.boxes[number].top == y
        y += CARD_HEIGHT
    assert narrow.height == y
    for side in filter(None, (figure.earlier, figure.later)):
        heights = [LARGE_CARD_HEIGHT if card.is_large else CARD_HEIGHT for card in side]
        gaps = sum(GAPS[card.gap_index] for card in side[1:])
        total_height = HEADING_HEIGHT + sum(heights) + gaps
        y = (wide.height - total_height) / 2 + HEADING_HEIGHT
        for position, (card, height) in enumerate(zip(side, heights, strict=True)):
            y += GAPS[card.gap_index] if position else 0
            assert wide.boxes[card.number].top == y
            assert wide.boxes[card.number].height == height
            y += height


@given(ARTICLES)
def test_every_card_has_a_link(article_data):
    """It leads to the page on this site, else to the story's URL, else to a search."""
    graph = build_story_graph(article_data)
    figure = build_figure(graph, "/archive", show_images=False)
    if figure is None:
        assert not article_data["related"] or graph.neighbors == ()
        return
    for card in chain(figure.earlier, figure.later, figure.other_cards):
        prefixes = {"own": "/archive/articles/own-", "search": "/archive/search?q="}
        assert card.href.startswith(prefixes.get(card.link_kind, ("https://", "http://")))
        assert (card.link_kind == "own") == (card.neighbor.slug is not None)
        assert not card.is_large
        assert card.color is None or 0 <= card.color < COLOR_COUNT


def test_there_is_no_figure_without_neighbors():
    """The graph would have a single node."""
    assert build_figure(build_story_graph(article()), "", show_images=True) is None


def test_cards_have_dates_if_the_article_has_no_time():
    """Without a time of the article, nothing is earlier or later than it."""
    related = [link("https://x.example/", publishedAt="2021-03-12T08:00:00Z"), link()]
    graph = build_story_graph(article(publishedAt=None, related=related))
    figure = build_figure(graph, "", show_images=True)
    assert [card.relative_time for card in figure.earlier] == ["2021-03-12", ""]


@pytest.mark.parametrize(
    ("name", "expected"),
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
def test_initials(name, expected):
    """Initials are of the first two words, without "The" and punctuation."""
    assert initials(name) == expected
