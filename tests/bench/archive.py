"""Writes a folder of documents of the seeds' shape, the same for the same number."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

WORDS = (
    *("ai", "video", "learning", "model", "research", "data", "cloud", "robot", "vision", "game"),
    *("language", "market", "chip", "driving", "health", "bank", "edge", "neural", "network"),
    *("public", "image", "speech", "startup", "policy", "privacy", "scale", "train"),
)
TOPICS = ("AI", "Computer Vision", "Machine Learning", "AI Ethics", "AI Hardware", "Robotics")
BEGIN = datetime(2019, 1, 1, tzinfo=UTC)


def write_archive(folder: Path, size: int) -> None:
    """Write `size` documents: Zipf providers, up to 4 topics, up to 8 links, 40% resolving."""
    chance = random.Random(7)  # noqa: S311 - the same archive each time, no secret
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(size):
        text = yaml.dump(_document(chance, number, size), Dumper=yaml.CSafeDumper, sort_keys=False)
        path = folder / f"{BEGIN + timedelta(minutes=5 * number):%Y-%m-%d}-{number}.md"
        path.write_text(f"---\n{text}---\n", "utf-8")


def _document(chance: random.Random, number: int, size: int) -> dict[str, Any]:
    published = BEGIN + timedelta(minutes=5 * number)
    more = chance.sample(TOPICS[1:], chance.randint(0, 3))
    return {
        "title": _words(chance, 10),
        "excerpt": _words(chance, 40),
        "publishedDateTime": published,
        "webUrl": _address(number),
        "type": "article",
        "quality": chance.randint(0, 99),
        "provider": _provider(chance),
        "topics": [TOPICS[0], *more],
        "images": [_image(number)],
        "related": [
            {
                "title": _words(chance, 10),
                "webUrl": _address(chance.randrange(size) if chance.random() < 0.4 else -1 - place),
                "publishedDateTime": published,
                "quality": chance.randint(0, 99),
                "provider": _provider(chance),
                "images": [_image(number + place)],
            }
            for place in range(chance.randint(0, 8))
        ],
    }


def _words(chance: random.Random, number: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(number)).capitalize()


def _address(number: int) -> str:
    return f"https://news.example/{number}"


def _image(number: int) -> dict[str, Any]:
    return {"url": f"https://img.example/{number}.jpg", "width": 1200, "height": 630}


def _provider(chance: random.Random) -> dict[str, Any]:
    rank = min(500, int(chance.paretovariate(0.7)))
    return {"name": f"Provider {rank}", "domain": f"p{rank}.example"}
