"""The picture of a story's coverage: nothing is on top of anything, and lines go where they say."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given

from newsgraph.server.pages.graph import layout
from newsgraph.server.pages.graph.layout import gap, leads, narrow, wide
from newsgraph.server.pages.graph.select import MOST, TINTS, coverage
from tests.server.pages.around import ARTICLES, article, link

CSS = Path(layout.__file__).parents[2] / "static" / "pages.css"
NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def drawings(said):
    """Both forms, with the coverage that they are of."""
    found = coverage(said)
    return found, (wide(found, leads(found)), narrow(found))


@given(ARTICLES)
def test_cards_do_not_overlap(said):
    """Each neighbour has a place of its own within the picture, and so has the story."""
    found, forms = drawings(said)
    for form in forms:
        assert len(form.boxes) == len(found.neighbours) + 1
        for box in form.boxes:
            assert 0 <= box.left < box.left + box.width <= form.width
            assert 0 <= box.top < box.top + box.height <= form.height
        for one, other in combinations(form.boxes, 2):
            assert (
                one.left + one.width <= other.left
                or other.left + other.width <= one.left
                or one.top + one.height <= other.top
                or other.top + other.height <= one.top
            )


@given(ARTICLES)
def test_time_goes_down_and_to_the_right(said):
    """In the order of the coverage, with the story between what is earlier and what is later."""
    found, (columns, column) = drawings(said)
    middle = len(found.earlier)
    order = [*range(1, middle + 1), 0, *range(middle + 1, len(found.neighbours) + 1)]
    tops = [column.boxes[number].top for number in order]
    assert tops == sorted(tops)
    for side in (range(1, middle + 1), range(middle + 1, len(columns.boxes))):
        tops = [columns.boxes[number].top for number in side]
        assert tops == sorted(tops)
    for number, box in enumerate(columns.boxes[1:], 1):
        assert (box.left > columns.boxes[0].left) == (number > middle)


@given(ARTICLES)
def test_lines_join_the_cards_that_they_say(said):
    """They touch the sides of these, and all of a line is within the picture."""
    found, forms = drawings(said)
    for form in forms:
        assert {line.link for line in form.lines} == set(found.links)
        assert {line.link for line in form.fine} == set(found.among)
        for line in (*form.lines, *form.fine):
            for number, end in zip(line.link.ends, line.ends, strict=True):
                box = form.boxes[number]
                assert end.x in (box.left, box.left + box.width)
                assert box.top <= end.y <= box.top + box.height
            assert line.heads.count("z") == 1 + line.link.mutual
            start, *_ = map(float, NUMBERS.findall(line.path))
            assert abs(start - line.ends[0].x) <= layout.OUTER
            for x in xs(line.path):
                assert 0 <= x <= form.width


@given(ARTICLES)
def test_lines_share_no_place_on_a_card(said):
    """Else one could not see whose arrow it is."""
    _, forms = drawings(said)
    for form in forms:
        ends = [end for line in (*form.lines, *form.fine) for end in line.ends]
        assert len(set(ends)) == len(ends)


@given(ARTICLES)
def test_lines_do_not_run_through_cards(said):
    """In the narrow form they stay beside the column; in the wide one they pass the story."""
    _, (columns, column) = drawings(said)
    for line in (*column.lines, *column.fine):
        assert all(x <= column.left or x >= column.right for x in xs(line.path))
    story = columns.boxes[0]
    for line in columns.fine:
        left, right = sorted(end.x for end in line.ends)
        if left < story.left and story.left + story.width < right:
            level = float(re.search(r" (\S+)H", line.path)[1])
            assert not story.top <= level <= story.top + story.height
            assert 0 <= level <= columns.height


def xs(path):
    """All x of a path of the commands M, C, Q, H and V: curves stay among their points."""
    found = []
    for command, rest in re.findall(r"([MCQHV])([^MCQHV]*)", path):
        numbers = list(map(float, NUMBERS.findall(rest)))
        found += {"H": numbers, "V": []}.get(command, numbers[::2])
    return found


@pytest.mark.parametrize(
    ("hours", "number"), [(0, 0), (11, 0), (13, 1), (-13, 1), (71, 1), (73, 2), (9000, 2)]
)
def test_gaps_grow_with_time(hours, number):
    """A story of the next week is further away than one of the same hour."""
    one = coverage(article()).published
    assert gap(one, one.fromtimestamp(one.timestamp() + hours * 3600, one.tzinfo)) == number
    assert gap(one, None) == gap(None, one) == 0


def test_the_best_of_a_side_is_large():
    """Where one is better than all others there, and has a picture."""
    image = {"images": [{"url": "https://i.example/"}]}
    early, late = {"publishedAt": "2021-03-11T00:00:00Z"}, {"publishedAt": "2021-03-13T00:00:00Z"}
    related = [
        link("https://x.example/1", quality=5, **early, **image),
        link("https://x.example/2", quality=9, **early, **image),
        link("https://x.example/3", quality=9, **late, **image),
        link("https://x.example/4", quality=9, **late, **image),
    ]
    found = coverage(article(related=related))
    assert leads(found) == {2}
    assert wide(found, leads(found)).boxes[2].height == layout.LEAD


def test_the_style_sheet_puts_cards_where_lines_are_drawn():
    """The two are written in two places, in different units."""
    css = CSS.read_text("utf-8")
    card, lead, story, heading = (
        f"{number / 16:g}em" for number in (layout.CARD, layout.LEAD, layout.STORY, layout.HEADING)
    )
    across = (layout.OUTER, layout.SIDE, layout.GUTTER, layout.MIDDLE)
    outer, side, gutter, middle = (f"{number / 16:g}em" for number in across)
    left, right = (f"{number / 16:g}em" for number in (layout.LEFT, layout.RIGHT))
    for rule in (
        rf"\n\.card {{[^}}]* height: {card};",
        rf"\n  \.card\.large {{ height: {lead};",
        rf"\n  \.picture \.here {{ height: {story};",
        rf"\n  \.side h3 {{[^}}]* height: {heading};",
        rf"/ {outer} {side} {gutter} {middle} {gutter} {side} {outer};",
        rf"/ {middle} {gutter} {side} {outer};",
        rf"/ {outer} {side} {gutter} {middle};",
        rf"grid-template-columns: {left} minmax\(0, 1fr\) {right};",
        " ".join(
            rf"\.g{number} {{ margin-top: {units / 16:g}em; }}".replace(" 0.", r" \.")
            for number, units in enumerate(layout.GAPS)
        ),
    ):
        assert re.search(rule, css), rule


def test_the_style_sheet_has_every_colour_and_every_card():
    """Those beyond what it has would be without a colour, and light up nothing."""
    css = CSS.read_text("utf-8")
    for tint in range(TINTS + 1):
        assert (f".t{tint} {{ --hue" in css) is (tint < TINTS)
    for number in range(1, MOST + 2):
        assert (f".n{number}:is(:hover" in css) is (number <= MOST)
        assert (f".e{number} {{" in css or f".e{number}," in css) is (number <= MOST)
