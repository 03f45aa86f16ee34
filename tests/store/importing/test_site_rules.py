"""What generators' configurations and data files say of documents, in imports."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from newsgraph.server.config.settings import read_root
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.importing.import_results import (
    article_values,
    diagnostic_codes,
    diagnostic_positions,
    nonzero_counts,
)

DOCUMENT = "---\ntitle: T\n---\n"


@pytest.fixture
def import_site(opened, archive):
    """A function that imports the archive with the configuration of its generator."""

    async def import_site(folder=""):
        return await opened.store.import_roots(
            [read_root(archive.folder / folder)], lambda _read, _total: None
        )

    return import_site


def write_all(archive, files):
    """Write files."""
    for path, text in files.items():
        archive.write_file(path, text)


def shown(opened):
    """Return the identities of the articles that are served."""
    return set(article_values(opened.path))


SITES = [
    (
        "hugo",
        {
            "hugo.toml": "[[cascade]]\ndraft = true\n[cascade.target]\npath = '/hidden/**'\n",
            "content/_index.md": "---\ncascade: {type: story}\n---\n",
            "content/parts/_index.md": "+++\n[cascade.build]\nrender = 'never'\n+++\n",
            "content/parts/sub/a.md": DOCUMENT,
            "content/parts/b.md": "---\ntitle: T\nbuild: {list: always}\n---\n",
            "content/hidden/c.md": DOCUMENT,
            "content/hidden/d.md": "---\ntitle: T\ndraft: false\n---\n",
            "content/e.md": DOCUMENT,
            "content/f/index.md": "---\ntitle: T\nheadless: true\n---\n",
            "content/g.md": "---\ntitle: T\n_build: {render: false}\n---\n",
        },
        {"content/parts/b", "content/hidden/d", "content/e"},
        4,
    ),
    (
        "jekyll",
        {
            "_config.yml": (
                "collections:\n  people: {output: true}\n  recipes:\ninclude: [_pages/]\n"
                "exclude: [private, LICENSE]\n"
                "defaults: [{scope: {path: '', type: people}, values: {published: false}}]"
            ),
            "_posts/2024-05-02-a.md": DOCUMENT,
            "_people/b.md": DOCUMENT,
            "_people/c.md": "---\ntitle: T\npublished: true\n---\n",
            "_recipes/d.md": DOCUMENT,
            "_pages/e.md": DOCUMENT,
            "private/f.md": DOCUMENT,
            "LICENSE.md": DOCUMENT,
            "_layouts/g.html": DOCUMENT,
        },
        {"_posts/2024-05-02-a", "_people/c", "_pages/e"},
        1,
    ),
    (
        "zola",
        {
            "config.toml": "base_url = '/'\nignored_content = ['*.skip.md', 'temp.*']\n",
            "content/drafts/_index.md": "+++\ndraft = true\n+++\n",
            "content/drafts/sub/a.md": "+++\ntitle = 'T'\n+++\n",
            "content/b.md": "+++\ntitle = 'T'\n+++\n",
            "content/x/c.skip.md": "+++\ntitle = 'T'\n+++\n",
            "content/x/temp.md": "+++\ntitle = 'T'\n+++\n",
            "content/d.md": "+++\ntitle = 'T'\nrender = false\n+++\n",
        },
        {"content/b"},
        2,
    ),
    (
        "hexo",
        {
            "_config.yml": "source_dir: source\nskip_render: 'raw/**'\nexclude: ['*.draft.md']\n",
            "source/_posts/a.md": DOCUMENT,
            "source/_drafts/b.md": DOCUMENT,
            "source/raw/c/d.md": DOCUMENT,
            "source/e.draft.md": DOCUMENT,
            "source/_posts/f.md": "title: T\npublished: false\n---\n",
        },
        {"source/_posts/a"},
        2,
    ),
    (
        "mkdocs",
        {
            "mkdocs.yml": (
                "site_name: S\nexclude_docs: |\n  /drafts\n  !keep.md\ndraft_docs: wip*\n"
                "not_in_nav: c.md\n"
            ),
            "docs/drafts/a.md": DOCUMENT,
            "docs/drafts/keep.md": DOCUMENT,
            "docs/wip-b.md": DOCUMENT,
            "docs/c.md": DOCUMENT,
            "docs/templates/d.md": DOCUMENT,
            "docs/templates/keep.md": DOCUMENT,
        },
        {"docs/c", "docs/drafts/keep", "docs/templates/keep"},
        1,
    ),
    (
        "eleventy",
        {
            ".eleventy.js": "",
            ".eleventyignore": (
                "# no\nREADME.md\n_drafts/\n!posts/a.md\n./old-*\n/notes/**/*.tmp.md\n"
            ),
            "README.md": DOCUMENT,
            "posts/README.md": DOCUMENT,
            "_drafts/a.md": DOCUMENT,
            "old-posts/a.md": DOCUMENT,
            "notes/a/b.tmp.md": DOCUMENT,
            "posts/posts.json": '{"tags": ["posts", "town"], "permalink": "/p/"}',
            "posts/a.md": DOCUMENT,
            "posts/b.md": "---\ntitle: T\npermalink: false\n---\n",
            "posts/b.json": '{"permalink": "/b/"}',
            "posts/c.md": DOCUMENT,
            "posts/c.11tydata.json": '{"permalink": false}',
        },
        {"posts/a", "posts/README"},
        2,
    ),
    (
        "eleventy",
        {
            "eleventy.config.js": "return {dir: {input: 'src', includes: '_parts', data: '../d'}}",
            "src/a.md": DOCUMENT,
            "src/_parts/a.html": DOCUMENT,
            "d/a.md": DOCUMENT,
            "src/b.md": "---\ntitle: T\npermalink: false\n---\n",
        },
        {"src/a"},
        1,
    ),
    (
        "docusaurus",
        {
            "docusaurus.config.js": "",
            "blog/a.md": "---\ntitle: T\nunlisted: true\n---\n",
            "blog/b.md": "---\ntitle: T\ndraft: true\n---\n",
            "blog/c.md": DOCUMENT,
        },
        {"blog/c"},
        2,
    ),
    (
        "pelican",
        {
            "pelicanconf.py": "PATH = 'content'\n",
            "content/a.md": "Title: T\nStatus: draft\n\nText",
            "content/b.md": "Title: T\nStatus: skip\n\nText",
            "content/c.md": "Title: T\n\nText",
        },
        {"content/c"},
        2,
    ),
]


@pytest.mark.parametrize(
    ("kind", "files", "expected", "hidden"), SITES, ids=[site[0] for site in SITES]
)
async def test_what_a_generator_hides(opened, archive, import_site, kind, files, expected, hidden):
    """A document that the generator does not show is hidden, or is no document."""
    write_all(archive, files)
    report = await import_site()
    assert read_root(archive.folder).collection.kind == kind
    assert shown(opened) == expected
    assert report.hidden == hidden
    assert not report.has_errors
    again = await import_site()
    assert nonzero_counts(again) == {"unchanged": len(expected) + hidden, "hidden": hidden}
    assert (again.revision, again.diagnostics) == (report.revision, report.diagnostics)


CHANGES = [
    (
        {"_config.yml": "defaults: [{scope: {path: ''}, values: {excerpt: One}}]"},
        {"_config.yml": "defaults: [{scope: {path: ''}, values: {excerpt: Two}}]"},
        "_posts/a.md",
    ),
    (
        {"hugo.yaml": "", "content/posts/_index.md": "---\ncascade: {summary: One}\n---\n"},
        {"content/posts/_index.md": "---\ncascade: {summary: Two}\n---\n"},
        "content/posts/a.md",
    ),
    (
        {".eleventy.js": "", "posts/posts.json": '{"description": "One"}'},
        {"posts/posts.json": '{"description": "Two"}'},
        "posts/a.md",
    ),
]


@pytest.mark.parametrize(("before", "after", "path"), CHANGES)
async def test_a_changed_configuration_is_noticed(
    opened, archive, clock, import_site, before, after, path
):
    """A change reads the documents again that inherit values; their times and files stay."""
    write_all(archive, before | {path: DOCUMENT})
    await import_site()
    updated = article_values(opened.path, "updated_at")
    assert set(article_values(opened.path, "excerpt").values()) == {"One"}
    clock.forward(days=1)
    write_all(archive, after)
    report = await import_site()
    assert nonzero_counts(report) == {"updated": 1}
    assert set(article_values(opened.path, "excerpt").values()) == {"Two"}
    assert article_values(opened.path, "updated_at") == updated
    ((front_matter,),) = fetch_rows(opened.path, "SELECT front_matter FROM document")
    assert json.loads(front_matter) == {"title": "T"}


async def test_only_matching_documents_are_parsed_again(opened, archive, import_site):
    """Only the documents to which a changed value applies are read again."""
    write_all(archive, {"_config.yml": "title: S\n", "a.md": DOCUMENT, "_posts/b.md": DOCUMENT})
    await import_site()
    archive.write_file("_config.yml", "defaults: [{scope: {type: posts}, values: {type: x}}]")
    assert nonzero_counts(await import_site()) == {"updated": 1, "unchanged": 1}
    assert article_values(opened.path, "type") == {"a": None, "_posts/b": "x"}


async def test_a_folder_inside_of_the_archive(opened, archive, import_site):
    """Rules of the archive apply to a folder that is imported alone, with the same paths."""
    write_all(
        archive,
        {
            "hugo.toml": "",
            "content/_index.md": "---\ncascade: {type: root}\n---\n",
            "content/posts/_index.md": (
                "---\ncascade: {summary: S, _target: {path: /posts/b}}\n---\n"
            ),
            "content/posts/a.md": DOCUMENT,
            "content/posts/b.md": DOCUMENT,
        },
    )
    await import_site("content/posts")
    assert article_values(opened.path, "type") == {"a": "root", "b": "root"}
    assert article_values(opened.path, "excerpt") == {"a": None, "b": "S"}


async def test_folders_of_docusaurus(opened, archive, import_site):
    """Folders in the site that plugins name are read; one outside of it is named once."""
    config = "presets: [['classic', {\n docs: {path: '../docs'}, blog: {path: 'news'}}]]"
    files = ("docs/a.md", "site/news/b.md", "site/src/pages/c.md", "site/other/d.md")
    write_all(archive, dict.fromkeys(files, DOCUMENT) | {"site/docusaurus.config.js": config})
    report = await import_site("site")
    assert shown(opened) == {"news/b", "src/pages/c"}
    assert diagnostic_positions(report) == [
        ("", None, None, "left-out"),
        ("docusaurus.config.js", 2, 15, "left-out"),
    ]
    assert report.diagnostics[1][1].message == (
        "Docusaurus reads documents outside of the site, in '../docs'."
    )


AUTHORS = """
SELECT article.slug, author.name, author.url FROM article
JOIN article_author ON article_author.article_id = article.id
JOIN author ON author.id = article_author.author_id ORDER BY article.slug
"""


@pytest.mark.parametrize(
    ("files", "author"),
    [
        ({"_config.yml": "author: Ann\n"}, ("Ann", None)),
        (
            {"_config.yml": "author: {name: Ann, uri: 'https://ann.example', email: a@b.example}"},
            ("Ann", "https://ann.example"),
        ),
        (
            {"_config.yml": "author: ann\n", "_data/authors.yml": "ann: {name: Ann Bell}\n"},
            ("Ann Bell", None),
        ),
        ({"pelicanconf.py": "AUTHOR = 'Ann'\nPATH = ''\n"}, ("Ann", None)),
        ({"_config.yml": "author: {twitter: ann}\n"}, None),
        ({"hugo.toml": "author = 'Ann'\n"}, None),
    ],
)
async def test_the_author_of_the_site(opened, archive, import_site, files, author):
    """Jekyll's feeds and Pelican have it as the author of documents that name none."""
    write_all(archive, files | {"a.md": DOCUMENT, "b.md": "---\nauthors: [Bob]\n---\n"})
    report = await import_site()
    assert report.diagnostics == []
    expected = [("a", *author)] if author else []
    assert fetch_rows(opened.path, AUTHORS) == [*expected, ("b", "Bob", None)]


