"""An archive with what makes results differ: ties, missing values, cycles, many scripts.

It is the same each time, so that a failing operation can be executed again.
"""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.store.archive import Archive

ARTICLES = 60

TITLES = (
    "Robots learn to see",
    "robots learn to see",
    "Éclairs & <b>ethics</b> \"quoted\" 'n' all",
    "Eclairs and ethics",
    "Ångström, Zürich und straße",
    "ÅNGSTRÖM again",
    "日本語 の ニュース",
    "Новости о роботах",
    "خبر عن الروبوتات",
    "ערב טוב",
    "A 🤖 writes 👩‍👩‍👧 news",
    "state-of-the-art GPT-3 models",
    "100% of | pipes | and \\ backslashes",
    "zebra",
    "Zebra",
    "The robot's day; it's early",
    "cafe\u0301 society",
)

TIMES = (
    "2019-12-31T23:59:59Z",
    "2020-01-01T00:00:00Z",
    "2020-02-29T12:00:00Z",
    "2021-03-12T21:41:00Z",
    "2021-03-12T21:41:01Z",
    "2021-03-12T23:30:00-02:00",
    "2021-03-31",
    "2021-04-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
)

NUMBERS = (None, -(2**31), -5, 0, 0, 50, 50, 70, 87, 87, 2**31 - 1)

TOPICS = (
    "AI",
    "Computer Vision",
    "Deep Learning",
    "C++",
    "R&D",
    "Éthique",
    "日本語",
    "Only Here",
    "ai",
)

PROVIDERS: tuple[Any, ...] = (
    None,
    {"name": "CNET", "domain": "cnet.com"},
    {"name": "Cnet News", "domain": "www.cnet.com"},
    {"name": "Example", "domain": "example.org", "images": ["https://example.org/logo.png"]},
    {"name": "Zeitung für Köln", "domain": "köln.example"},
    {"name": "VentureBeat", "domain": "venturebeat.com"},
)

EXCERPTS = (
    None,
    "A machine that learns from videos of its users.",
    "<script>alert('x')</script> & more; deep learning everywhere",
    "Learning to dive, from videos of robots in the deep sea.",
    "Übermorgen: die Roboter kommen, sagen Fachleute aus Köln.",
)

BODIES = (
    "",
    "Deep *learning* is what **machines** do.\n\nThey learn from videos & pictures of people.\n",
    "# Überblick\n\n- eins\n- zwei\n\n[a link](https://example.org/?a=1&b=2) `code` and 1 < 2\n",
    "日本語 の 本文\n\nRobots everywhere, from A to Ångström.\n",
)


def write_archive(archive: Archive) -> None:
    """Write the archive's first state."""
    archive.write_topic("topics/ai.yaml", "AI", shortname="AI", keywords=["robots", "Künstlich"])
    archive.write_topic(
        "topics/vision.yaml", "Computer Vision", parent="AI", description="Seeing <b>"
    )
    archive.write_topic("topics/deep.yaml", "Deep Learning", parent="AI", keywords=[])
    archive.write_topic("topics/cnn.yaml", "Convolution", parent="Deep Learning")
    archive.write_topic("topics/empty.yaml", "Nothing Filed")
    aliases = ["C++", "Éthiques", "cpp"]
    archive.write_topic("topics/code.yaml", "Programming", aliases=aliases, retiring=True)
    logo = {"url": "/logo.png", "width": 50, "height": 50, "title": "Logo"}
    archive.write_organization(
        "orgs/cnet.yaml", "CNET", "cnet.com", description="News & <more>", images=[logo]
    )
    archive.write_organization("orgs/new.yaml", "Newcomer", "new.example", otherNames=["Neuling"])
    random = Random(7)  # noqa: S311 - the same each time
    for number in range(ARTICLES):
        archive.write_file(f"news/{number:02}.md", _document(**_article(number, random)))
    archive.write_file("broken/yaml.md", "---\ntitle: [\n---\n")
    archive.write_file("broken/values.md", "---\ntitle: x\nquality: high\nwebUrl: nowhere\n---\n")
    archive.write_article(
        "gone/for-good.md", title="Gone", topics=["Only Gone"], provider="gone.example"
    )


