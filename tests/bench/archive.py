"""Writes archives of Markdown documents like the seeds; a size always gives the same archive.

Providers and topics follow Zipf's law; a document has 0 to 8 related links, 40% of which lead
to another document of the archive. The documents are spread evenly over four years, so that a
month of a large archive has more of them than one of a small archive, and a page is full in
both. About 15 consecutive documents are about one event, and name it in two words that no other
document has: a search for them has equally many matches in an archive of any size.
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
from tests.bench.words import make_event_words, make_word

ROOT_SIZE = 20_000
"""Documents of a root. Roots are imported one by one, so an interrupted import can continue."""

PROVIDERS = 500
TOPICS = (
    *("AI", "Machine Learning", "Computer Vision", "Robotics", "AI Ethics", "AI Hardware"),
    *("Language Models", "Autonomous Driving", "Cloud", "Healthcare", "Finance", "Research"),
    *("Startups", "Privacy", "Policy", "Speech", "Games", "Education", "Security", "Chips"),
    *("Open Source", "Climate", "Agriculture", "Space", "Quantum Computing"),
)
START = datetime(2018, 1, 1, tzinfo=UTC)
DURATION = timedelta(days=4 * 365 + 1)
EVENT_SIZE = 15
"""Documents about one event."""

_RESOLVED_SHARE = 0.4
_MAX_LINKS = 8


def generator_digest() -> str:
    """Return a digest of the generator, this module and `words`; it determines the documents."""
    texts = Path(__file__).read_bytes() + Path(words.__file__).read_bytes()
    return hashlib.sha256(texts).hexdigest()[:12]


def write_archive(folder: Path, size: int, root_size: int = ROOT_SIZE) -> list[Path]:
    """Write `size` documents below `folder`.

    Returns:
        The roots, each a folder with at most `root_size` documents and a newsgraph.toml.
    """
    archive = Archive(size)
    roots = []
    for first in range(0, size, root_size):
        root = folder / f"part-{first // root_size:02}"
        root.mkdir(parents=True, exist_ok=True)
        (root / "newsgraph.toml").write_text(
            f'id = "{root.name}"\ntitle = "The bench"\nurl = "https://bench.example/"\n', "utf-8"
        )
        for number in range(first, min(first + root_size, size)):
            (root / f"{archive.file_stem(number)}.md").write_text(
                archive.render_document(number), "utf-8"
            )
        roots.append(root)
    return roots


@dataclass(frozen=True, slots=True)
class _Story:
    """The values that a document and the links to it have in common."""

    title: str
    published: str
    provider: int


class Archive:
    """The documents of an archive; render them in order, because each advances the generator."""

    def __init__(self, size: int) -> None:
        self._random = random.Random(size)  # noqa: S311 - reproducible, not a secret
        self._provider_weights = list(
            itertools.accumulate(rank**-1.2 for rank in range(1, PROVIDERS + 1))
        )
        self._topic_weights = list(
            itertools.accumulate(1 / rank for rank in range(1, len(TOPICS) + 1))
        )
        self._phrases = self._generate_phrases()
        step = DURATION / size
        self._stories = [
            _Story(
                f"{make_event_words(number // EVENT_SIZE)}: {self._choose_phrase()}",
                f"{START + number * step:%Y-%m-%dT%H:%M:%SZ}",
                self._choose_provider(),
            )
            for number in range(size)
        ]

    def file_stem(self, number: int) -> str:
        """Return the file name of a document, without its suffix."""
        story = self._stories[number]
        words = story.title.lower().replace(":", "").replace(" ", "-")
        return f"{story.published[:10]}-{words}-{number}"

    def render_document(self, number: int) -> str:
        """Return the text of a document: front matter and body."""
        generator, story = self._random, self._stories[number]
        url = f"https://p{story.provider}.example/news/{number}/"
        links = "".join(
            self._render_link(number, position)
            for position in range(generator.randint(0, _MAX_LINKS))
        )
        authors = f"  authors:\n    - name: Author {generator.randint(1, 900)}\n"
        secret = b64encode(generator.randbytes(450)).decode()
        topics = "".join(f"  - {TOPICS[topic]}\n" for topic in self._choose_topics())
        return (
            f'---\ncategory: news\ntitle: "{story.title}"\nexcerpt: "{self._generate_text(3)}"\n'
            f'publishedDateTime: {story.published}\noriginalUrl: "{url}"\nwebUrl: "{url}"\n'
            f'ampWebUrl: "{url}amp/"\ncdnAmpWebUrl: "https://cdn.example/c/s/{number}/amp/"\n'
            f"type: article\nquality: {generator.randint(0, 99)}\n"
            f"heat: {generator.randint(-1, 99)}\n"
            f"published: true\n\nprovider:\n{_render_provider(story.provider, '  ')}"
            f'  images:\n    - url: "https://bench.example/logos/{story.provider}-50x50.jpg"\n'
            f"      width: 50\n      height: 50\n{authors if generator.random() < 0.3 else ''}"
            f"\ntopics:\n{topics}\nimages:\n{self._render_images(f'{number}', '  ')}"
            f"{f'{chr(10)}related:{chr(10)}{links}' if links else ''}"
            f'\nsecured: "{secret}"\n---\n{self._render_body()}'
        )

    def _render_link(self, number: int, position: int) -> str:
        generator, size = self._random, len(self._stories)
        target = generator.randrange(size) if generator.random() < _RESOLVED_SHARE else None
        if target is None:
            story = _Story(
                self._choose_phrase(), self._stories[number].published, self._choose_provider()
            )
            url = f"https://p{story.provider}.example/elsewhere/{number}-{position}/"
        else:
            story = self._stories[target]
            url = f"https://p{story.provider}.example/news/{target}/"
        return (
            f'  - title: "{story.title}"\n    excerpt: "{self._generate_text(3)}"\n'
            f'    publishedDateTime: {story.published}\n    webUrl: "{url}"\n'
            f'    ampWebUrl: "{url}amp/"\n    type: article\n'
            f"    provider:\n{_render_provider(story.provider, '      ')}"
            f"    quality: {generator.randint(0, 99)}\n"
            f"    images:\n{self._render_image(f'link-{number}-{position}', '      ')}"
        )

    def _render_images(self, name: str, indent: str) -> str:
        # Most have one image, like the seeds.
        return "".join(
            self._render_image(f"{name}-{position}", indent)
            for position in range(self._random.choices((1, 2, 3), (8, 1, 1))[0])
        )

    def _render_image(self, name: str, indent: str) -> str:
        return (
            f'{indent}- url: "https://img.example/{name}.jpg"\n'
            f"{indent}  width: 1200\n{indent}  height: 630\n{indent}  isCached: true\n"
        )

    def _render_body(self) -> str:
        if self._random.random() < 0.6:
            return ""
        paragraphs = [self._generate_text(6) for _ in range(self._random.randint(2, 6))]
        paragraphs[1:1] = [f"**{self._choose_phrase()}** and [more](https://bench.example/more)."]
        return "\n\n".join(paragraphs) + "\n"

    def _generate_phrases(self) -> list[str]:
        words = [make_word(number) for number in range(3000)]
        weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(words))))
        return [
            " ".join(
                self._random.choices(words, cum_weights=weights, k=self._random.randint(6, 11))
            ).capitalize()
            for _ in range(4000)
        ]

    def _choose_phrase(self) -> str:
        return self._random.choice(self._phrases)

    def _generate_text(self, sentences: int) -> str:
        return ". ".join(self._random.choices(self._phrases, k=sentences)) + "."

    def _choose_provider(self) -> int:
        return self._random.choices(range(1, PROVIDERS + 1), cum_weights=self._provider_weights)[0]

    def _choose_topics(self) -> list[int]:
        topic_numbers = range(len(TOPICS))
        chosen = self._random.choices(
            topic_numbers, cum_weights=self._topic_weights, k=self._random.randint(1, 4)
        )
        return list(dict.fromkeys(chosen))


def _render_provider(number: int, indent: str) -> str:
    return f"{indent}name: Provider {number}\n{indent}domain: p{number}.example\n"
