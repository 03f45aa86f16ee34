"""No text makes the expansion of templates fail, lose prose, or take long."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsgraph.store.bodies.templates.expand import expand_templates
from newsgraph.store.bodies.templates.scanner import NO_TAGS, split_body
from newsgraph.store.documents.archive_kinds import KINDS
from tests.hypothesis_profiles import scale_examples
from tests.store.bodies.link_targets import FakeLinkTargets, make_context

PIECES = [
    *(
        "{{< ",
        " >}}",
        "{{% ",
        " %}}",
        "{{",
        "}}",
        "{%",
        "%}",
        "{% raw %}",
        "{% endraw %}",
        "{#",
        "#}",
    ),
    *(
        "{{< highlight go >}}",
        "{{< /highlight >}}",
        "{{< alert >}}",
        "{{< /alert >}}",
        "{{</* x */>}}",
    ),
    *("{% highlight c %}", "{% endhighlight %}", "{% capture a %}", "{% endcapture %}", "{{ a }}"),
    *(
        "{% include a.html %}",
        "{% if x %}",
        "{% endif %}",
        "{% quote() %}",
        "{% end %}",
        '{{ x(a="b") }}',
    ),
    *(
        "<Tabs>",
        "</Tabs>",
        "<A b={",
        "}",
        "{",
        "/>",
        "<",
        ">",
        "import a from 'b';",
        "export const a = {",
    ),
    *(
        "`",
        "```",
        "~~~",
        "```\n",
        "\n",
        "\n\n",
        "    ",
        "  ",
        "> ",
        "- ",
        "1. ",
        "# ",
        "|",
        "\t",
        "\\",
    ),
    *(
        ":::note",
        ":::",
        "::::",
        "!!! note",
        '=== "Tab"',
        '--8<-- "a"',
        "](",
        ")",
        "{filename}",
        "@/",
    ),
    *(
        "'",
        '"',
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<!--",
        "-->",
        "$",
        "$$",
        "{/* ",
        " */}",
        "é",
    ),
]
BODIES = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)
WORDS = st.lists(
    st.sampled_from(["Bridge", "opens", "two", "weeks", "early"]), min_size=1, max_size=6
)
COMPLETE = st.lists(
    st.sampled_from(
        [piece for piece in PIECES if re.search(r"\{[{%].*\}", piece) and "raw" not in piece]
    )
    | st.sampled_from([piece for piece in PIECES if not set(piece) & set("{}`~")])
    | st.text("ab \n", max_size=3),
    max_size=40,
).map("".join)
"""Bodies whose tags are complete."""

KIND_NAMES = st.sampled_from(sorted(KINDS))
INCLUDES = {"a.html": "{% include a.html %}{{ include.b }}", "a": "{{ a }}"}


def expand(body, kind, *, is_html=False, is_mdx=False):
    """Expand a body in an archive of a kind, in which some files can be included."""
    context = make_context(kind, targets=FakeLinkTargets(includes=INCLUDES))
    return expand_templates(body, context, is_html=is_html, is_mdx=is_mdx)


def outside_of_code(markdown):
    """Return what is not code in Markdown."""
    segments = split_body(markdown, NO_TAGS, is_html=False)
    return [markdown[part.start : part.end] for part in segments if part.type == "text"]


@given(BODIES, KIND_NAMES, st.booleans(), st.booleans())
@settings(max_examples=scale_examples(400))
def test_any_body(body, kind, is_html, is_mdx):
    """Every text can be expanded, and what is left out has a name and a count."""
    expanded = expand(body, kind, is_html=is_html, is_mdx=is_mdx)
    assert all(name and count > 0 for name, count in expanded.left_out.items())


@given(BODIES, st.booleans())
@settings(max_examples=scale_examples(400))
def test_segments_cover_a_body(body, is_html):
    """The segments of a body are adjacent, and are all of it."""
    segments = split_body(body, NO_TAGS, is_html=is_html)
    assert "".join(body[part.start : part.end] for part in segments) == body
    assert all(part.start < part.end for part in segments)


@given(st.lists(st.tuples(st.sampled_from(PIECES), WORDS), max_size=8))
def test_prose_stays(parts):
    """Words between complete tags stay, in their order."""
    tags = [
        "{{< a >}}",
        "{% if x %}",
        "{% endif %}",
        "{{ page.x }}",
        "{% assign a = 1 %}",
        "{# c #}",
    ]
    pieces = [(tags[len(piece) % len(tags)], " ".join(words)) for piece, words in parts]
    body = "\n\n".join(f"{tag} {words}" for tag, words in pieces)
    expected = [word for _, words in pieces for word in words.split()]
    assert expand(body, "eleventy").text.split() == expected


@given(st.lists(WORDS, min_size=1, max_size=6), st.data())
def test_prose_in_mdx_stays(sentences, data):
    """Sentences between imports, expressions and components stay, without any of these."""
    codes = [
        "import A from './a';",
        "export const a = {\n\n};",
        "{a.b}",
        "<A b={c}>",
        "</A>",
        "<B />",
    ]
    body = ""
    for words in sentences:
        body += f"{data.draw(st.sampled_from(codes))}\n\n{' '.join(words)}.\n\n"
    text = expand(body, "docusaurus", is_mdx=True).text
    assert text.split() == " ".join(" ".join(words) + "." for words in sentences).split()


@pytest.mark.parametrize("kind", ["jekyll", "hexo", "mkdocs", "eleventy"])
@given(body=COMPLETE)
def test_no_complete_tag_is_left(kind, body):
    """Outside of code, no brace of a complete tag is left."""
    assert "{" not in "".join(outside_of_code(expand(body, kind).text))


@given(BODIES)
@example("{#0 */}")
def test_no_component_is_left(body):
    """In MDX, no tag of a component and no expression is visible."""
    body = re.sub(r"[\"'`~\\$!]|export.*?=", "", body)
    for text in outside_of_code(expand(body, "docusaurus", is_mdx=True).text):
        assert "{" not in text
        assert re.search(r"</?[A-Z]\w*\s*/?>", text) is None


@given(
    st.text("{}%<>/* `~abx\n", max_size=60), st.sampled_from(sorted(set(KINDS) - {"hugo", "zola"}))
)
def test_fenced_code_stays(code, kind):
    """Code in a fence stays byte by byte in archives whose generator shows it."""
    code = code.replace("~~~~", "")
    body = f"Text.\n\n~~~~\n{code}\n~~~~\n\nText."
    assert expand(body, kind).text == body


REPEATED = [
    *(
        "{{",
        "{{ ",
        "{%",
        "{% a",
        "{{< ",
        "{{<a",
        "{{% ",
        "{{</* ",
        "{{/* ",
        "{#",
        "{# ",
        "`",
        "` `` ",
    ),
    *(
        "{% raw %}",
        "{% highlight a %}",
        "{{< highlight go >}}",
        "{% capture a %}",
        "{% a %}",
        "{{ a }}",
    ),
    *(
        "<A",
        "<A ",
        "<A b={",
        "<A b='",
        "<a b={{",
        "<A>",
        "</A>",
        "import {",
        "import {\n",
        "export {\n\n",
    ),
    *(
        "{",
        "{a",
        "{'",
        "{`",
        "{/*",
        "}",
        "$",
        "$a",
        "- ",
        "> ",
        "```\n",
        "~~~ ",
        "\n",
        "\n\n    ",
        "<pre>",
    ),
    *(
        "<code>",
        "<!--",
        ":::",
        ":::a\n",
        "::: a [",
        "!!! a\n",
        "    !!! a\n",
        '=== "a"\n',
        '--8<-- "a"\n',
    ),
    *(
        "](",
        "]({filename}",
        "](@/",
        '{{< a "',
        "{{< a '\\\"",
        "{% include a.html b=",
        "{{ a | ",
        "[",
        "**",
    ),
    *(
        "{% assign a = a %}",
        "{% include a.html %}",
        "{{ a(",
        "{% a(",
        "<A b={<",
        "/*",
        "{{< a b=",
        "{:",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_long_bodies(kind):
    """A long body of one piece, again and again, takes linear time; others would time out."""
    for part in REPEATED:
        body = part * (30_000 // len(part))
        expanded = expand(body, kind)
        assert len(expanded.text) < 100 * len(body), part


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["eleventy", "jekyll"])
@pytest.mark.parametrize("start", ["{{", "{{-", "{%", "{{ a |"])
def test_long_spaces(kind, start):
    """The spaces in a tag are read once, whether or not it ends; others would time out."""
    for end in ("", "' }}"):
        body = f"{start}{' ' * 500_000}{end}"
        assert len(expand(body, kind).text) < 2 * len(body)


def test_included_files_are_limited():
    """Values and files that are inserted many times do not make a body longer without limit."""
    text = "x" * 10_000
    targets = FakeLinkTargets(includes={"a.html": text})
    body = "{% capture a %}" + text + "{% endcapture %}" + "{{ a }}{% include a.html %}" * 2000
    expanded = expand_templates(
        body, make_context("jekyll", targets=targets), is_html=False, is_mdx=False
    )
    assert len(expanded.text) < 400_000
    assert len(targets.read_names) < 3000
    assert expanded.left_out["{% include a.html %}"] > 1900
