"""Bodies as authors write them, and what their HTML has to contain.

Each case is a document in an archive of one kind of generator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.server.conftest import SITE
from tests.store.archive import Archive
from tests.store.picture_files import png

if TYPE_CHECKING:
    from pathlib import Path

STORY = "https://harbour.example/2024/tides/"


@dataclass(frozen=True)
class Case:
    """A document, and what its HTML contains.

    Attributes:
        body: the document without front matter.
        found: XPath expressions that are true in each place.
        text: the text, with single spaces, if it is to be compared.
        fields: the front matter besides title and date, in YAML.
        path: the path of the document.
        files: other files of the archive.
        settings: the archive's settings besides its id.
        shows_code: whether the text may contain what looks like markup.
        own: XPath expressions that are true in some places, by the names of these.
    """

    body: str
    found: tuple[str, ...] = ()
    text: str | None = None
    fields: str = ""
    path: str = "bridge.md"
    files: dict[str, str | bytes] = field(default_factory=dict)
    settings: str = ""
    shows_code: bool = False
    own: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def write(self, folder: Path, name: str) -> None:
        """Write the archive; its newest article is the document.

        Args:
            folder: the folder of the archive, which is created.
            name: the title of the document, and its id and that of the archive.
        """
        archive = Archive(folder)
        archive.write_file("newsgraph.toml", f"id = {name!r}\n{self.settings}".replace("'", '"'))
        for path, content in self.files.items():
            archive.write_file(path, content)
        slug = name.replace(" ", "-")
        front = f'title: "{name}"\nid: {slug}\ndate: 2024-05-02\n{self.fields}'
        archive.write_file(self.path, f"---\n{front}\n---\n{self.body}")


STORY_FIELDS = f"webUrl: {STORY}"
HUGO = {"hugo.toml": 'baseURL = "https://town.example/news/"\ntitle = "Town"\n'}
JEKYLL = {"_config.yml": "title: Town\nurl: https://town.example\nbaseurl: /news\n"}
SETTINGS = 'url = "https://town.example/"\n'
POST = "_posts/2024-05-02-bridge.md"
OLD_POST = "---\ntitle: Old\n---\nOld.\n"

CASES = {
    "footnote in HTML": Case(
        'High<sup><a href="#note-1">1</a></sup>.\n\n<ol><li id="note-1">Twice a day. '
        '<a href="#top">x</a></li></ol>\n\n<p id="top">End</p>',
        ("count(//a) = 2", "//li[@id='note-1']", "//p[@id='top']"),
        "High1. Twice a day. x End",
        STORY_FIELDS,
    ),
    "footnote in Markdown": Case(
        "Tides[^a] and swell[^b], and tides[^a].\n\n[^a]: Twice a day.\n[^b]: Long.",
        (
            "//sup/a[@id='fnref:a']",
            "//li[@id='fn:a']//a[contains(@href, '#fnref:a')]",
            "//li[@id='fn:b']//a[contains(@href, '#fnref:b')][@aria-label]",
            "count(//li) = 2",
        ),
    ),
    "lazy pictures": Case(
        '<img class="lazy" src="/blank.gif" data-src="/real.jpg" alt="boat"><noscript>'
        '<img src="/real.jpg" alt="boat"></noscript>\n\n'
        '<picture><source srcset="/s.webp 400w, /l.webp 1200w"><img alt="sail"></picture>',
        (
            "count(//img) = 2",
            "//img[@src='https://town.example/real.jpg'][@alt='boat']",
            "//img[@src='https://town.example/l.webp'][@alt='sail']",
        ),
        "",
        settings=SETTINGS,
    ),
    "fallbacks of embeds": Case(
        '<iframe src="https://video.example/embed/1" title="The film">'
        '<a href="https://video.example/1">Watch</a></iframe>\n\n'
        '<object data="/plan.pdf"><a href="/plan.pdf">Plan</a></object>\n\n'
        "<noembed><b>No</b></noembed><noframes><p>No</p></noframes>",
        (
            "count(//a) = 2",
            "//p/a[@href='https://video.example/embed/1'][.='The film']",
            "//p/a[@href='https://town.example/plan.pdf'][.='Plan']",
        ),
        settings=SETTINGS,
        own={
            "page graph": (
                "//p[@class='embed']/a[@data-embed='frame']",
                "//a[@data-embed='object']",
            ),
            "page": ("//button[@data-load='https://video.example/embed/1'][@hidden]",),
            "rss atom json": ("not(//@class)",),
        },
    ),
    "embeds between paragraphs": Case(
        "Before.\n\n<iframe src='//video.example/embed/1'></iframe>\n\n<audio controls>"
        "<source src='/tide.mp3'>Your browser plays nothing.</audio>\n\n"
        "<video src='/film.mp4' controls></video>\n\nAfter.",
        (
            "count(//a) = 3",
            "//a[@href='https://video.example/embed/1'][.='Video on video.example']",
            "//a[@href='https://town.example/tide.mp3']",
            "//a[@href='https://town.example/film.mp4']",
        ),
        settings=SETTINGS,
        own={"page": ("count(//button[@data-load]) = 3",)},
    ),
    "page of another publisher": Case(
        "![p](/img/pier.png) ![q](quay.png) ![r](//img.example/r.png) [older](?page=2) "
        "[up](../) [self](#here)\n\n## Here",
        (
            "//img[@src='https://harbour.example/img/pier.png'][@alt='p']",
            "//img[@src='https://harbour.example/2024/tides/quay.png']",
            "//img[@src='https://img.example/r.png']",
            "//a[@href='https://harbour.example/2024/tides/?page=2']",
            "//a[@href='https://harbour.example/2024/']",
            "//*[@id='here'][starts-with(name(), 'h')]",
        ),
        fields=STORY_FIELDS,
    ),
    "addresses of people": Case(
        "[ed](mailto:ed@harbour.example?subject=Tide), [call](tel:+4312345), <ed@pier.example>, "
        "[no](javascript:run())",
        (
            "//a[@href='mailto:ed@harbour.example?subject=Tide']",
            "//a[@href='tel:+4312345']",
            "//a[@href='mailto:ed@pier.example']",
            "count(//a[@href]) = 3",
        ),
        "ed, call, ed@pier.example, no",
    ),
    "direction and alignment": Case(
        '<p dir="rtl" lang="he">שלום <b>hello</b>!</p>\n\n| n | m | k |\n| ---: | :-: | --- |\n'
        '| 1 | 2 | 3 |\n\n<p style="text-align: center; color: red">Mid</p>',
        (
            "//p[@dir='rtl'][@lang='he']/b",
            "//th[1][@align='right'] and //td[1][@align='right']",
            "//td[2][@align='center'] and not(//td[3]/@align)",
            "//p[@align='center'][not(@style)]",
        ),
    ),
    "blanks in code": Case(
        "```\n\n  if  a\n\tb < c\n```\n\n<pre>\n\n two  blanks </pre>",
        (
            "contains(//pre[1], '\n  if  a\n\tb < c\n')",
            "contains(//pre[2], '\n two  blanks ')",
        ),
        shows_code=True,
    ),
    "shortcodes of Hugo": Case(
        'See [the plan]({{< ref "/plans/bridge.md#cost" >}} "Plan") and '
        '[that]({{< relref "plans/bridge" >}}).\n\n'
        '{{< figure src="bridge.png" alt="The bridge" caption="In **May**, [seen](/tides/)" >}}\n\n'
        "{{% notice warning %}}\nClosed on Sundays.\n{{% /notice %}}\n\n"
        '{{< youtube dQw4w9WgXcQ >}}\n\n{{< highlight go "linenos=table" >}}\nx := 1\n'
        "{{< /highlight >}}\n\n{{< unknown a=b >}}\n\nThe end.",
        (
            f"//a[@title='Plan'][@href='{SITE}/documents/content/plans/bridge.md#cost']",
            f"//a[.='that'][@href='{SITE}/documents/content/plans/bridge.md']",
            "//figure/img[@alt='The bridge'][@width='30'][@height='20']",
            "//figure/figcaption[contains(., 'In May, seen')]/strong",
            "//figcaption/a[@href='https://town.example/tides/']",
            "//div//p[contains(., 'Closed on Sundays.')]",
            "//a[@href='https://www.youtube.com/watch?v=dQw4w9WgXcQ']",
            "contains(//pre/code, 'x := 1')",
            "//p[.='The end.']",
        ),
        path="content/posts/opens/index.md",
        files={
            **HUGO,
            "content/plans/bridge.md": "---\ntitle: Plan\ndate: 2020-01-01\n---\n## Cost\n",
            "content/posts/opens/bridge.png": png(),
        },
        own={
            "page graph": (
                "//div[contains(@class, 'markdown-alert-warning')]",
                "//pre/code/span[@class='o']",
            ),
            "graph": ("//code[@class='language-go']",),
            "rss atom json": ("not(//@class)",),
        },
    ),
    "Liquid of Jekyll": Case(
        "See [the plan]({{ site.baseurl }}/plan/), [the post]({% post_url 2020-01-01-old %}#a) or "
        '[the map]({{ "/map.html" | absolute_url }}).\n'
        '![Bridge]({{ "/img/bridge.png" | relative_url }})\n\n'
        "{% highlight ruby linenos %}\nputs 1\n{% endhighlight %}\n\n"
        "{: .note #sunday }\nClosed on Sundays.\n\n{% raw %}The end.{% endraw %}"
        "{% comment %}No.{% endcomment %}",
        (
            "//a[.='the plan'][@href='https://town.example/news/plan/']",
            f"//a[.='the post'][@href='{SITE}/documents/_posts/2020-01-01-old.md#a']",
            "//a[.='the map'][@href='https://town.example/news/map.html']",
            "//img[@alt='Bridge'][@width='30'][@height='20']",
            "contains(//pre/code, 'puts 1')",
            "//p[@id='sunday'][.='Closed on Sundays.']",
            "//p[.='The end.']",
        ),
        path=POST,
        files={**JEKYLL, "_posts/2020-01-01-old.md": OLD_POST, "img/bridge.png": png()},
        own={
            "page graph": ("//pre/code/span[@class='mi'][.='1']",),
            "graph": ("//code[@class='language-ruby']",),
            "rss atom json": ("not(//@class)",),
        },
    ),
    "links of Hugo as text": Case(
        'See {{< ref "plans/tunnel.md#cost" >}} or <{{< ref "plans/tunnel.md" >}}>.',
        (
            f"//a[@href='{SITE}/documents/content/plans/tunnel.md']",
            "//a[.='https://town.example/news/plans/tunnel/']",
            "count(//a) = 1",
        ),
        "See https://town.example/news/plans/tunnel/#cost or "
        "https://town.example/news/plans/tunnel/.",
        path="content/posts/opens.md",
        files={
            **HUGO,
            "content/plans/tunnel.md": "---\ntitle: Plan\ndate: 2020-01-01\n---\n## Cost\n",
        },
    ),
    "links of Jekyll as text": Case(
        "See {% post_url 2020-01-01-first %} or [the post]({{ site.baseurl }}"
        "{% post_url 2020-01-01-first %}).\n\n# {% link _posts/2020-01-01-first.md %}",
        (
            f"//a[.='the post'][@href='{SITE}/documents/_posts/2020-01-01-first.md']",
            "count(//a) = 1",
        ),
        "See /news/2020/01/01/first.html or the post. /news/2020/01/01/first.html",
        path=POST,
        files={**JEKYLL, "_posts/2020-01-01-first.md": OLD_POST},
    ),
    "relative links of Jekyll": Case(
        "See [the plan](/plan/), ![the bridge](/img/bridge.jpg), [old](2020-01-01-older.md).",
        (
            "//a[@href='https://town.example/plan/']",
            "//img[@src='https://town.example/img/bridge.jpg']",
            f"//a[@href='{SITE}/documents/_posts/2020-01-01-older.md']",
        ),
        path=POST,
        files={**JEKYLL, "_posts/2020-01-01-older.md": OLD_POST},
    ),
    "links without any site": Case(
        "See [the plan](/plan/), ![the bridge](img/bridge.jpg), [other](plans/other.md#a).",
        (
            f"//a[@href='{SITE}/plan/']",
            f"//img[@src='{SITE}/articles/img/bridge.jpg']",
            f"//a[@href='{SITE}/documents/plans/other.md#a']",
        ),
        files={"plans/other.md": "---\ntitle: Other\ndate: 2020-01-01\n---\nOther.\n"},
    ),
    "attributes of headings": Case(
        "Go to [costs](#costs) or [time](#how-long).\n\n## What it cost {#costs}\n\nTen million.\n"
        "See https://town.example/costs and ~~old~~.\n\nHow long\n---\n{: #how-long .wide}\n\n"
        "- [x] paid\n- [ ] sent\n\nTerm\n: Meaning\n\n> [!TIP]\n> Go by train.",
        (
            "//h2[@id='costs'][.='What it cost']",
            "//h2[@id='how-long'][.='How long']",
            "//a[@href='https://town.example/costs']",
            "//del",
            "//dl/dt[.='Term'] and //dl/dd[contains(., 'Meaning')]",
            "count(//li) = 2",
        ),
        own={
            "page graph": (
                "//li[1]/input[@type='checkbox'][@disabled][@checked][@aria-label='Done']",
                "//li[2]/input[not(@checked)][@aria-label='Not done']",
                "//div[contains(@class, 'markdown-alert-tip')]/p[@class='markdown-alert-title']",
            ),
            "rss atom json": ("not(//input)", "//li[1][contains(., '☑')]", "not(//@class)"),
        },
    ),
    "MDX": Case(
        "import Note from './Note'\nexport const year = 2024\n\n{/* No. */}\n\n"
        '<Note title="Mind">\n\nClosed on **Sundays**.\n\n</Note>\n\nOpen in {year}. '
        "<Price amount={10} />The end.\n\n```js\nconst x = {a: 1}\n```",
        (
            "//strong[.='Sundays']",
            "//p[contains(., 'The end.')]",
            "contains(//pre, 'const x = {a: 1}')",
            "not(//note) and not(contains(., 'import')) and not(contains(., '{/*'))",
        ),
        path="bridge.mdx",
        shows_code=True,
    ),
    "pictures and files beside a document": Case(
        '![Quay](quay.png) <img src="./quay.png" width="15" alt="small"> [Film](film.mp4)',
        (
            "//img[1][@width='30'][@height='20'][@alt='Quay']",
            "//img[2][@width='15'][not(@height)]",
            "count(//@src[contains(., '/files/')]) = 2",
            "//a[.='Film'][contains(@href, '/files/')]",
        ),
        fields=STORY_FIELDS,
        settings=SETTINGS,
        files={
            "quay.png": png(),
            "film.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100),
        },
    ),
}
