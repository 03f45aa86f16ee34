"""A folder of malformed and hostile documents, of which feeds have to be valid all the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import yaml

from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import Archive

if TYPE_CHECKING:
    from pathlib import Path

# Written as YAML escapes: a YAML file must not contain them unescaped.
CONTROL_CHARS = "".join(map(chr, chain(range(0x20), range(0x7F, 0xA0))))
FORBIDDEN_CHARS = f"{CONTROL_CHARS}\ufffe\uffff\ufdd0\U0001fffe\U0010ffff"
BIDI = "\u202eright to left\u202c \u2066isolated\u2069 \u200e\u200f \ufeff \u200b"
MARKUP = "AT&T <b>bold</b> &amp; &lt;i&gt; &amp;amp; &#x0b; &bogus; ]]> <![CDATA[x]]> </title><!--"

TEXTS = {
    "refused": f"a{FORBIDDEN_CHARS}b",
    "markup": MARKUP,
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "bidi": f"שלום عالم {BIDI}",
    "emoji": "👩‍👩‍👧 🇦🇹 e\u0301 \U00020bb7 ﷽",
    "long": "wort" * 500,
    "lines": "one\r\ntwo\rthree\u2028four\u2029five\x85six\ttabs\u00a0blank",
    "percent": "100% {{ title }} ${x} %s \\ ` ' \"",
    "blank": "\u200b",
    "number": "2021",
}
"""Values of plain text fields, by the name of the document."""

BODIES = {
    "active": "<script>no()</script><iframe src=https://a.example/></iframe>"
    "<object data=x></object>"
    "<form action=/x><input name=a></form><style>p{color:red}</style><embed src=x><link rel=x>"
    "<meta http-equiv=refresh content=0><p onclick='no()' style='color:red' id=a class=b>p</p>"
    "<base href=https://evil.example/><audio src=a.mp3></audio><video><source src=v.mp4></video>",
    "links": "".join(
        f'<a href="{href}">link</a> <img src="{href}" alt="a">'
        for href in (
            *("/root", "beside", "../up", "#part", "?q=1", "", "//other.example/x"),
            *("javascript:no()", "JaVaScRiPt:no()", "data:text/html,x", "data:image/png;base64,AA"),
            *(
                "mailto:a@b.example",
                "ftp://a.example/",
                "tel:1",
                "http://[bad",
                "https://a b.example",
            ),
            *("https://ü.example/ä?ö#ß", "https://a.example/%zz", "https://a.example/a|b^c`d{e}"),
            *(
                "http:///x",
                "https:a",
                "https://a.example:99999/",
                "\x0bjavascript:no()",
                "https://",
            ),
            *("https://user:secret@a.example/", "urn:x:y", "http://a.example/a\\b", "cid:1"),
        )
    ),
    "broken": "<p><div><b><i>misnested</b></i><table><tr><td>one<td>two<p>three<ul><li>four</table>"
    '<a href="/x"><a href="/y">two links</a><p attr=\'"><!-- not ended <p>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>no()</script><a xlink:href="javascript:'
    'no()"><text>t</text></a></svg><math><mi>x</mi><annotation-xml encoding="text/html"><p>y</p>'
    "</annotation-xml></math>",
    "entities": "&nbsp;&copy;&bogus;&#0;&#x0b;&#xFFFE;&#xD800;&#128;&amp;lt;&lt;b&gt; ]]&gt; ]]>"
    " <?php x ?><!DOCTYPE html><![CDATA[x]]>",
    "deep": "<div>" * 400 + "deep" + "</div>" * 400,
    "quotes": "> " * 40 + "quote\n\n" + "- " * 40 + "item\n",
    "table": "| a | b |\n| --- | --: |\n| <b>x</b> | `<i>` |\n| ![p](p.png) | [l](/l) |\n",
    "code": "```html\n<script>shown()</script> ]]>\n```\n\n    indented & <b>\n\n# Title\n\n***\n",
    "pictures": '<img><img src=""><img srcset="a.png 1x, /b.png 2x" sizes=100vw><picture><source '
    'srcset=x.webp><img src=y.png width=0 height=-5></picture><figure><img src="/z.png"'
    ' width="99999999999" alt="&quot;&lt;"><figcaption>c</figcaption></figure>',
    "attributes": '<p dir=sideways lang="not a language" title="&quot;>]]>">p</p>'
    "<ol start=x type=q><li value=z>l</li></ol><td colspan=x>t</td><time datetime=never>n</time>"
    "<del cite='a b'>d</del><blockquote cite='javascript:no()'>q</blockquote>"
    "<a href=/x target=_blank rel=opener>a</a>"
    "<font color=red><center><marquee><blink>old</blink></marquee></center></font>"
    "<b/><unknown-element x=y>u</unknown-element><ruby>r<rt>t</rt></ruby><details open>d</details>",
    "refused": f"a\x0b\x7f\x80\ufdd0 b {BIDI}",
    "empty": "<!-- nothing -->\n\n \n",
    "long": "<p>" + "word " * 20_000 + "</p>",
}
"""Bodies, by the name of the document."""

DATES = (
    *("0001-01-01", "1583-01-01", "1969-12-31T23:59:59Z", "1970-01-01", "2000-02-29"),
    *("2021-03-12T23:59:60Z", "2021-06-01T02:30:00+14:00", "2038-01-19T03:14:08Z"),
    *("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"),
)
"""Dates at the limits of calendars, clocks and numbers."""

PICTURES = (
    {"url": "https://i.example/a.jpg", "width": 0, "height": 0},
    {"url": "https://i.example/a b/ü.PNG?x=1&y=<2>", "width": -1, "height": 99999999999999},
    {"url": "https://i.example/nothing", "width": "100", "height": 1.5},
    {"url": "https://i.example/a.svg#x", "width": 2147483647, "height": 1},
    {"url": "https://i.example/movie.mp4"},
    {"url": "data:image/png;base64,AA"},
    {"url": "/relative.webp", "width": 10},
    {"url": "http://[bad/a.png"},
    {"url": "https:///a.png"},
    "https://ü.example/ä.gif",
)
"""Pictures, most of which cannot be fetched or have an impossible size."""

ARTICLE_URLS = (
    *('https://a.example/a b|c?d=<e>&f="g"#h i', "https://ü.example/ö", "HTTP://A.EXAMPLE"),
    *("https://a.example/%zz%", "https://a.example/?", "https://a.example:443/#", "//a.example/x"),
    *(
        "https://a.example/" + "x" * 3_000,
        "https://a.example/[1]/{2}",
        "https://[::1]/x",
        "nowhere",
    ),
    *("https://a.example/\u202e", "https://user:secret@a.example/", "https://a_b.example/", ""),
    *("https://1.2.3.999/x", "https://a.example:99999/", "https://xn--/x", "https://%zz.example/"),
)
"""URLs of articles."""

TOPIC_NAMES = (
    "C++",
    "R&D",
    "<b>bold</b>",
    "a/b",
    "日本語",
    "🤖",
    "a,b",
    "x" * 300,
    "q?r#s%t",
    "..",
    "a]]>b",
)
"""Names of topics."""

COLLECTIONS = (
    Collection(
        id="nasty",
        title=f"Nasty {MARKUP}",
        description=f"As nobody should write\r\n{MARKUP} {BIDI}",
        url="https://site.example/base/",
        language="en",
    ),
    Collection(id="bare"),
    Collection(
        id="blank", title="\u200b", description=" ", url="http://site.example", language="de-AT"
    ),
    Collection(id="language", title="日本語", language="not a language"),
    Collection(id="underlined", title="Underlined", language="pt_BR"),
)
"""Collections with missing, blank or invalid metadata."""


def write(folder: Path, collection: Collection = COLLECTIONS[0]) -> Archive:
    """Write the documents into a new folder, and return it."""
    # Some of its dates are in the future.
    archive = Archive(folder, replace(collection, future="show"))

    def write_article(path: str, body: str = "", **fields: object) -> None:
        front_matter = {"title": path, "date": "2021-03-12T21:41:00Z"} | fields
        archive.write_file(path, f"---\n{_to_yaml(front_matter)}---\n{body}")

    for name, text in TEXTS.items():
        write_article(
            f"texts/{name}.md",
            title=text,
            guid=text,
            excerpt=text,
            webUrl=f"https://a.example/{name}",
            authors=[text, {"name": f"{text} again", "url": "https://a.example/"}, "a@b.example"],
            provider={"name": text, "domain": f"{name}.example"},
            topics=["Texts", *TOPIC_NAMES],
            related=[
                {"title": text, "webUrl": f"https://b.example/{name}", "provider": {"name": text}},
                {"title": "none", "webUrl": "javascript:no()"},
                f"https://a.example/{name}",
            ],
        )
    for name, body in BODIES.items():
        write_article(
            f"bodies/{name}.md",
            body,
            webUrl=f"https://a.example/bodies/{name}",
            provider={"name": "Bodies", "domain": "bücher.example"},
            topics=["Bodies"],
        )
    for number, date in enumerate(DATES):
        write_article(f"dates/{number}.md", date=date, topics=["Dates"])
        write_article(f"dates/updated-{number}.md", updated=date, topics=["Dates"])
    write_article("dates/none.md", date=None, topics=["Dates"])
    for number, picture in enumerate(PICTURES):
        write_article(f"pictures/{number}.md", image=picture, topics=["Pictures"])
    for number, url in enumerate(ARTICLE_URLS):
        path = f"places/{number} ü&<.md"
        body = "[beside](beside) ![picture](/picture.png)"
        write_article(path, body, webUrl=url, provider=url, topics=["Places"], related=[url])
    write_article("ids/same place.md", webUrl="https://a.example/refused", id="a\x0b b<>&")
    write_article("surrogate.md", title="a\ud800b")
    for number, (name, text) in enumerate(TEXTS.items()):
        picture = {"url": f"https://a.example/{number}.png", "title": text, "alt": MARKUP + text}
        write_article(
            f"notes/{name}.md",
            f"A note: {text}" if number % 2 else "",
            title="",
            lang=("de-AT", "no language", "en", text)[number % 4],
            image=picture | {"attribution": text},
            enclosure={"url": f"https://a.example/{text}.mp3", "length": text, "type": text},
            authors=[{"name": text, "url": text, "avatar": text}],
            topics=["Notes"],
        )
    archive.write_file("untitled.md", "---\ndate: 2021-03-12\n---\nno title")
    _write_taxonomy_entry(archive, "topic", "Texts", description=MARKUP, retiring=MARKUP + BIDI)
    _write_taxonomy_entry(
        archive, "topic", "Bodies", description=f"a{FORBIDDEN_CHARS}b", aliases=[MARKUP]
    )
    _write_taxonomy_entry(archive, "topic", "Gone", gone=True)
    domain = "bücher.example"
    _write_taxonomy_entry(
        archive, "organization", f"Org {MARKUP}", domain=domain, description=MARKUP
    )
    return archive


def _write_taxonomy_entry(archive: Archive, taxonomy: str, name: str, **fields: object) -> None:
    entry = {"taxonomy": taxonomy, "name": name} | fields
    archive.write_file(f"_data/{taxonomy}-{name[:3].lower()}.yml", _to_yaml(entry))


def _to_yaml(fields: dict[str, object]) -> str:
    """Return YAML in which every character outside of ASCII is escaped."""
    return yaml.safe_dump(fields, allow_unicode=False, width=float("inf"))
