"""No body, however it is written, gets a script or an unknown URL into the HTML that is served."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.bodies.context import BodyContext
from newsgraph.store.bodies.links import LINK_SCHEMES
from newsgraph.store.bodies.render import render_body
from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.html import BODY_TAGS
from tests.hypothesis_profiles import scale_examples
from tests.store.bodies.mutated_bodies import bodies

CONTEXT = BodyContext("posts/a.md", KINDS["plain"], page_path="/articles/posts/a")
ATTRIBUTES = {
    *("align", "alt", "aria-label", "checked", "class", "data-embed", "dir"),
    *("disabled", "height", "href", "hreflang", "id", "lang", "reversed", "src", "start", "title"),
    *("type", "value", "width", "cite", "colspan", "rowspan", "datetime", "span", "headers"),
    *("scope", "char", "charoff", "size", "open"),
}
URLS = {"href", "src"}
SCHEMES = {*LINK_SCHEMES, "newsgraph-site"}


class SafetyChecker(HTMLParser):
    """Fails for a tag, an attribute or a scheme that is not among those that are served."""

    def handle_starttag(self, tag, attrs):
        """Check a tag."""
        assert tag in BODY_TAGS
        for name, value in attrs:
            assert name in ATTRIBUTES
            scheme = re.match(r"\s*([a-zA-Z][\w+.-]*):", value or "")
            assert name not in URLS or scheme is None or scheme[1].lower() in SCHEMES
        if tag == "input":
            assert dict(attrs)["type"] == "checkbox"


@pytest.mark.slow
@settings(max_examples=scale_examples(300))
@given(bodies(), st.booleans())
def test_bodies_are_safe(body, is_html):
    """They render without an error, and to elements, attributes and URLs of the lists above."""
    html = render_body(body, CONTEXT, is_html=is_html).html
    checker = SafetyChecker()
    checker.feed(html)
    checker.close()
    # Marks of attribute lists in Markdown.
    assert is_html or not re.search("[\ufdd0\ufdd1]", html)


@pytest.mark.slow
@settings(max_examples=scale_examples(100))
@given(bodies())
def test_rendering_is_deterministic(body):
    """The same body gives the same HTML."""
    assert render_body(body, CONTEXT).html == render_body(body, CONTEXT).html
