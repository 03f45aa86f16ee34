"""Writes archives of Markdown documents of the seeds' shape, the same for the same size.

Providers and topics follow Zipf's law; a document has 0 to 8 related links, 40% of which lead
to another document of the archive. The documents are spread evenly over four years, so that a
month of a large archive holds more than one of a small, and a page is full in both. About 15
documents in a row tell of one event and name it in two words that nothing else has: a search
for them finds as many in an archive of any size.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench import words
from tests.bench.words import event_words, word

PART = 20_000
"""Documents of one root; each is imported by itself, so that one cut short goes on where it was."""

PROVIDERS = 500
TOPICS = (
    *("AI", "Machine Learning", "Computer Vision", "Robotics", "AI Ethics", "AI Hardware"),
    *("Language Models", "Autonomous Driving", "Cloud", "Healthcare", "Finance", "Research"),
    *("Startups", "Privacy", "Policy", "Speech", "Games", "Education", "Security", "Chips"),
    *("Open Source", "Climate", "Agriculture", "Space", "Quantum Computing"),
)
BEGIN = datetime(2018, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=4 * 365 + 1)
EVENT = 15
"""Documents of one event."""

_RESOLVING = 0.4
_MOST_LINKS = 8


def digest() -> str:
    """Return a digest of what decides the documents: this module and its words."""
    texts = Path(__file__).read_bytes() + Path(words.__file__).read_bytes()
    return hashlib.sha256(texts).hexdigest()[:12]


def write_archive(folder: Path, size: int, part: int = PART) -> list[Path]:
    """Write `size` documents below `folder`.

    Returns:
        The roots, each a folder with at most `part` documents and a newsgraph.toml.
    """
    archive = Archive(size)
    roots = []
    for first in range(0, size, part):
        root = folder / f"part-{first // part:02}"
        root.mkdir(parents=True, exist_ok=True)
        (root / "newsgraph.toml").write_text(
            f'id = "{root.name}"\ntitle = "The bench"\nurl = "https://bench.example/"\n', "utf-8"
        )
        for number in range(first, min(first + part, size)):
            (root / f"{archive.name(number)}.md").write_text(archive.document(number), "utf-8")
        roots.append(root)
    return roots


@dataclass(frozen=True, slots=True)
class _Fact:
    """What a document and the links to it say alike."""

    title: str
    published: str
    provider: int


class Archive:
    """The documents of one size; ask them in order, or they are others."""

    def __init__(self, size: int) -> None:
        self._chance = random.Random(size)  # noqa: S311 - the same archive each time, no secret
        self._providers = list(itertools.accumulate(rank**-1.2 for rank in range(1, PROVIDERS + 1)))
        self._topics = list(itertools.accumulate(1 / rank for rank in range(1, len(TOPICS) + 1)))
        self._phrases = self._some_phrases()
        step = SPAN / size
        self._facts = [
            _Fact(
                f"{event_words(number // EVENT)}: {self._phrase()}",
                f"{BEGIN + number * step:%Y-%m-%dT%H:%M:%SZ}",
                self._provider(),
            )
            for number in range(size)
        ]

    def name(self, number: int) -> str:
        """Return a document's file name, without its suffix."""
        fact = self._facts[number]
        words = fact.title.lower().replace(":", "").replace(" ", "-")
        return f"{fact.published[:10]}-{words}-{number}"

    def document(self, number: int) -> str:
        """Return a document's text."""
        chance, fact = self._chance, self._facts[number]
        address = f"https://p{fact.provider}.example/news/{number}/"
        links = "".join(
            self._link(number, place) for place in range(chance.randint(0, _MOST_LINKS))
        )
        authors = f"  authors:\n    - name: Author {chance.randint(1, 900)}\n"
        secret = b64encode(chance.randbytes(450)).decode()
        topics = "".join(f"  - {TOPICS[topic]}\n" for topic in self._some_topics())
        return (
            f'---\ncategory: news\ntitle: "{fact.title}"\nexcerpt: "{self._text(3)}"\n'
            f'publishedDateTime: {fact.published}\noriginalUrl: "{address}"\nwebUrl: "{address}"\n'
            f'ampWebUrl: "{address}amp/"\ncdnAmpWebUrl: "https://cdn.example/c/s/{number}/amp/"\n'
            f"type: article\nquality: {chance.randint(0, 99)}\nheat: {chance.randint(-1, 99)}\n"
            f"published: true\n\nprovider:\n{_provider(fact.provider, '  ')}"
            f'  images:\n    - url: "https://bench.example/logos/{fact.provider}-50x50.jpg"\n'
            f"      width: 50\n      height: 50\n{authors if chance.random() < 0.3 else ''}"
            f"\ntopics:\n{topics}\nimages:\n{self._images(f'{number}', '  ')}"
            f"{f'{chr(10)}related:{chr(10)}{links}' if links else ''}"
            f'\nsecured: "{secret}"\n---\n{self._body()}'
        )

    def _link(self, number: int, place: int) -> str:
        chance, size = self._chance, len(self._facts)
        target = chance.randrange(size) if chance.random() < _RESOLVING else None
        if target is None:
            fact = _Fact(self._phrase(), self._facts[number].published, self._provider())
            address = f"https://p{fact.provider}.example/elsewhere/{number}-{place}/"
        else:
            fact = self._facts[target]
            address = f"https://p{fact.provider}.example/news/{target}/"
        return (
            f'  - title: "{fact.title}"\n    excerpt: "{self._text(3)}"\n'
            f'    publishedDateTime: {fact.published}\n    webUrl: "{address}"\n'
            f'    ampWebUrl: "{address}amp/"\n    type: article\n'
            f"    provider:\n{_provider(fact.provider, '      ')}"
            f"    quality: {chance.randint(0, 99)}\n"
            f"    images:\n{self._image(f'link-{number}-{place}', '      ')}"
        )

    def _images(self, name: str, indent: str) -> str:
        # Most have one, as the seeds do.
        return "".join(
            self._image(f"{name}-{place}", indent)
            for place in range(self._chance.choices((1, 2, 3), (8, 1, 1))[0])
        )

    def _image(self, name: str, indent: str) -> str:
        return (
            f'{indent}- url: "https://img.example/{name}.jpg"\n'
            f"{indent}  width: 1200\n{indent}  height: 630\n{indent}  isCached: true\n"
        )

    def _body(self) -> str:
        if self._chance.random() < 0.6:
            return ""
        paragraphs = [self._text(6) for _ in range(self._chance.randint(2, 6))]
        paragraphs[1:1] = [f"**{self._phrase()}** and [more](https://bench.example/more)."]
        return "\n\n".join(paragraphs) + "\n"

    def _some_phrases(self) -> list[str]:
        words = [word(number) for number in range(3000)]
        weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(words))))
        return [
            " ".join(
                self._chance.choices(words, cum_weights=weights, k=self._chance.randint(6, 11))
            ).capitalize()
            for _ in range(4000)
        ]

    def _phrase(self) -> str:
        return self._chance.choice(self._phrases)

    def _text(self, sentences: int) -> str:
        return ". ".join(self._chance.choices(self._phrases, k=sentences)) + "."

    def _provider(self) -> int:
        return self._chance.choices(range(1, PROVIDERS + 1), cum_weights=self._providers)[0]

    def _some_topics(self) -> list[int]:
        places = range(len(TOPICS))
        drawn = self._chance.choices(places, cum_weights=self._topics, k=self._chance.randint(1, 4))
        return list(dict.fromkeys(drawn))


def _provider(number: int, indent: str) -> str:
    return f"{indent}name: Provider {number}\n{indent}domain: p{number}.example\n"
