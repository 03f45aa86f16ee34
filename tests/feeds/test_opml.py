"""OPML 2.0 as the programs that import subscriptions want it."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsgraph.feeds import Outline, render_opml

ANY_TEXT = st.text(st.characters(exclude_categories=()))
OUTLINES = st.recursive(
    st.builds(
        Outline,
        ANY_TEXT,
        st.none() | ANY_TEXT.map("https://a.example/".__add__),
        st.none() | ANY_TEXT,
        st.none() | ANY_TEXT,
    ),
    lambda inner: st.builds(Outline, ANY_TEXT, children=st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)


def test_golden(golden):
    """Two feeds in a group, one beside it."""
    topic = Outline(
        title="AI & Machines",
        children=(
            Outline(
                "AI (RSS)", "https://news.example/feeds/topics/ai.rss", "https://news.example/"
            ),
            Outline("AI\n(Atom)", "https://news.example/feeds/topics/ai.atom"),
        ),
    )
    everything = Outline(
        title="Everything",
        xml_url="https://news.example/feeds/all of it.rss?a=1&b=2",
        html_url="https://news.example/",
        description="All <news> & more",
    )
    golden("feeds.opml.xml", render_opml("News & feeds", [topic, everything]))


def test_a_feed_without_a_title_goes_by_its_address():
    """OPML requires a text for every outline."""
    [outline] = etree.fromstring(render_opml("t", [Outline(" ", "https://a.example/f")]))[1]
    assert outline.get("text") == "https://a.example/f"


def test_a_list_of_nothing():
    """No outlines is an empty body, not a failure."""
    assert len(etree.fromstring(render_opml("t", [])).find("body")) == 0


def shape(outlines):
    """Count an outline's children, theirs, and so on down."""
    return [shape(outline) for outline in outlines]


@given(ANY_TEXT, st.lists(OUTLINES, max_size=3))
def test_any_text_gives_well_formed_opml(title, outlines):
    """Whatever the texts are, the document parses and has the same shape."""
    root = etree.fromstring(render_opml(title, outlines))
    expected = shape_of(outlines)
    assert shape(root.find("body")) == expected


def shape_of(outlines):
    """Count like ``shape``, in the values."""
    return [shape_of(outline.children) for outline in outlines]
