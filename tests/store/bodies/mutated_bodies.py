"""A strategy for bodies: fragments of Markdown and HTML, some of them hostile, with mutations."""

from __future__ import annotations

from hypothesis import strategies as st

FRAGMENTS = (
    *(
        "Text & more.\n\n",
        "# Costs {#costs}\n\n",
        "[a](#costs){: .x}",
        "![p](quay.png)\n",
        "`code`",
    ),
    *("```js\nlet x = 1\n```\n", "{: #a}\n", "[^1]", "\n\n[^1]: Note\n\n", "> [!NOTE]\n> Hear\n\n"),
    *("- [ ] open\n", "- [x] done\n", "\n| a | b |\n| - | -: |\n| 1 | 2 |\n\n", "term\n: text\n"),
    *(
        "<p>",
        "</p>",
        "</div>",
        '<div markdown="1">',
        "<table><tr><td>",
        "</td></tr></table>",
        "<b>",
    ),
    *(
        "<details open ontoggle=alert(1)>",
        "<select><option><script>alert(1)</script>",
        "<plaintext>",
    ),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<!--"),
    *('<iframe srcdoc="<script>alert(1)</script>">', '<a href="javascript:alert(1)">x</a>', "-->"),
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    *("<textarea><img src=x onerror=alert(1)></textarea>", "<xmp><script>alert(1)</script></xmp>"),
    *("[a](data:text/html,x)", "![x](vbscript:1)", '<p style="background:url(javascript:1)">'),
    *("<form action=javascript:1><button formaction=javascript:1>", '<a href="&#106;avascript:1">'),
    *(
        "<b <script>",
        "<![CDATA[",
        "]]>",
        '{: onclick="x"}',
        "<video><source src=javascript:1></video>",
    ),
    *(
        '<object data="javascript:1"></object>',
        "<embed src=x>",
        "<listing><b>",
        "<frameset onload=1>",
    ),
    *('<picture><source srcset="a 1x"><img></picture>', '<img srcset="x 1x, javascript:1 2x">'),
    *(
        "<style>*{}</style>",
        "<base href=//evil.example>",
        "<link rel=stylesheet href=//evil.example>",
    ),
    *('<meta http-equiv=refresh content="0;url=//evil.example">', "<input type=checkbox>"),
    *("<input type=image src=x onerror=alert(1)>", "<a name=x>", '<a href="newsgraph-site:/x">'),
    *('<a href="newsgraph-document:../../etc/passwd">', "<template><script>alert(1)</script>"),
    *('<img data-src="javascript:1">', '<a data-embed="frame" data-src="javascript:1" href="/x">'),
    '<img data-src="/real.jpg"><noscript><img src="/real.jpg"></noscript>',
    '<iframe src="https://video.example/embed/1"><a href="/1">Watch</a></iframe>',
)
CHARACTERS = "<>\"'&/=`*_[](){}#!|~\\ \n\t\x00\x01\ufdd0\ufdd1\u2028é漢"


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Fragments in any order, of which parts are removed, repeated or replaced."""
    text = "".join(draw(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=20)))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        inserted = draw(
            st.one_of(
                st.just(""),
                st.text(CHARACTERS, max_size=3),
                st.sampled_from(("&#1;", "&#xffff;", "&#11;", "&lt;script&gt;")),
                st.integers(2, 40).map(lambda count, part=text[start:end]: part * count),
            )
        )
        text = text[:start] + inserted + text[end:]
    return text