async def test_a_changed_author_of_the_site(opened, archive, clock, import_site):
    """The documents that name none follow, and their times stay."""
    write_all(archive, {"_config.yml": "author: Ann\n", "a.md": DOCUMENT})
    await import_site()
    updated = article_values(opened.path, "updated_at")
    clock.forward(days=1)
    archive.write_file("_config.yml", "author: Bob\n")
    await import_site()
    assert fetch_rows(opened.path, AUTHORS) == [("a", "Bob", None)]
    assert article_values(opened.path, "updated_at") == updated


async def test_a_relative_url_of_the_author_of_the_site(archive, import_site):
    """It is reported once, for the configuration."""
    author = "author: {name: Ann, avatar: /ann.png}\n"
    write_all(archive, {"_config.yml": author, "a.md": DOCUMENT, "b.md": DOCUMENT})
    report = await import_site()
    assert diagnostic_positions(report) == [("_config.yml", None, None, "relative-url")]


async def test_categories_from_folders(opened, archive, import_site):
    """Folders above Jekyll's `_posts` are topics, also if only one of them is imported."""
    write_all(
        archive,
        {"_config.yml": "title: S\n", "town/roads/_posts/a.md": DOCUMENT, "_posts/b.md": DOCUMENT},
    )
    await import_site("town")
    topics = "SELECT name FROM article_tag ORDER BY position"
    assert fetch_rows(opened.path, topics) == [("town",), ("roads",)]


