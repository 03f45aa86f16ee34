"""An archive with everything that makes answers differ: ties, gaps, cycles, any script.

It is the same each time, so that an operation that was found once can be asked again.
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

MOMENTS = (
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


def fill(archive: Archive) -> None:
    """Write the archive's first state."""
    archive.topic("topics/ai.yaml", "AI", shortname="AI", keywords=["robots", "Künstlich"])
    archive.topic("topics/vision.yaml", "Computer Vision", parent="AI", description="Seeing <b>")
    archive.topic("topics/deep.yaml", "Deep Learning", parent="AI", keywords=[])
    archive.topic("topics/cnn.yaml", "Convolution", parent="Deep Learning")
    aliases = ["C++", "Éthiques", "cpp"]
    archive.topic("topics/empty.yaml", "Nothing Filed")
    archive.topic("topics/code.yaml", "Programming", aliases=aliases, retiring=True)
    logo = {"url": "/logo.png", "width": 50, "height": 50, "title": "Logo"}
    archive.organization(
        "orgs/cnet.yaml", "CNET", "cnet.com", description="News & <more>", images=[logo]
    )
    archive.organization("orgs/new.yaml", "Newcomer", "new.example", otherNames=["Neuling"])
    dice = Random(7)  # noqa: S311 - the same each time
    for number in range(ARTICLES):
        archive.text(f"news/{number:02}.md", _document(**_article(number, dice)))
    archive.text("broken/yaml.md", "---\ntitle: [\n---\n")
    archive.text("broken/values.md", "---\ntitle: x\nquality: high\nwebUrl: nowhere\n---\n")
    archive.write("gone/for-good.md", title="Gone", topics=["Only Gone"], provider="gone.example")


def hide(archive: Archive) -> None:
    """Write articles that a collection does not serve."""
    for number in range(3):
        archive.write(f"{number}.md", title="Hidden robots", draft=True, topics=["AI"])


def change(archive: Archive) -> None:
    """Bring it to its second state: one article is gone, some have changed."""
    archive.remove("gone/for-good.md")
    dice = Random(8)  # noqa: S311 - the same each time
    for number in range(0, ARTICLES, 9):
        archive.text(f"news/{number:02}.md", _document(**_article(number, dice)))


def _document(*, body: str, **fields: Any) -> str:
    """Return an article's text: JSON is YAML, but for its escapes of emoji."""
    said = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())
    return "\n".join(("---", *said, "---", body))


def _article(number: int, dice: Random) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": dice.choice(TITLES),
        "excerpt": dice.choice(EXCERPTS),
        "publishedDateTime": dice.choice((None, *MOMENTS)),
        "updated": dice.choice((None, "2022-01-01")),
        "quality": dice.choice(NUMBERS),
        "heat": dice.choice(NUMBERS),
        "type": dice.choice((None, "article", "article", "video", "Video")),
        "category": dice.choice((None, "news", "opinión")),
        "published": dice.random() > 0.2,
        "provider": dice.choice(PROVIDERS),
        "topics": dice.sample(TOPICS, dice.choice((0, 1, 1, 2, 4))),
        "images": [_image(dice) for _ in range(dice.choice((0, 0, 1, 3)))],
        "authors": dice.sample(
            ({"name": "Ann", "url": "https://a.example"}, "Bø"), dice.choice((0, 1, 2))
        ),
        "related": [_link(dice) for _ in range(dice.choice((0, 1, 2, 4)))],
        "custom": {"ключ": [1, 1.5, None, True, "</script>"], "big": 2**60},
        "body": dice.choice(BODIES),
    }
    fields |= dice.choice(
        (
            {},
            {"originalUrl": _address(number)},
            {"webUrl": _address(number), "ampUrl": f"https://amp.example/{number}"},
            {"webUrl": _address(number), "cdnAmpUrl": f"https://cdn.example/{number}"},
            {"webUrl": _address(number // 2 * 2)},
        )
    )
    return {name: value for name, value in fields.items() if value is not None}


def _address(number: int) -> str:
    return f"https://example.org/stories/{number}?a=1&b=ü"


def _image(dice: Random) -> dict[str, Any]:
    return {
        "url": f"https://img.example/{dice.randrange(9)}.png",
        "width": dice.choice((None, 10)),
        "height": dice.choice((None, 20)),
        "isCached": dice.choice((None, True, False)),
        "title": dice.choice((None, '"Bild" & <mehr>')),
        "attribution": dice.choice((None, "© Ann")),
    }


def _link(dice: Random) -> dict[str, Any]:
    number = dice.randrange(ARTICLES + 20)
    address = dice.choice(
        (
            _address(number),
            _address(number).replace("https://", "http://www.") + "&utm_source=x#top",
        )
    )
    return {
        "title": dice.choice(TITLES),
        "excerpt": dice.choice(EXCERPTS),
        "publishedDateTime": dice.choice((None, *MOMENTS)),
        dice.choice(("webUrl", "originalUrl")): address,
        "ampWebUrl": dice.choice((None, f"https://amp.example/{number}")),
        "quality": dice.choice(NUMBERS),
        "type": dice.choice((None, "article")),
        "provider": dice.choice(PROVIDERS),
        "images": [_image(dice) for _ in range(dice.choice((0, 1)))],
    }
