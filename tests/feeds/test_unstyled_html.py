"""Bodies read well without a style sheet."""

from __future__ import annotations

import pytest

from newsgraph.feeds.unstyled_html import unstyled


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<li><input type="checkbox" disabled="" checked=""> a</li>', "<li>☑ a</li>"),
        ('<li><input disabled="" type="checkbox"> a</li>', "<li>☐ a</li>"),
        ('<input type="checkbox" aria-label="not checked">', "☐"),
        ('<input type="text">', '<input type="text">'),
        (
            '<div><p class="markdown-alert-title">Note <i>a</i></p>\n<p>b</p></div>',
            (
                '<div><p class="markdown-alert-title"><strong>Note <i>a</i></strong></p>\n'
                "<p>b</p></div>"
            ),
        ),
        (
            '<pre><code><span class="k">if</span>\n <span class="n">a</span></code></pre>',
            "<pre><code>if\n a</code></pre>",
        ),
        (
            '<p><span dir="rtl">a</span></p><pre>b</pre>',
            '<p><span dir="rtl">a</span></p><pre>b</pre>',
        ),
        ('<bdo dir="rtl">a</bdo><bdi>b</bdi>', '<span dir="rtl">a</span><bdi>b</bdi>'),
        (
            '<section class="footnotes"><ol></ol></section>',
            '<hr><section class="footnotes"><ol></ol></section>',
        ),
        ("<section>a</section>", "<section>a</section>"),
        (
            'type="checkbox" &lt;input type="checkbox"&gt;',
            'type="checkbox" &lt;input type="checkbox"&gt;',
        ),
    ],
)
def test_unstyled(html, expected):
    """Check boxes are characters, titles bold, code plain, and a line is above footnotes."""
    assert unstyled(html) == expected
