"""Markdown bodies are rendered as HTML without anything harmful."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.markdown import (
    MAX_FOOTNOTE_MARKS,
    markdown_to_html,
    render_markdown,
)

HARMLESS = {
    "": "",
    "*a* and **b**": "<p><em>a</em> and <strong>b</strong></p>\n",
    "~~gone~~": "<p><del>gone</del></p>\n",
    "# A\n\n- b\n- c": "<h1>A</h1>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>\n",
    "a & b < c": "<p>a &amp; b &lt; c</p>\n",
    "<b>raw</b>": "<p><b>raw</b></p>\n",
    "<https://a.org>": '<p><a href="https://a.org" rel="noopener noreferrer">https://a.org</a></p>\n',
    "![a](b.png)": '<p><img src="b.png" alt="a"></p>\n',
    "[a]\n\n[a]: <https://a.org>": '<p><a href="https://a.org" rel="noopener noreferrer">'
    "a</a></p>\n",
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


EXTENSIONS = {
    "a\n: b\n": "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>\n",
    "> [!TIP]\n> a\n": '<div class="markdown-alert markdown-alert-tip">\n'
    '<p class="markdown-alert-title">Tip</p>\n<p>a</p>\n</div>\n',
    "> [!TIP] Hear\n> a\n": '<div class="markdown-alert markdown-alert-tip">\n'
    '<p class="markdown-alert-title">Hear</p>\n<p>a</p>\n</div>\n',
    "https://a.example/b.\n": '<p><a href="https://a.example/b">https://a.example/b</a>.</p>\n',
    "www.a.example\n": '<p><a href="http://www.a.example">www.a.example</a></p>\n',
    "**「港」**は\n": "<p><strong>「港」</strong>は</p>\n",
    "a\\\nb  \nc\nd\n": "<p>a<br />\nb<br />\nc\nd</p>\n",
    '"a" -- b... (c)\n': "<p>&quot;a&quot; -- b... (c)</p>\n",
    "a[^1]\n": "<p>a[^1]</p>\n",
}


@pytest.mark.parametrize(("body", "html"), EXTENSIONS.items())
def test_extensions(body, html):
    """Definition lists, alerts, bare URLs and emphasis in languages without spaces."""
    assert render_markdown(body) == html


LARGE = {
    "a table": ("|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n" + "|x|\n" * 3_000, "<table>"),
    "many footnotes": ("a[^1] " * (MAX_FOOTNOTE_MARKS + 1) + "\n\n[^1]: b\n", "<section"),
    "many URLs": ("<http://a" * 20_000, "<a "),
}


@pytest.mark.parametrize(("body", "tag"), LARGE.values(), ids=LARGE)
def test_large_bodies(body, tag):
    """What would take long, or become much larger, is rendered without the extension."""
    html = render_markdown(body)
    assert tag not in html
    assert len(html) < 20 * len(body)


def test_many_urls_in_words_of_their_own():
    """They are links."""
    assert render_markdown("https://a.example/b\n" * 5_000).count("<a href=") == 5_000


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
