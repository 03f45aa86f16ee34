"""Excerpts become plain text, and bodies have summaries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.frontmatter import parse_document
from newsgraph.store.documents.plain_text import (
    MAX_SUMMARY_CHARACTERS,
    decode_entities,
    plain_text,
    summarize,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>It <em>opened</em>, says the <a href='/'>town</a>.</p>", "It opened, says the town."),
        ("<P>One</P><p>two</p><br/>three", "One two three"),
        ("**Bold**, *it*, `code` and [a link](/x)", "Bold, it, code and a link"),
        ("one&#2;two &#x7f;", "onetwo"),
        ("<b>one&#2;two</b>", "onetwo"),
        ("It&#8217;s &amp;quot;here&amp;quot; &nbsp;now", 'It’s "here" \xa0now'),
        ("a < b and b > c", "a < b and b > c"),
        ("List<String> and x<y>z", "List<String> and x<y>z"),
        ("2 * 3 * 4, snake_case_name, # no heading", "2 * 3 * 4, snake_case_name, # no heading"),
        ("1. No list", "1. No list"),
        ("See [the plan] and\n[costs][c].\n\n[the plan]: /a\n[c]: /b", "See the plan and costs."),
        ("[Update]: soon", "[Update]: soon"),
        ("<script>alert(1)</script>Text", "Text"),
        ("With `<b>`, <i>not</i> `x`.", "With <b>, not x."),
        ("A `tick <b>bold</b>\nnext` line.", "A `tick bold next` line."),
        ("", ""),
    ],
)
def test_plain_text(text, expected):
    """Tags, inline Markdown and entities become text; everything else stays."""
    assert plain_text(text) == expected


@given(st.text("ab <>&;*_`[]()/p#1\n", max_size=60))
def test_any_text(text):
    """No text raises an exception; only entities and code are tags, and a summary is short."""
    assert "<p>" not in plain_text(text) or "&" in text or "`" in text
    assert isinstance(decode_entities(text), str)
    assert summarize(text) is None or len(summarize(text)) <= MAX_SUMMARY_CHARACTERS + 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("The bridge *opened*\ntoday.\n\nThe mayor cut a ribbon.", "The bridge opened today."),
        ("# Heading\n\n![picture](a.png)\n\n- item\n\n> quote\n\nText.", "Text."),
        ("One.\n\nTwo.\n\n<!--more-->\n\nThree.", "One. Two."),
        ("One.\n\n<!-- truncate -->\nTwo.", "One."),
        ("One.\n\nTwo. <!--more-->Three.", "One. Two."),
        ("<!-- comment -->\nOne.\n\nTwo.", "One."),
        ("# Head\n\n## Part\n\nOne.\n\n<!-- more -->\n\nTwo.", "Part One."),
        ("# Head\n\n<!-- more -->\n\nTwo.", "Two."),
        ("One.\n\n{/* truncate */}\n\nTwo.", "One."),
        ("import A from 'a'\n\n{{< figure >}}\n\n{% include x %}\n\nText.", "Text."),
        ("A [link][1] and [two].\n\nMore.\n\n[1]: /a\n[two]: /b", "A link and two."),
        ("A [link][B\n c].\n\n[b  C]: /a\n[b c]: <", "A link."),
        ("# Head\nfirst\n\nsecond", "first"),
        ("Head\n---\nfirst\n\nsecond", "first"),
        ("<!--more-->\n\nrest", "rest"),
        ("`<!--more-->` inline\n\nsecond", "<!--more--> inline"),
        ("import taxes rise\n\nsecond", "import taxes rise"),
        ("import A from 'b'\n\nIntro.\n\n{/* truncate */}\n\nRest.", "Intro."),
        ("```\ncode\n```\n\nText.", "Text."),
        ("    code\n\nText.", "Text."),
        ("## Head\n\n- *one*\n- two\n\n## Head\n\n1. three", "one two"),
        ("See [it].\n\n<pre>\n```</pre>\n\n[it]: /it", "See it."),
        ("> quote\n\n![picture](a.png)", "quote"),
        ("Text[^1].\n\n[^1]: A footnote.", "Text."),
        ("Our [plan].\n\n<!--more-->\n\n[plan]: /plan", "Our plan."),
        ("", None),
        ("![picture](a.png)", None),
        ('"Low tide." ![picture](a.png)', '"Low tide."'),
        ("word " * 200, " ".join(["word"] * 100) + " …"),
    ],
)
def test_summary(body, expected):
    """The summary is the text above the separator, or the first paragraph."""
    assert summarize(body) == expected


@pytest.mark.parametrize("part", ["[a](", "`a", "**a "])
def test_long_excerpts_stay_as_they_are(part):
    """An excerpt of many thousand characters is not read as Markdown."""
    text = (part * 70_000).strip()
    assert plain_text(text) == text


def test_summary_of_many_blocks_with_many_link_definitions():
    """Only the definitions that a block uses are rendered with it."""
    definitions = "".join(f"[{number}]: /{number}\n" for number in range(8000))
    body = "## [x]\n\n" * 18 + "A [link][7].\n\n" + definitions
    assert summarize(body) == "A link."


def test_summary_of_a_long_block():
    """Its start is enough, whatever its lines are."""
    item = "* [`0a1b2c`](https://code.example/commit/0a1b2c) mend the *pier*\n"
    summary = summarize(item * 300)
    assert summary.startswith("0a1b2c mend the pier 0a1b2c mend the pier")
    assert summarize(item * 50_000) == summary
    assert summarize("word " * 100_000) == summarize("word " * 1_000)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<img data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript>', None),
        ('One <NOSCRIPT><img src="/a.jpg"></NOSCRIPT > two.', "One two."),
        ("<iframe><a href='/1'>Watch</a></iframe>\n\nText.", "Text."),
        ("<video>Your browser plays <object>none</object>.</video>\n\nText.", "Text."),
        ("The <audio> and <video> elements", "The and elements"),
        ("`<video>` ends with `</video>`.", "<video> ends with </video>."),
    ],
)
def test_summary_without_fallbacks(body, expected):
    """What browsers show only instead of something else is no part of a summary."""
    assert summarize(body) == expected
    assert plain_text(f"<p>a</p>{'<noscript><img></noscript>' * 3}") == "a"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{/* No. */}\n\nOpen in {year}, `{x}`.", "Open in, {x}."),
        (
            "import A from 'a'\n\n<A b={{c: 1}} />\n\nText {a} b.\n\n{/* truncate */}\n\nc",
            "Text b.",
        ),
        ("## Head {#id}\n\nText.", "Text."),
        ('Go <X a={1} {...b} c="d">in</X> tail.', "Go in tail."),
        ("A <X.Y a={() => <b>{1}</b>}\n/> <X.Y>b</X.Y> `<X.Y>`.", "A b <X.Y>."),
        ('A <X a={<b>{"}"}</b>}>b</X> {`c ${`d`} {`} <></> e.', "A b e."),
        ('A {"<b>*c*"} <b title={"d"} e={f}>g</b>{" "}h <', "A <b>*c* g h <"),
        ("<Tabs values={[{label: 'a'}]}>\n<Tab>In.</Tab>\n</Tabs>\n\nText.", "Text."),
    ],
)
def test_summary_of_mdx(body, expected):
    """It has no comments, other expressions or tags of components."""
    assert summarize(body, is_mdx=True) == expected


def test_summary_of_html():
    """The first paragraph of an HTML body with text."""
    assert summarize("<h1>A</h1><p><img></p><p>B <b>c</b></p>", is_html=True) == "B c"
    assert summarize("<div>A</div>", is_html=True) == "A"
    assert summarize("<script>'<p>x</p>'</script><!-- <p>y</p> --><p>B</p>", is_html=True) == "B"
    assert summarize("<img>", is_html=True) is None
    assert summarize("<div>A</div>\n<!--more-->\n<p>B</p>", is_html=True) == "A"


@pytest.mark.parametrize(
    ("front", "name", "expected"),
    [
        ("title: AT&amp;T", "title", "AT&T"),
        ("title: x\ntags: [R&amp;D, 'a &#8211; b']", "topics", ("R&D", "a – b")),
        ("title: x\nauthor: A &amp; B", "authors", "A & B"),
        ("title: x\nprovider: A &amp; B", "provider", "A & B"),
        ("title: x\nexcerpt: ''", "excerpt", "Body."),
        ("title: x\nexcerpt: '<b>Own</b>'", "excerpt", "Own"),
    ],
)
def test_fields(front, name, expected):
    """Names and titles have no entities, and an excerpt is that of the body if there is none."""
    value = getattr(parse_document(f"---\n{front}\n---\nBody.", "a.md").content, name)
    if name == "authors":
        value = value[0].name
    assert getattr(value, "name", value) == expected
