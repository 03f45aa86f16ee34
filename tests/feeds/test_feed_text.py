"""Cleaning a text removes what XML 1.0 does not allow, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsgraph.feeds.text import clean_line, clean_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("a\x00b\x0bc\x0cd\x1fe", "abcde"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufffeb\uffffc\U0001fffed", "abcd"),
        ("a\x7fb\x80c\x9fd", "abcd"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc\x85d", "a\nb\nc\nd"),
        ("  a  b \u2003", "a  b"),
        ("\ufffd \u00a0« é »\u00a0! 🧵", "\ufffd \u00a0« é »\u00a0! 🧵"),
    ],
)
def test_clean_text(dirty, expected):
    """Each kind of invalid character is removed; tabs, newlines and other characters stay."""
    assert clean_text(dirty) == expected


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("  a\n\t b\r\n\r\nc ", "a b c"),
        ("« a »", "« a »"),
        ("\x0b \x00", ""),
    ],
)
def test_clean_line(dirty, expected):
    """Runs of whitespace become one space, but a no-break space stays."""
    assert clean_line(dirty) == expected


@given(ANY_TEXT)
def test_clean_text_survives_xml(text):
    """Any cleaned text is unchanged after being written to and parsed from XML."""
    element = etree.Element("t")
    element.text = clean_text(text)
    assert (etree.fromstring(etree.tostring(element)).text or "") == clean_text(text)


@given(ANY_TEXT)
def test_cleaning_is_idempotent(text):
    """Cleaned text is returned unchanged."""
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)
