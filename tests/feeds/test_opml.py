"""OPML 2.0 lists are as programs that import subscriptions require."""

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
    """A group of two feeds followed by a feed equals the golden file."""
    topic = Outline(
        title="AI & Machines",
        children=(
            Outline(
                "AI (RSS)", "https://news.example/feeds/topics/ai.rss", "https://news.example/"
            ),
            Outline("AI\n(Atom)", "https://news.example/feeds/topics/ai.atom"),
        ),
    )
    all_articles = Outline(
        title="Everything",
        xml_url="https://news.example/feeds/all of it.rss?a=1&b=2",
        html_url="https://news.example/",
        description="All <news> & more",
    )
    golden("feeds.opml.xml", render_opml("News & feeds", [topic, all_articles]))


def test_feed_without_title_uses_its_url():
    """OPML requires a text for every outline, so a blank title becomes the feed's URL."""
    [outline] = etree.fromstring(render_opml("t", [Outline(" ", "https://a.example/f")]))[1]
    assert outline.get("text") == "https://a.example/f"


def test_empty_list():
    """Without outlines the body is empty."""
    assert len(etree.fromstring(render_opml("t", [])).find("body")) == 0


def element_tree(elements):
    """Return the nesting of XML elements as nested lists."""
    return [element_tree(element) for element in elements]


@given(ANY_TEXT, st.lists(OUTLINES, max_size=3))
def test_any_text_gives_well_formed_opml(title, outlines):
    """With any texts the document is well-formed and has the same nesting as the outlines."""
    root = etree.fromstring(render_opml(title, outlines))
    assert element_tree(root.find("body")) == outline_tree(outlines)


def outline_tree(outlines):
    """Return the nesting of outlines as nested lists."""
    return [outline_tree(outline.children) for outline in outlines]
