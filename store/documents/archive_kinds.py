"""The kinds of archives: how each generator reads its documents.

docs/archives.md shows this table, and a test compares them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

KindName: TypeAlias = Literal[
    "plain",
    "jekyll",
    "hugo",
    "zola",
    "hexo",
    "eleventy",
    "astro",
    "docusaurus",
    "mkdocs",
    "pelican",
]
TitleSource: TypeAlias = Literal["heading", "file name"]
"""What the title is if no key has it: the heading that the body begins with, or the file's name.
Without such a heading, it is the file's name, too."""
Ties: TypeAlias = Literal["key", "path", "path, reversed", "title"]
"""What decides the order of documents with equal dates, newest first; ``key`` is a hash of the id,
and documents with equal titles are in the order of their paths."""


@dataclass(frozen=True, slots=True)
class ArchiveKind:
    """How a generator reads its documents.

    Attributes:
        name: value of the setting ``kind``.
        generator: name of the generator.
        title_source: what the title is if no key has it.
        topic_keys: keys of topics. Of the kind ``plain`` the first one that is present counts, of
            all others all of them do.
        one_topic_keys: those of them whose text is one topic, whatever it contains.
        separator: what separates the topics in a text, as a regular expression; None if a text is
            one topic.
        ignored_topics: tags by which the generator makes lists of documents.
        content_folders: if any of these folders exists, only they contain documents.
        skipped: patterns (`fnmatch`) of paths that are not documents.
        underscore_folders: the only folders with documents whose names begin with an underscore;
            None if such folders are like all others.
        has_sections: whether ``_index.md`` describes a section.
        has_bundles: whether the other documents in the folder of an ``index.md`` are its resources.
        ties: what decides the order of documents with equal dates.
        author_sources: where authors are described, in this order: paths of files without their
            suffix, and of folders, which end with ``/`` and have a file for each author. ``*`` is
            any folder.
        splits_authors: whether a text in ``authors`` is several names.
    """

    name: KindName
    generator: str
    title_source: TitleSource = "heading"
    topic_keys: tuple[str, ...] = ("topics", "tags", "tag", "categories", "category")
    one_topic_keys: tuple[str, ...] = ("category", "tag")
    separator: str | None = ","
    ignored_topics: tuple[str, ...] = ()
    content_folders: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    underscore_folders: tuple[str, ...] | None = None
    has_sections: bool = False
    has_bundles: bool = False
    ties: Ties = "path"
    author_sources: tuple[str, ...] = ()
    splits_authors: bool = False

    def split_topics(self, key: str, text: str) -> list[str]:
        """Return the topics in a text, without surrounding spaces."""
        if self.separator is None or key in self.one_topic_keys:
            return [text.strip()]
        return [part.strip() for part in re.split(self.separator, text) if part.strip()]


PLAIN: Final = ArchiveKind(
    "plain",
    "none",
    topic_keys=("topics", "tags", "categories"),
    one_topic_keys=("topics", "category"),
    ties="key",
)
"""An archive that shows no generator, such as the output of a crawler."""

JEKYLL: Final = ArchiveKind(
    "jekyll",
    "Jekyll",
    title_source="file name",
    separator=r"\s+",
    skipped=("vendor/*",),
    underscore_folders=("_posts", "_drafts"),
    ties="path, reversed",
    author_sources=(
        *("_data/authors", "_data/authors/", "_data/people", "_data/people/", "_authors/"),
        "_config",
    ),
)
HUGO: Final = ArchiveKind(
    "hugo",
    "Hugo",
    title_source="file name",
    topic_keys=("topics", "tags", "categories"),
    separator=None,
    content_folders=("content",),
    skipped=("themes/*", "layouts/*", "archetypes/*", "public/*", "resources/*"),
    has_sections=True,
    has_bundles=True,
    ties="title",
    author_sources=("data/authors", "data/authors/", "content/authors/"),
)
ZOLA: Final = ArchiveKind(
    "zola",
    "Zola",
    title_source="file name",
    separator=None,
    content_folders=("content",),
    skipped=("themes/*", "templates/*", "public/*"),
    has_sections=True,
)
HEXO: Final = ArchiveKind(
    "hexo",
    "Hexo",
    title_source="file name",
    separator=None,
    content_folders=("source",),
    underscore_folders=("_posts", "_drafts"),
    skipped=("themes/*", "scaffolds/*", "public/*"),
    author_sources=("source/_data/authors", "_config"),
)
ELEVENTY: Final = ArchiveKind(
    "eleventy",
    "Eleventy",
    separator=None,
    ignored_topics=("post", "posts", "all", "nav"),
    skipped=("_includes/*", "*/_includes/*", "_layouts/*", "*/_layouts/*", "_data/*", "*/_data/*"),
    ties="path, reversed",
    author_sources=("_data/authors", "_data/authors/", "*/_data/authors", "*/_data/authors/"),
)
ASTRO: Final = ArchiveKind(
    "astro",
    "Astro",
    content_folders=("src/content", "src/data", "src/pages", "src/blog", "src/posts", "content"),
    underscore_folders=(),
    author_sources=(
        "src/content/authors/",
        "src/content/authors",
        "src/data/authors/",
        "src/data/authors",
    ),
)
DOCUSAURUS: Final = ArchiveKind(
    "docusaurus",
    "Docusaurus",
    content_folders=("blog", "docs", "src/pages"),
    underscore_folders=(),
    skipped=("build/*",),
    author_sources=("*/authors",),
)
MKDOCS: Final = ArchiveKind(
    "mkdocs",
    "MkDocs",
    content_folders=("docs",),
    skipped=("site/*",),
    author_sources=("docs/.authors", "docs/*/.authors"),
)
PELICAN: Final = ArchiveKind(
    "pelican",
    "Pelican",
    content_folders=("content",),
    skipped=("output/*", "themes/*"),
    splits_authors=True,
)

KINDS: Final[dict[str, ArchiveKind]] = {
    kind.name: kind
    for kind in (PLAIN, JEKYLL, HUGO, ZOLA, HEXO, ELEVENTY, ASTRO, DOCUSAURUS, MKDOCS, PELICAN)
}
"""All kinds by name."""
