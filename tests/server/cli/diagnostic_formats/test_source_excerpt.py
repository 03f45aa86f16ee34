"""Lines of files as they are shown below a diagnostic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from newsgraph.server.cli.diagnostic_formats.source_excerpt import excerpt_line

CHARACTERS = st.one_of(
    st.sampled_from("ab \té日本❤\ufe0f\u0301\u200d\u202e\x1b\x00\x85\xa0👩"), st.characters()
)


@pytest.mark.parametrize(
    ("line", "column", "text", "caret_offset"),
    [
        ("date: yesterday", 7, "date: yesterday", 6),
        ("date: ", 7, "date:", 6),
        ("\tdate:\tx", 8, "    date:   x", 12),
        ("a\tb", 2, "a   b", 1),
        ("日本: 語", 5, "日本: 語", 6),
        # A combining accent has no width, and a variation selector makes a heart wider.
        ("cafe\u0301: x", 8, "cafe\u0301: x", 6),
        ("❤\ufe0f: x", 5, "❤\ufe0f: x", 4),
        ("a\x1b[31mb", 7, r"a\x1b[31mb", 9),
        ("a\u202eb", 3, r"a\u202eb", 7),
        ("a\xa0b", 3, r"a\xa0b", 5),
    ],
)
def test_the_caret_is_under_the_column(line, column, text, caret_offset):
    """The offset counts cells of the terminal, not characters."""
    excerpt = excerpt_line(line, column, 60)
    assert (excerpt.text, excerpt.caret_offset) == (text, caret_offset)


@pytest.mark.parametrize(
    ("column", "text", "caret_offset"),
    [
        (1, "abcdefghijklmno…", 0),
        (9, "abcdefghijklmno…", 8),
        (13, "…fghijklmnopqrs…", 8),
        (26, "…lmnopqrstuvwxyz", 15),
        (27, "…mnopqrstuvwxyz", 15),
    ],
)
def test_a_long_line_is_cut_around_the_column(column, text, caret_offset):
    """What is left out is marked on its side; a caret behind the end needs a cell, too."""
    excerpt = excerpt_line("abcdefghijklmnopqrstuvwxyz", column, 16)
    assert (excerpt.text, excerpt.caret_offset) == (text, caret_offset)


@pytest.mark.parametrize(("line", "column"), [("", 1), (" \t", 2), ("abc", 5)])
def test_lines_that_show_nothing(line, column):
    """A blank line explains nothing, and a line without the column has been changed."""
    assert excerpt_line(line, column, 60) is None


def test_a_line_of_a_million_characters():
    """Only the part around the column is looked at."""
    excerpt = excerpt_line("x" * 500_000 + "!" + "y" * 500_000, 500_001, 60)
    assert excerpt.text[excerpt.caret_offset] == "!"
    assert cell_len(excerpt.text) <= 60


@given(st.text(CHARACTERS, max_size=60), st.integers(1, 61), st.integers(10, 50))
def test_excerpts_fit_and_have_no_control_characters(line, column, width):
    """Text and caret are within the width, whatever the line has."""
    excerpt = excerpt_line(line, column, width)
    if excerpt is None:
        assert column > len(line) + 1 or not line.strip()
        return
    assert excerpt.text.isprintable()
    assert cell_len(excerpt.text) <= width
    assert 0 <= excerpt.caret_offset < width


@given(st.text(st.sampled_from("ab\té日本❤👩"), min_size=1, max_size=60), st.data())
def test_the_caret_points_at_the_character(line, data):
    """What precedes the caret has the width of the offset, and the character is there."""
    column = data.draw(st.integers(1, len(line)))
    excerpt = excerpt_line(line, column, 30)
    if excerpt is not None and line[column - 1] != "\t":
        positions = [cell_len(excerpt.text[:index]) for index in range(len(excerpt.text))]
        index = positions.index(excerpt.caret_offset)
        assert excerpt.text[index] == line[column - 1]
