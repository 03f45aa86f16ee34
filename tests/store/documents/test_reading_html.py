"""Stored HTML is sanitized again where it is read, and keeps what imports leave."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from newsgraph.store.documents.reading_html import ReadingSanitizer

SANITIZER = ReadingSanitizer(
    classes={"p": {"embed"}, "span": {"k"}},
    attribute_values={"a": {"data-embed": {"frame"}}},
    checkboxes=True,
)


def sanitize(html, sanitizer=SANITIZER):
    """Sanitize HTML whose relative URLs are resolved against a site."""
    return sanitizer.sanitize(html, lambda url: None if url == "no" else f"https://a.example/{url}")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p id="a" dir="rtl" lang="he" title="b" align="center">x</p>', None),
        ('<table><tbody><tr><td align="right" colspan="2">x</td></tr></tbody></table>', None),
        ("<dl><dt>a</dt><dd>b</dd></dl><section>c</section>", None),
        ('<figure><img src="https://b.example/c" alt="d" width="1" height="2"></figure>', None),
        ('<p class="embed x">a</p>', '<p class="embed">a</p>'),
        ('<div class="embed">a</div>', "<div>a</div>"),
        ('<p class="x">a</p>', "<p>a</p>"),
        ('<p style="color: red" onclick="x" data-embed="frame">a</p>', "<p>a</p>"),
        ("<script>a</script><style>b</style><iframe>c</iframe>", "c"),
        (
            '<a href="x" data-embed="frame">a</a>',
            '<a href="https://a.example/x" data-embed="frame">a</a>',
        ),
        ('<a href="no" data-embed="script">a</a>', "<a>a</a>"),
        ('<a href="mailto:a@b.example">a</a><a href="tel:+1">b</a>', None),
        ('<a href="javascript:a">a</a><a href="ftp:1">b</a>', "<a>a</a><a>b</a>"),
        ('<input type="text" value="a" name="b" checked="">', '<input checked="" type="checkbox">'),
        ("<pre>  a\n\tb  </pre><pre>\n\n  c</pre>", None),
        ("<pre>\na</pre>", None),
    ],
)
def test_what_remains(html, expected):
    """Attributes of stored HTML remain, and blanks of code; nothing that a browser would run."""
    sanitized = sanitize(html).replace(' rel="noopener noreferrer"', "")
    assert sanitized == (html if expected is None else expected)
    assert sanitize(sanitized).replace(' rel="noopener noreferrer"', "") == sanitized


def test_optional_elements():
    """A sanitizer can leave out elements, and has neither classes nor check boxes by default."""
    html = '<p class="embed"><input type="checkbox">a<img src="b"></p>'
    assert sanitize(html, ReadingSanitizer(without_tags={"img"})) == "<p>a</p>"


def test_threads_have_resolvers_of_their_own():
    """Feeds are rendered in threads, with one sanitizer."""

    def run(number):
        html = '<a href="x">a</a>' * 50
        result = SANITIZER.sanitize(html, lambda url: f"https://a.example/{number}/{url}")
        return result.count(f"https://a.example/{number}/x")

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(200))) == {50}


@pytest.mark.process
def test_the_order_of_attributes_is_always_the_same():
    """Equal bodies give equal bytes in every process: hashes of their parts differ."""
    program = (
        "from newsgraph.server.pages.body import render_body\n"
        "from tests.store.stored_bodies import BODIES\n"
        "html = ''.join(BODIES.values())\n"
        "print(ascii(render_body(html, 'https://a.example/', 'https://b.example',"
        " show_images=True)))"
    )
    command = [sys.executable, "-c", program]
    outputs = {subprocess.check_output(command, timeout=60, text=True) for _ in range(4)}
    (output,) = outputs
    assert 'loading="lazy"' in output