async def test_category_from_the_folder_in_pelican(opened, archive, import_site):
    """An article without a category has that of its folder; pages and the top folder have none."""
    write_all(
        archive,
        {
            "pelicanconf.py": "PATH = 'content'\n",
            "content/town/a.md": "Title: A\n\nText",
            "content/town/b.md": "Title: B\nCategory: Roads\n\nText",
            "content/c.md": "Title: C\n\nText",
            "content/pages/d.md": "Title: D\n\nText",
        },
    )
    await import_site()
    assert article_values(opened.path, "category") == {
        "content/town/a": "town",
        "content/town/b": "Roads",
        "content/c": None,
        "content/pages/d": None,
    }
    archive.write_file("pelicanconf.py", "PATH = 'content'\nUSE_FOLDER_AS_CATEGORY = False\n")
    await import_site()
    assert article_values(opened.path, "category")["content/town/a"] is None
    archive.write_file("pelicanconf.py", "PATH = 'content'\nDEFAULT_CATEGORY = u'Notes'\n")
    await import_site()
    categories = article_values(opened.path, "category")
    assert [categories[f"content/{name}"] for name in ("town/a", "c")] == ["town", "Notes"]
    assert categories["content/pages/d"] is None


async def test_labels_of_tags_in_docusaurus(opened, archive, import_site):
    """Tags have the labels of `tags.yml` in the folder of the blog or docs, also translations."""
    document = "---\ntitle: T\ntags: [town, roads, other, {label: Own}]\n---\n"
    write_all(
        archive,
        {
            "docusaurus.config.js": "",
            "blog/tags.yml": "town: {label: Town News}\nroads:\n",
            "blog/2024/a.md": document,
            "docs/b.md": document,
            "i18n/de/docusaurus-plugin-content-blog/c.md": document,
        },
    )
    report = await import_site()
    assert (report.created, diagnostic_codes(report)) == (3, [])
    topics = "SELECT DISTINCT name FROM article_tag JOIN document ON document.id = article_id"
    names = "WHERE path LIKE '%{}.md' ORDER BY position"
    for path in ("a", "c"):
        rows = fetch_rows(opened.path, f"{topics} {names.format(path)}")
        assert rows == [("Town News",), ("Roads",), ("other",), ("Own",)]
    rows = fetch_rows(opened.path, f"{topics} {names.format('b')}")
    assert rows == [("town",), ("roads",), ("other",), ("Own",)]
    archive.write_file("blog/tags.yml", "town: {label: The Town}\n")
    assert nonzero_counts(await import_site()) == {"updated": 2, "unchanged": 1}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"_config.yml": "title: S\ntimezone: Europe/Nowhere\n"},
            [("_config.yml", 2, 11, "unknown-time-zone")],
        ),
        (
            {"pelicanconf.py": "SITENAME = 'S'\nTIMEZONE = 'Nowhere'\n"},
            [("pelicanconf.py", 2, 13, "unknown-time-zone")],
        ),
        (
            {"_config.yml": "defaults:\n- values:\n    date: soon\n    quality: high\n"},
            [("_config.yml", 3, 11, "wrong-date"), ("_config.yml", 4, 14, "wrong-type")],
        ),
        (
            {".eleventy.js": "", "posts/posts.json": '{\n"quality": "x"}'},
            [("posts/posts.json", 2, 12, "wrong-type")],
        ),
        (
            {".eleventy.js": "", "posts/posts.11tydata.js": "", "posts/a.11tydata.cjs": ""},
            [("", None, None, "unread-configuration")],
        ),
        (
            {"docusaurus.config.js": "", "posts/tags.yml": "a: {label: {}}\nb: {label: [c]}\n"},
            [("posts/tags.yml", 2, 12, "wrong-type")],
        ),
        (
            {"hugo.yaml": "", "posts/_index.md": "---\ncascade:\n  date: soon\n---\n"},
            [("posts/_index.md", 3, 9, "wrong-date")],
        ),
        ({"hugo.yaml": "", "posts/_index.md": "cascade: x\n"}, []),
    ],
)
async def test_problems_in_configurations(archive, import_site, files, expected):
    """They are reported once, with file and line, whatever the number of documents."""
    write_all(archive, files)
    for name in ("posts/a.md", "posts/b.md"):
        archive.write_file(name, DOCUMENT)
    report = await import_site()
    positions = [item for item in diagnostic_positions(report) if item[3] != "not-a-document"]
    assert positions == expected
    assert report.created == 2
    again = await import_site()
    assert (again.revision, again.diagnostics) == (report.revision, report.diagnostics)


