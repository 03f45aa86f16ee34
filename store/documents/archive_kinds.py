"""The kinds of archives: how each generator reads its documents.

docs/archives.md shows this table, and a test compares them.
"""

from __future__ import annotations

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
HeaderForm: TypeAlias = Literal["python-markdown", "mkdocs", "hexo"]
"""Front matter without a line of dashes above it: `store.documents.header_lines`."""
Separator: TypeAlias = Literal[",", " ", "; or ,"]
Inheritance: TypeAlias = Literal["keys", "mappings", "mappings and lists"]
"""How inherited values are merged under those of a document: as the values of keys that it lacks,
also inside of mappings, or so that inherited lists precede its own."""
TitleSource: TypeAlias = Literal["heading", "file name"]
"""What the title is if no key has it: the heading that the body begins with, or the file's name.
Without such a heading, it is the file's name, too."""
Ties: TypeAlias = Literal["key", "path", "path, reversed", "title"]
"""What decides the order of documents with equal dates, newest first; ``key`` is a hash of the id,
and documents with equal titles are in the order of their paths."""
HeadingIds: TypeAlias = Literal["github", "hugo", "hexo", "zola", "python-markdown"]
"""Where generators follow GitHub, Hexo keeps capital letters, and others join words differently."""

POSTS_FOLDER: Final = "_posts"
DRAFTS_FOLDER: Final = "_drafts"
"""Jekyll's and Hexo's folders of posts and of drafts."""


@dataclass(frozen=True, slots=True)
class ArchiveKind:
    """How a generator reads its documents.

    Attributes:
        name: value of the setting ``kind``.
        generator: name of the generator.
        title_source: what the title is if no key has it.
        has_file_titles: whether a title that is only the file's name is one in feeds, too; without
            it the generator shows such documents without a title, as short notes.
        topic_keys: keys of topics. Of the kind ``plain`` the first one that is present counts, of
            all others all of them do.
        one_topic_keys: those of them whose text is one topic, whatever it contains.
        separator: what separates the topics in a text: commas, spaces, or semicolons and else
            commas; None if a text is one topic.
        related_keys: keys of related links, besides those that all kinds have.
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
        draft_by: entries of front matter that make a document a draft, besides ``draft: true`` and
            ``published: false``; a key with dots is that of a mapping in a mapping.
        pageless_by: entries with which a document has no page of its own.
        unlisted_by: entries with which a document is in no list of the generator.
        no_sitemap_by: entries with which a document is not in the sitemap.
        draft_first: whether ``draft`` counts if a document has both ``draft`` and ``published``.
        dated_path_keys: keys of the document's path on the site, whose date is that of a document
            without one.
        computed_dates: values of dates that the generator computes from the file, in small letters.
        inheritance: how values that a document inherits are merged under its own.
        header_form: a form of front matter without a line of dashes above it.
        has_language_suffixes: whether ``post.de.md`` can be a document in German.
        has_language_folders: whether a folder with the code of one of the site's languages contains
            the documents in this language.
        language_folder_depth: how many of the first folders can name a language if no configuration
            names the languages; `_posts` and `_drafts` do not count.
        language_parents: first folders below which the next one can name a language in this case.
        translation_folders: patterns of further folders with documents, which are translations.
        static_folders: folders whose files have the paths on the site that they have there, besides
            the folders with documents.
        site_prefixes: beginnings of paths that mean a folder of the archive, with this folder.
        has_asset_folders: whether the files of ``post.md`` can be in the folder ``post``.
        translation_keys: keys whose text a document and its translations have in common.
        alias_base: what a relative path in `aliases` is relative to; None if only absolute ones
            count, as the generator has no aliases.
        has_alias_lists: whether commas separate the aliases in a text.
        redirect_keys: keys that make a document a redirect to another page.
        hides_future: whether documents are hidden until their date of publication.
        hides_future_pages: whether that applies to pages, too, and not to posts only.
        publish_date_first: whether ``publishDate`` takes the place of the date; otherwise a
            document is hidden until both have come.
        heading_ids: whose way of making ids of headings from their texts it is.
    """

    name: KindName
    generator: str
    title_source: TitleSource = "heading"
    has_file_titles: bool = True
    topic_keys: tuple[str, ...] = ("topics", "tags", "tag", "categories", "category")
    one_topic_keys: tuple[str, ...] = ("category", "tag")
    separator: Separator | None = ","
    related_keys: tuple[str, ...] = ()
    ignored_topics: tuple[str, ...] = ()
    content_folders: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    underscore_folders: tuple[str, ...] | None = None
    has_sections: bool = False
    has_bundles: bool = False
    ties: Ties = "path"
    author_sources: tuple[str, ...] = ()
    splits_authors: bool = False
    draft_by: tuple[str, ...] = ()
    pageless_by: tuple[str, ...] = ()
    unlisted_by: tuple[str, ...] = ()
    no_sitemap_by: tuple[str, ...] = ("sitemap: false",)
    draft_first: bool = False
    dated_path_keys: tuple[str, ...] = ()
    computed_dates: tuple[str, ...] = ()
    inheritance: Inheritance = "keys"
    header_form: HeaderForm | None = None
    has_language_suffixes: bool = True
    has_language_folders: bool = True
    language_folder_depth: int = 0
    language_parents: tuple[str, ...] = ()
    translation_folders: tuple[str, ...] = ()
    static_folders: tuple[str, ...] = ()
    site_prefixes: tuple[tuple[str, str], ...] = ()
    has_asset_folders: bool = False
    translation_keys: tuple[str, ...] = ("translationKey", "translation_key", "translation_id")
    alias_base: Literal["root", "section"] | None = None
    has_alias_lists: bool = False
    redirect_keys: tuple[str, ...] = ()
    hides_future: bool = False
    hides_future_pages: bool = True
    publish_date_first: bool = False
    heading_ids: HeadingIds = "github"

    def split_topics(self, key: str, text: str) -> list[str]:
        """Return the topics in a text, without surrounding spaces."""
        if self.separator is None or key in self.one_topic_keys:
            return [text.strip()]
        if self.separator == " ":
            return text.split()
        return split_names(text) if self.separator == "; or ," else _split(text, ",")


