"""The sanitiser drops what XML 1.0 refuses, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsgraph.feeds.text import clean, one_line

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
def test_clean(dirty, expected):
    """Each kind of refused character goes; tabs, newlines and the rest stay."""
    assert clean(dirty) == expected


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("  a\n\t b\r\n\r\nc ", "a b c"),
        ("« a »", "« a »"),
        ("\x0b \x00", ""),
    ],
)
def test_one_line(dirty, expected):
    """White space becomes single blanks, but a no-break space is kept."""
    assert one_line(dirty) == expected


@given(ANY_TEXT)
def test_clean_text_survives_xml(text):
    """Any text, once clean, goes through an XML document and back unchanged."""
    element = etree.Element("t")
    element.text = clean(text)
    assert (etree.fromstring(etree.tostring(element)).text or "") == clean(text)


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text):
    """Text that is clean already comes back as it is."""
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)