@pytest.mark.parametrize(
    ("files", "position"),
    [
        ({"_config.yml": "title: S\nlist: [\n"}, ("_config.yml", 3, 1)),
        ({"_config.yml": "- a\n"}, ("_config.yml", 1, 1)),
        ({"_config.yml": "a: " + "[" * 100_000}, ("_config.yml", 1, 67)),
        ({"hugo.toml": "title = 'S\n"}, ("hugo.toml", 2, 1)),
        ({"hugo.json": '{"title": }'}, ("hugo.json", 1, 11)),
        (
            {"config/_default/hugo.toml": "", "config/_default/languages.toml": "[de\n"},
            ("config/_default/languages.toml", 1, 4),
        ),
        ({".eleventy.js": "", "posts/posts.json": "{"}, ("posts/posts.json", 1, 2)),
        ({"hugo.yaml": "title: S\nignoreFiles: ['(a', '(a+)+$']\n"}, ("hugo.yaml", 2, 15)),
        ({"hugo.yaml": "title: S\nignoreFiles: ['a', '(?=a)']\n"}, ("hugo.yaml", 2, 20)),
        ({"docusaurus.config.js": "", "posts/tags.yml": "a: [\n"}, ("posts/tags.yml", 2, 1)),
        (
            {"hugo.yaml": "", "posts/_index.md": "---\ncascade: [\n---\n"},
            ("posts/_index.md", 3, 1),
        ),
        (
            {"zola.toml": "base_url = '/'", "posts/_index.md": "+++\ndraft = \n+++\n"},
            ("posts/_index.md", 2, 9),
        ),
    ],
)
async def test_a_broken_configuration_shows_nothing(opened, archive, import_site, files, position):
    """It may hide documents: also the first import refuses the folder until it can be read."""
    write_all(archive, files)
    write_all(archive, {"posts/a.md": DOCUMENT, "_data/authors.yml": "ann: Ann\n"})
    for _ in range(2):
        report = await import_site()
        assert diagnostic_positions(report) == [
            ("", None, None, "unchanged-folder"),
            (*position, "broken-configuration"),
        ]
        assert {item.severity for _, item in report.diagnostics} == {"error"}
        assert (nonzero_counts(report), report.revision) == ({}, 1)
    message = "A configuration cannot be read, so no document of this folder was imported."
    assert report.diagnostics[0][1].message == message
    for table in ("document", "author_entry"):
        assert fetch_rows(opened.path, f"SELECT * FROM {table}") == []  # noqa: S608
    archive.remove(position[0])
    report = await import_site()
    assert nonzero_counts(report) == {"created": 1}
    assert not report.has_errors