def split_names(text: str) -> list[str]:
    """Split names as Pelican does: at semicolons, or else at commas."""
    return _split(text, ";" if ";" in text else ",")


def _split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


PLAIN: Final = ArchiveKind(
    "plain",
    "none",
    topic_keys=("topics", "tags", "categories"),
    one_topic_keys=("topics", "category"),
    ties="key",
    language_parents=("content",),
    hides_future=True,
    static_folders=("static", "public"),
)
"""An archive that shows no generator, such as the output of a crawler."""

JEKYLL: Final = ArchiveKind(
    "jekyll",
    "Jekyll",
    title_source="file name",
    separator=" ",
    # The home page and the page of missing addresses are templates.
    skipped=("vendor/*", "index.html", "404.html", "404.md"),
    underscore_folders=(POSTS_FOLDER, DRAFTS_FOLDER),
    ties="path, reversed",
    author_sources=(
        *("_data/authors", "_data/authors/", "_data/people", "_data/people/", "_authors/"),
        "_config",
    ),
    inheritance="mappings",
    language_folder_depth=1,
    translation_keys=(
        *("translationKey", "translation_key", "translation_id"),
        *("ref", "lang-ref", "lang_ref", "page_id"),
    ),
    alias_base="root",
    redirect_keys=("redirect_to",),
    hides_future=True,
    hides_future_pages=False,
)
HUGO: Final = ArchiveKind(
    "hugo",
    "Hugo",
    title_source="file name",
    has_file_titles=False,
    topic_keys=("topics", "tags", "categories"),
    separator=None,
    content_folders=("content",),
    skipped=("themes/*", "layouts/*", "archetypes/*", "public/*", "resources/*"),
    has_sections=True,
    has_bundles=True,
    ties="title",
    author_sources=("data/authors", "data/authors/", "content/authors/"),
    pageless_by=(
        *("headless: true", "build.render: never", "build.render: false"),
        *("_build.render: never", "_build.render: false"),
    ),
    unlisted_by=(
        *("build.list: never", "build.list: local", "build.list: false"),
        *("_build.list: never", "_build.list: local", "_build.list: false"),
    ),
    no_sitemap_by=("sitemap: false", "sitemap.disable: true"),
    draft_first=True,
    has_language_folders=False,
    language_folder_depth=1,
    alias_base="section",
    hides_future=True,
    publish_date_first=True,
    static_folders=("static", "assets"),
    heading_ids="hugo",
)
ZOLA: Final = ArchiveKind(
    "zola",
    "Zola",
    title_source="file name",
    has_file_titles=False,
    separator=None,
    content_folders=("content",),
    skipped=("themes/*", "templates/*", "public/*"),
    has_sections=True,
    pageless_by=("render: false",),
    dated_path_keys=("path",),
    has_language_folders=False,
    alias_base="root",
    static_folders=("static",),
    site_prefixes=(("@/", "content"),),
    heading_ids="zola",
)
HEXO: Final = ArchiveKind(
    "hexo",
    "Hexo",
    title_source="file name",
    has_file_titles=False,
    separator=None,
    content_folders=("source",),
    underscore_folders=(POSTS_FOLDER, DRAFTS_FOLDER),
    skipped=("themes/*", "scaffolds/*", "public/*"),
    author_sources=("source/_data/authors", "_config"),
    header_form="hexo",
    language_folder_depth=1,
    alias_base="root",
    redirect_keys=("redirect",),
    has_asset_folders=True,
    heading_ids="hexo",
)
ELEVENTY: Final = ArchiveKind(
    "eleventy",
    "Eleventy",
    has_file_titles=False,
    separator=None,
    ignored_topics=("post", "posts", "all", "nav"),
    skipped=("_includes/*", "*/_includes/*", "_layouts/*", "*/_layouts/*", "_data/*", "*/_data/*"),
    ties="path, reversed",
    author_sources=("_data/authors", "_data/authors/", "*/_data/authors", "*/_data/authors/"),
    pageless_by=("permalink: false",),
    unlisted_by=("eleventyExcludeFromCollections: true",),
    computed_dates=("created", "last modified", "git created", "git last modified"),
    inheritance="mappings and lists",
    language_folder_depth=2,
    static_folders=("public", "static", "src"),
)
ASTRO: Final = ArchiveKind(
    "astro",
    "Astro",
    has_file_titles=False,
    content_folders=("src/content", "src/data", "src/pages", "src/blog", "src/posts", "content"),
    underscore_folders=(),
    author_sources=(
        "src/content/authors/",
        "src/content/authors",
        "src/data/authors/",
        "src/data/authors",
    ),
    language_folder_depth=4,
    static_folders=("public", "src/assets", "src"),
    site_prefixes=(("@/", "src"), ("~/", "src"), ("@assets/", "src/assets")),
)
DOCUSAURUS: Final = ArchiveKind(
    "docusaurus",
    "Docusaurus",
    content_folders=("blog", "docs", "src/pages"),
    underscore_folders=(),
    skipped=("build/*",),
    author_sources=("*/authors",),
    unlisted_by=("unlisted: true",),
    has_language_suffixes=False,
    has_language_folders=False,
    translation_folders=("i18n/*/docusaurus-plugin-content-*",),
    static_folders=("static",),
    site_prefixes=(("@site/", ""),),
)
MKDOCS: Final = ArchiveKind(
    "mkdocs",
    "MkDocs",
    # Material for MkDocs, "Adding related links" of its blog.
    related_keys=("links",),
    content_folders=("docs",),
    skipped=("site/*",),
    author_sources=("docs/.authors", "docs/*/.authors"),
    header_form="mkdocs",
    has_language_folders=False,
    heading_ids="python-markdown",
)
PELICAN: Final = ArchiveKind(
    "pelican",
    "Pelican",
    separator="; or ,",
    content_folders=("content",),
    skipped=("output/*", "themes/*"),
    splits_authors=True,
    draft_by=("status: draft",),
    pageless_by=("status: skip",),
    unlisted_by=("status: hidden",),
    header_form="python-markdown",
    heading_ids="python-markdown",
    translation_keys=("translation_id", "slug"),
    alias_base="root",
    has_alias_lists=True,
)

KINDS: Final[dict[str, ArchiveKind]] = {
    kind.name: kind
    for kind in (PLAIN, JEKYLL, HUGO, ZOLA, HEXO, ELEVENTY, ASTRO, DOCUSAURUS, MKDOCS, PELICAN)
}
"""All kinds by name."""
