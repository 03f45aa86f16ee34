"""The layouts of the graph: cards do not overlap, and lines connect the right cards."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given

from newsgraph.server.pages.graph import layout
from newsgraph.server.pages.graph.layout import (
    gap_index,
    large_cards,
    narrow_layout,
    wide_layout,
)
from newsgraph.server.pages.graph.select import COLOR_COUNT, MAX_NEIGHBORS, build_story_graph
from tests.server.pages.graph_data import ARTICLES, article, link

STYLE_SHEET = Path(layout.__file__).parents[2] / "static" / "pages.css"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def build_layouts(article_data):
    """Return the graph of an article with its wide and its narrow layout."""
    graph = build_story_graph(article_data)
    return graph, (wide_layout(graph, large_cards(graph)), narrow_layout(graph))


@given(ARTICLES)
def test_cards_do_not_overlap(article_data):
    """The article and each neighbor have a box within the bounds of the layout."""
    graph, layouts = build_layouts(article_data)
    for graph_layout in layouts:
        assert len(graph_layout.boxes) == len(graph.neighbors) + 1
        for box in graph_layout.boxes:
            assert 0 <= box.left < box.left + box.width <= graph_layout.width
            assert 0 <= box.top < box.top + box.height <= graph_layout.height
        for box, other in combinations(graph_layout.boxes, 2):
            assert (
                box.left + box.width <= other.left
                or other.left + other.width <= box.left
                or box.top + box.height <= other.top
                or other.top + other.height <= box.top
            )


@given(ARTICLES)
def test_cards_are_in_chronological_order(article_data):
    """Time runs from top to bottom and, in the wide layout, from left to right."""
    graph, (wide, narrow) = build_layouts(article_data)
    earlier_count = len(graph.earlier)
    earlier = range(1, earlier_count + 1)
    later = range(earlier_count + 1, len(graph.neighbors) + 1)
    tops = [narrow.boxes[number].top for number in (*earlier, 0, *later)]
    assert tops == sorted(tops)
    for side in (earlier, later):
        tops = [wide.boxes[number].top for number in side]
        assert tops == sorted(tops)
    for number, box in enumerate(wide.boxes[1:], 1):
        assert (box.left > wide.boxes[0].left) == (number > earlier_count)


@given(ARTICLES)
def test_lines_connect_the_cards_of_their_links(article_data):
    """They end at the sides of the cards, and stay within the bounds of the layout."""
    graph, layouts = build_layouts(article_data)
    for graph_layout in layouts:
        assert {path.link for path in graph_layout.link_paths} == set(graph.links)
        assert {path.link for path in graph_layout.cross_link_paths} == set(graph.cross_links)
        for path in (*graph_layout.link_paths, *graph_layout.cross_link_paths):
            for number, end_point in zip(path.link.nodes, path.end_points, strict=True):
                box = graph_layout.boxes[number]
                assert end_point.x in (box.left, box.left + box.width)
                assert box.top <= end_point.y <= box.top + box.height
            assert path.marker_path.count("z") == 1 + path.link.is_mutual
            start_x, *_ = map(float, NUMBER.findall(path.path))
            assert abs(start_x - path.end_points[0].x) <= layout.OUTER_MARGIN
            for x in x_coordinates(path.path):
                assert 0 <= x <= graph_layout.width


@given(ARTICLES)
def test_lines_share_no_end_point(article_data):
    """Otherwise one could not see which line an arrowhead belongs to."""
    _, layouts = build_layouts(article_data)
    for graph_layout in layouts:
        paths = (*graph_layout.link_paths, *graph_layout.cross_link_paths)
        end_points = [end_point for path in paths for end_point in path.end_points]
        assert len(set(end_points)) == len(end_points)


@given(ARTICLES)
def test_lines_do_not_cross_cards(article_data):
    """In the narrow layout they are beside the column; in the wide one they bypass the article."""
    _, (wide, narrow) = build_layouts(article_data)
    for path in (*narrow.link_paths, *narrow.cross_link_paths):
        assert all(
            x <= narrow.column_left or x >= narrow.column_right for x in x_coordinates(path.path)
        )
    story = wide.boxes[0]
    for path in wide.cross_link_paths:
        left, right = sorted(end_point.x for end_point in path.end_points)
        if left < story.left and story.left + story.width < right:
            y_at_story = float(re.search(r" (\S+)H", path.path)[1])
            assert not story.top <= y_at_story <= story.top + story.height
            assert 0 <= y_at_story <= wide.height


def x_coordinates(path):
    """Return all x coordinates in path data of the commands M, C, Q, H and V.

    Curves stay within the convex hull of their control points, so these are enough.
    """
    coordinates = []
    for command, arguments in re.findall(r"([MCQHV])([^MCQHV]*)", path):
        numbers = list(map(float, NUMBER.findall(arguments)))
        coordinates += {"H": numbers, "V": []}.get(command, numbers[::2])
    return coordinates


@pytest.mark.parametrize(
    ("hours", "expected"), [(0, 0), (11, 0), (13, 1), (-13, 1), (71, 1), (73, 2), (9000, 2)]
)
def test_gaps_grow_with_time(hours, expected):
    """The gap is larger after half a day and after three days, and smallest without a time."""
    time = build_story_graph(article()).published_at
    other = time.fromtimestamp(time.timestamp() + hours * 3600, time.tzinfo)
    assert gap_index(time, other) == expected
    assert gap_index(time, None) == gap_index(None, time) == 0


def test_the_best_neighbor_of_a_side_has_a_large_card():
    """This requires an image, and that no other neighbor of the side is as good."""
    image = {"images": [{"url": "https://i.example/"}]}
    early, late = {"publishedAt": "2021-03-11T00:00:00Z"}, {"publishedAt": "2021-03-13T00:00:00Z"}
    related = [
        link("https://x.example/1", quality=5, **early, **image),
        link("https://x.example/2", quality=9, **early, **image),
        link("https://x.example/3", quality=9, **late, **image),
        link("https://x.example/4", quality=9, **late, **image),
    ]
    graph = build_story_graph(article(related=related))
    assert large_cards(graph) == {2}
    assert wide_layout(graph, large_cards(graph)).boxes[2].height == layout.LARGE_CARD_HEIGHT


def test_lengths_in_the_style_sheet_equal_those_of_the_layout():
    """The style sheet positions the cards with the same lengths, in em."""
    css = STYLE_SHEET.read_text("utf-8")
    card, large_card, story, heading = (
        f"{length / 16:g}em"
        for length in (
            layout.CARD_HEIGHT,
            layout.LARGE_CARD_HEIGHT,
            layout.STORY_HEIGHT,
            layout.HEADING_HEIGHT,
        )
    )
    margin, side, gutter, middle = (
        f"{length / 16:g}em"
        for length in (
            layout.OUTER_MARGIN,
            layout.SIDE_WIDTH,
            layout.GUTTER_WIDTH,
            layout.STORY_WIDTH,
        )
    )
    left, right = (f"{length / 16:g}em" for length in (layout.LEFT_MARGIN, layout.RIGHT_MARGIN))
    for rule in (
        rf"\n\.card {{[^}}]* height: {card};",
        rf"\n  \.card\.large {{ height: {large_card};",
        rf"\n  \.picture \.here {{ height: {story};",
        rf"\n  \.side h3 {{[^}}]* height: {heading};",
        rf"/ {margin} {side} {gutter} {middle} {gutter} {side} {margin};",
        rf"/ {middle} {gutter} {side} {margin};",
        rf"/ {margin} {side} {gutter} {middle};",
        rf"grid-template-columns: {left} minmax\(0, 1fr\) {right};",
        " ".join(
            rf"\.g{index} {{ margin-top: {length / 16:g}em; }}".replace(" 0.", r" \.")
            for index, length in enumerate(layout.GAPS)
        ),
    ):
        assert re.search(rule, css), rule


def test_the_style_sheet_has_all_colors_and_card_numbers():
    """It has neither more nor fewer colors and rules for hovered cards than the graph needs."""
    css = STYLE_SHEET.read_text("utf-8")
    for color in range(COLOR_COUNT + 1):
        assert (f".t{color} {{ --hue" in css) is (color < COLOR_COUNT)
    for number in range(1, MAX_NEIGHBORS + 2):
        is_number = number <= MAX_NEIGHBORS
        assert (f".n{number}:is(:hover" in css) is is_number
        assert (f".e{number} {{" in css or f".e{number}," in css) is is_number