async def test_another_kind_ignores_a_broken_configuration(archive, import_site):
    """Who sets `kind` decides that nothing is hidden by the configuration."""
    write_all(archive, {"_config.yml": "title: [\n", "a.md": DOCUMENT})
    archive.write_file("newsgraph.toml", 'kind = "plain"\n')
    report = await import_site()
    assert (nonzero_counts(report), report.has_errors) == ({"created": 1}, False)


def write_sparse(path):
    """Write a file of a gigabyte that takes no space."""
    with path.open("wb") as file:
        file.truncate(10**9)


UNREADABLE = {
    "device": (lambda path: path.symlink_to("/dev/zero"), "it is a pipe or a device, not a file"),
    "pipe": (os.mkfifo, "it is a pipe or a device, not a file"),
    "folder": (Path.mkdir, "it is a folder, not a file"),
    "large": (write_sparse, "it has more than 1,000,000 bytes"),
    "loop": (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
    "missing": (lambda path: path.symlink_to("nowhere"), "No such file or directory"),
}


CONFIGURATIONS = (
    ({"_posts/a.md": DOCUMENT}, "_config.yml"),
    ({"content/a.md": DOCUMENT}, "config.toml"),
    ({"config/_default/hugo.toml": "", "a.md": DOCUMENT}, "config/_default/languages.toml"),
    ({"a.md": DOCUMENT}, "astro.config.mjs"),
    ({".eleventy.js": "", "a.md": DOCUMENT}, ".eleventyignore"),
)


@pytest.mark.parametrize(
    ("reason", "files", "name"),
    [
        (reason, files, name)
        for reason in UNREADABLE
        for files, name in CONFIGURATIONS
        # Hugo's languages can be in files of a folder of any name.
        if not (reason == "folder" and name.endswith("languages.toml"))
    ],
)
async def test_configurations_that_cannot_be_read(
    opened, archive, import_site, reason, files, name
):
    """They hide documents that the first import cannot know, and later ones leave hidden."""
    create, message = UNREADABLE[reason]
    write_all(archive, files)
    create(archive.folder / name)
    report = await import_site()
    assert [item.code for _, item in report.diagnostics] == [
        "unchanged-folder",
        "broken-configuration",
    ]
    problem = report.diagnostics[1][1]
    assert (problem.path, problem.line) == (name, None)
    assert problem.message == f"The configuration cannot be read: {message}."
    assert shown(opened) == set()


@pytest.mark.parametrize("reason", UNREADABLE)
async def test_a_configuration_that_is_replaced(archive, import_site, reason):
    """What it hides stays hidden when it is a device, or anything else that is no file."""
    config = "defaults: [{scope: {path: ''}, values: {published: false}}]\n"
    write_all(archive, {"_config.yml": config, "a.md": DOCUMENT})
    assert nonzero_counts(await import_site()) == {"created": 1, "hidden": 1}
    archive.remove("_config.yml")
    UNREADABLE[reason][0](archive.folder / "_config.yml")
    report = await import_site()
    assert diagnostic_codes(report) == ["unchanged-folder", "broken-configuration"]
    assert nonzero_counts(report) == {"hidden": 1}


async def test_the_path_of_a_configuration_above_the_folder(archive, import_site):
    """A problem names the file relative to the imported folder."""
    write_all(archive, {"_config.yml": "title: [\n", "_posts/a.md": DOCUMENT})
    assert diagnostic_positions(await import_site("_posts")) == [
        ("", None, None, "unchanged-folder"),
        ("../_config.yml", 2, 1, "broken-configuration"),
    ]


async def test_a_time_zone_in_newsgraph_toml(archive, import_site):
    """An unknown zone in the configuration does not matter if newsgraph.toml has another."""
    write_all(archive, {"_config.yml": "timezone: Nowhere\n", "_posts/a.md": DOCUMENT})
    archive.write_file("newsgraph.toml", 'time_zone = "Europe/Berlin"\n')
    assert diagnostic_codes(await import_site()) == []


async def test_files_that_are_left_out(archive, import_site):
    """Files outside of the folder with documents, and data, are named in one warning."""
    files = {
        "hugo.toml": "",
        "content/a.md": DOCUMENT,
        "README.md": "Text",
        "notes/b.md": DOCUMENT,
        "notes/c.mdx": DOCUMENT,
        "notes/d.html": DOCUMENT,
        "notes/e.md": DOCUMENT,
        "themes/x/f.md": DOCUMENT,
    }
    write_all(archive, files)
    ((_, diagnostic),) = (await import_site()).diagnostics
    assert (diagnostic.path, diagnostic.code, diagnostic.severity) == ("", "left-out", "warning")
    assert diagnostic.message == (
        "4 Markdown files outside of content/ were left out: README.md, notes/b.md, notes/c.mdx "
        "and 1 more."
    )


async def test_yaml_files_of_generators(archive, import_site):
    """YAML files beside the documents of a generator are not reported; Markdown is."""
    files = {"_config.yml": "title: S\n", "docker-compose.yml": "a: b\n", "README.md": "Text"}
    write_all(archive, files | {"_posts/a.md": DOCUMENT})
    ((_, diagnostic),) = (await import_site()).diagnostics
    assert diagnostic.message == ("One Markdown file without front matter was left out: README.md.")


async def test_folders_that_are_no_collections(archive, import_site):
    """Jekyll reads no folder that begins with an underscore unless it is that of a collection."""
    files = {
        "_config.yml": "collections: {docs: {output: true}}\nexclude: [_old]\n",
        "_news/a.md": DOCUMENT,
        "_news/b/c.md": DOCUMENT,
        "_old/d.md": DOCUMENT,
        "_docs/e.md": DOCUMENT,
        "_posts/f.md": DOCUMENT,
        "_includes/g.md": "Text",
        "_data/h.md": DOCUMENT,
        "_sass/i.scss": "",
    }
    write_all(archive, files)
    report = await import_site()
    ((_, diagnostic),) = report.diagnostics
    assert (report.created, diagnostic.code) == (2, "left-out")
    assert diagnostic.message == (
        "2 Markdown files in folders that are no collections were left out: _news/a.md, "
        "_news/b/c.md."
    )


async def test_data_of_collections(archive, import_site):
    """Documents of a Jekyll collection without output have no pages; the warning names them."""
    config = "collections_dir: lists\ncollections: {people: {output: false}, notes: }\n"
    write_all(
        archive,
        {"_config.yml": config, "lists/_people/a.md": DOCUMENT, "_posts/b.md": DOCUMENT},
    )
    ((_, diagnostic),) = (await import_site()).diagnostics
    assert diagnostic.message == (
        "One Markdown file of collections without `output: true` was left out: lists/_people/a.md."
    )


async def test_an_import_after_changes_equals_a_new_one(opened, archive, import_site, import_new):
    """Whatever changed, the store is that of a new import."""
    write_all(archive, {"_config.yml": "defaults: [{values: {tags: x}}]", "_posts/a.md": DOCUMENT})
    await import_site()
    archive.write_file("_config.yml", "title: S\n")
    await import_site()
    assert article_values(opened.path) == {"_posts/a": "T"}
    assert fetch_rows(opened.path, "SELECT count(*) FROM article_tag") == [(0,)]
    root = read_root(archive.folder)
    archive.collection, archive.config_file = root.collection, root.config_file
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_only_drafts_are_served_on_request(opened, archive, import_site):
    """`unpublished = "serve"` serves drafts, and nothing that the generator has in no list."""
    write_all(
        archive,
        {
            "newsgraph.toml": 'unpublished = "serve"\n',
            "hugo.toml": "",
            "content/a.md": "---\ntitle: T\ndraft: true\n---\n",
            "content/b.md": "---\ntitle: T\nheadless: true\n---\n",
            "content/c.md": "---\ntitle: T\nbuild: {list: never}\n---\n",
        },
    )
    assert nonzero_counts(await import_site()) == {"created": 3, "hidden": 2}
    assert shown(opened) == {"content/a"}


async def test_a_configuration_that_breaks_shows_nothing_hidden(opened, archive, import_site):
    """The folder stays as it was until the configuration can be read; other changes wait."""
    config = (
        "title: Town\nexclude: [private.md]\n"
        "defaults:\n  - scope: {path: hidden}\n    values: {published: false}\n"
    )
    write_all(archive, {"_config.yml": config, "a.md": DOCUMENT, "private.md": DOCUMENT})
    archive.write_file("hidden/b.md", DOCUMENT)
    await import_site()
    assert shown(opened) == {"a"}
    collection = fetch_rows(opened.path, "SELECT collection FROM root")
    archive.write_file("_config.yml", f"{config}title: [\n")
    archive.write_file("c.md", DOCUMENT)
    for _ in range(2):
        report = await import_site()
        assert shown(opened) == {"a"}
        assert diagnostic_codes(report) == ["unchanged-folder", "broken-configuration"]
        assert fetch_rows(opened.path, "SELECT collection FROM root") == collection
    archive.write_file("_config.yml", config)
    assert nonzero_counts(await import_site()) == {"created": 1, "unchanged": 2, "hidden": 1}
    assert shown(opened) == {"a", "c"}


async def test_a_content_folder_that_cannot_be_accessed(archive, import_site):
    """It counts as missing: the documents of all folders are imported."""
    write_all(archive, {"pelicanconf.py": f"PATH = '{'x' * 300}'\n", "a.md": DOCUMENT})
    assert nonzero_counts(await import_site()) == {"created": 1}