def write_hidden_articles(archive: Archive) -> None:
    """Write articles that their collection does not serve."""
    for number in range(3):
        archive.write_article(f"{number}.md", title="Hidden robots", draft=True, topics=["AI"])


def update_archive(archive: Archive) -> None:
    """Write the archive's second state: one article is removed, some have changed."""
    archive.remove("gone/for-good.md")
    random = Random(8)  # noqa: S311 - the same each time
    for number in range(0, ARTICLES, 9):
        archive.write_file(f"news/{number:02}.md", _document(**_article(number, random)))


def _document(*, body: str, **fields: Any) -> str:
    """Return an article's document. Its values are JSON, which is YAML except for escapes."""
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())
    return "\n".join(("---", *lines, "---", body))


def _article(number: int, random: Random) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": random.choice(TITLES),
        "excerpt": random.choice(EXCERPTS),
        "publishedDateTime": random.choice((None, *TIMES)),
        "updated": random.choice((None, "2022-01-01")),
        "quality": random.choice(NUMBERS),
        "heat": random.choice(NUMBERS),
        "type": random.choice((None, "article", "article", "video", "Video")),
        "category": random.choice((None, "news", "opinión")),
        "published": random.random() > 0.2,
        "provider": random.choice(PROVIDERS),
        "topics": random.sample(TOPICS, random.choice((0, 1, 1, 2, 4))),
        "images": [_image(random) for _ in range(random.choice((0, 0, 1, 3)))],
        "authors": random.sample(
            ({"name": "Ann", "url": "https://a.example"}, "Bø"), random.choice((0, 1, 2))
        ),
        "related": [_link(random) for _ in range(random.choice((0, 1, 2, 4)))],
        "custom": {"ключ": [1, 1.5, None, True, "</script>"], "big": 2**60},
        "body": random.choice(BODIES),
    }
    fields |= {
        "lang": (None, "en", "de", "pt_br")[number % 4],
        "translationKey": (None, f"story {number // 5}")[number % 2],
        "aliases": [f"/old/{number // 3}/", f"/former/{number}.html"] if number % 7 == 0 else None,
    }
    fields |= random.choice(
        (
            {},
            {"originalUrl": _url(number)},
            {"webUrl": _url(number), "ampUrl": f"https://amp.example/{number}"},
            {"webUrl": _url(number), "cdnAmpUrl": f"https://cdn.example/{number}"},
            {"webUrl": _url(number // 2 * 2)},
        )
    )
    return {name: value for name, value in fields.items() if value is not None}


def _url(number: int) -> str:
    return f"https://example.org/stories/{number}?a=1&b=ü"


def _image(random: Random) -> dict[str, Any]:
    return {
        "url": f"https://img.example/{random.randrange(9)}.png",
        "width": random.choice((None, 10)),
        "height": random.choice((None, 20)),
        "isCached": random.choice((None, True, False)),
        "title": random.choice((None, '"Bild" & <mehr>')),
        "attribution": random.choice((None, "© Ann")),
    }


def _link(random: Random) -> dict[str, Any] | str:
    number = random.randrange(ARTICLES + 20)
    if number % 8 == 0:
        return f"{number:02}.md"
    url = random.choice(
        (
            _url(number),
            _url(number).replace("https://", "http://www.") + "&utm_source=x#top",
        )
    )
    return {
        "title": random.choice(TITLES),
        "excerpt": random.choice(EXCERPTS),
        "publishedDateTime": random.choice((None, *TIMES)),
        random.choice(("webUrl", "originalUrl")): url,
        "ampWebUrl": random.choice((None, f"https://amp.example/{number}")),
        "quality": random.choice(NUMBERS),
        "type": random.choice((None, "article")),
        "provider": random.choice(PROVIDERS),
        "images": [_image(random) for _ in range(random.choice((0, 1)))],
    }
