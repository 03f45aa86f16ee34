"""Documents of a topic, one of which changes, imported into a store that is being served."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.bench.archive import DURATION, START, TOPICS, Archive
from tests.bench.stores import ImportFailed, import_root
from tests.bench.words import make_word

if TYPE_CHECKING:
    from pathlib import Path

TOPIC = TOPICS[0]
"""The topic that most documents have."""

ENTRY_COUNT = 50
"""Entries of a feed."""

_ARCHIVE_SIZE = 250
_WORDS, _WORDS_PER_SENTENCE, _SENTENCES_PER_PARAGRAPH = 3_000, 12, 6
_SEED = 20_260_102


class UpdatedTopic:
    """A folder of documents that are newer than all others, and its store.

    Attributes:
        documents: those in the feed of `TOPIC`, newest first.
    """

    def __init__(self, folder: Path, store: Path, body_size: int | None = None) -> None:
        """Write the documents, and import them.

        Args:
            folder: for the documents.
            store: the database file.
            body_size: characters of each document's body; None leaves bodies as the bench's
                archives have them.

        Raises:
            ImportFailed: the import failed.
        """
        folder.mkdir(parents=True)
        (folder / "newsgraph.toml").write_text('id = "updates"\n', "utf-8")
        self._folder, self._store = folder, store
        self._random = random.Random(_SEED)  # noqa: S311 - reproducible, not a secret
        self._change_count = 0
        archive = Archive(_ARCHIVE_SIZE)
        documents = []
        for number in range(_ARCHIVE_SIZE):
            text = archive.render_document(number).replace("/news/", "/updates/")
            published = START + DURATION + timedelta(minutes=number)
            text = _replace_line(text, "publishedDateTime", f"{published:%Y-%m-%dT%H:%M:%SZ}")
            if body_size is not None:
                front_matter, end, _ = text.partition("\n---\n")
                text = front_matter + end + self._render_body(body_size)
            path = folder / f"{number}.md"
            path.write_text(text, "utf-8")
            if f"\n  - {TOPIC}\n" in text:
                documents.append(path)
        self.documents = documents[: -ENTRY_COUNT - 1 : -1]
        import_root(folder, store)

    @property
    def revision(self) -> int:
        """The store's revision."""
        with closing(sqlite3.connect(f"file:{self._store}?mode=ro", uri=True)) as database:
            (revision,) = database.execute("SELECT revision FROM state").fetchone()
        return int(revision)

    @property
    def feed_path(self) -> str:
        """Path of the topic's feed, without its suffix."""
        with closing(sqlite3.connect(f"file:{self._store}?mode=ro", uri=True)) as database:
            (slug,) = database.execute("SELECT slug FROM topic WHERE name = ?", (TOPIC,)).fetchone()
        return f"/feeds/topics/{slug}"

    def change_title(self) -> str:
        """Change the title of the document in the middle of the feed, and import it.

        It is always the same document: a format of the feed that was not requested after some of
        the imports has only one changed entry, too.

        Returns:
            The new title.

        Raises:
            ImportFailed: the import failed, or changed nothing.
        """
        self._change_count += 1
        path, title = self.documents[ENTRY_COUNT // 2], f"Change {self._change_count} of the title"
        path.write_text(_replace_line(path.read_text("utf-8"), "title", f'"{title}"'), "utf-8")
        previous_revision = self.revision
        import_root(self._folder, self._store)
        if self.revision == previous_revision:
            raise ImportFailed(f"importing {self._folder} did not change the store")
        return title

    def _render_body(self, size: int) -> str:
        """Return paragraphs of about so many characters, with links and emphasis."""
        paragraphs: list[str] = []
        length = 0
        while length < size:
            sentences = [self._render_sentence() for _ in range(_SENTENCES_PER_PARAGRAPH)]
            paragraphs.append(" ".join(sentences))
            length += len(paragraphs[-1]) + 2
        return "\n\n".join(paragraphs) + "\n"

    def _render_sentence(self) -> str:
        words = [make_word(self._random.randrange(_WORDS)) for _ in range(_WORDS_PER_SENTENCE)]
        kind = self._random.random()
        if kind < 0.25:
            words[3:5] = [f"**{words[3]} {words[4]}**"]
        elif kind < 0.5:
            words[3] = f"*{words[3]}*"
        elif kind < 0.75:
            words[3:5] = [f"[{words[3]} {words[4]}](https://bench.example/{words[5]}/)"]
        return " ".join(words).capitalize() + "."


def _replace_line(text: str, key: str, value: str) -> str:
    """Return a document with another value of a key of its front matter."""
    return re.sub(rf"(?m)^{key}: .*", f"{key}: {value}", text, count=1)
