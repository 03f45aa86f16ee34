"""Documents of every format, and a Hypothesis strategy that damages them."""

from __future__ import annotations

from hypothesis import strategies as st

YAML = """---
title: Bridge opens
date: 2024-05-02T09:00:00+02:00
tags: [town, roads]
author: &a {name: A. Writer, url: "https://town.example/writer"}
provider: *a
build: {list: always, render: always}
---
The bridge *opened* today.
"""
CAPITALS = "\ufeff---\r\nTitle: Bridge opens\r\nTITLE: x\r\nDATE: 1714633200\r\n---\r\nText\x00\r\n"
TOML = """+++
title = 'Bridge opens'
date = 2024-05-02T09:00:00+02:00
tags = ['town', 'roads']
[author]
name = "A. Writer"
[[related]]
url = "https://town.example/plan"
+++
The bridge opened today.
"""
JSON = """{
  "title": "Bridge opens",
  "date": "2024-05-02",
  "tags": ["town", {"label": "roads"}],
  "author": {"name": "A. Writer"}
}
The bridge opened today.
"""
LABELLED = '---json\n{"title": "Bridge", "a": [1, 2]}\n---\nText\n'
LABELLED_TOML = "---toml\ntitle = 'Bridge'\n[a]\nb = [1, 2]\n---\nText\n"
SEMICOLONS = ';;;\n"title": "Bridge",\n"tags": ["a"]\n;;;\nText\n'
HEXO = "title: Bridge\ndate: 2024-05-02 24:00\ntags:\n- a\n---\nText\n"
PELICAN = "Title: Bridge: opens\nDate: 2024-05-02\nTags: a, b\nSummary: One\n    two\n\nText\n"
MDX = "---\ntitle: Bridge\n---\nimport A from 'a'\n\n# Heading {#one}\n\n<A b={{c: 1}}>Text</A>\n"
HTML = "---\ntitle: Bridge\n---\n<p>Text <b>bold</b></p><script>x</script>\n"
THEMATIC_BREAKS = "---\nText between *rules*.\n---\n\nMore: text\n"

DOCUMENTS = (
    *(YAML, CAPITALS, TOML, JSON, LABELLED, LABELLED_TOML, SEMICOLONS, HEXO, PELICAN),
    *(MDX, HTML, THEMATIC_BREAKS, "", "# Text\n"),
)
"""A document in each format."""

_PIECES = st.sampled_from(
    [
        *(
            "---\n",
            "+++\n",
            ";;;\n",
            "...\n",
            "{",
            "}",
            "[",
            "]",
            '"',
            "'",
            ":",
            ": ",
            "\n",
            "\r\n",
        ),
        *("\r", "\t", "\x00", "\ufeff", "\ud800", "\u2028", "\x85", "- ", "title", "Title: x\n"),
        *("&a ", "*a", "<<: ", "!!x ", "[" * 70, "{" * 70, "a.b.c = 1\n", "9" * 30, ".inf", "? "),
        *(
            "---js\n",
            "<",
            "<!--",
            "`",
            "{{",
            "{%",
            "# ",
            "😀",
            "date: ",
            "draft: true\n",
            "\\u0000",
        ),
    ]
)


@st.composite
def mutated_documents(draw):
    """Draw a document that was damaged: truncated, spliced, overwritten, or converted."""
    text = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["truncate", "behead", "splice", "write", "double", "convert"])):
            case "truncate":
                text = text[:start]
            case "behead":
                text = text[start:]
            case "splice":
                other = draw(st.sampled_from(DOCUMENTS))
                text = text[:start] + other[draw(st.integers(0, len(other))) :]
            case "write":
                end = draw(st.integers(start, min(start + 6, len(text))))
                piece = draw(_PIECES | st.text(max_size=4))
                text = text[:start] + piece + text[end:]
            case "double":
                text = text[:start] + text
            case _:
                convert = draw(st.sampled_from([str.upper, str.title, to_crlf, str.swapcase]))
                text = convert(text)
    return text


def to_crlf(text):
    """Return a text with the line ends of Windows."""
    return text.replace("\n", "\r\n")
