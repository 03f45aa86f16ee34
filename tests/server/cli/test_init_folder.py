"""`newsgraph init` describes an archive, and writes a file that changes no import."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tomllib

import pytest
from typer.testing import CliRunner

from newsgraph.server.cli.main import app
from newsgraph.server.config.settings import read_root
from newsgraph.store.documents.entry_ids import USUAL_ENTRY_IDS
from newsgraph.store.store import Store
from tests.server.conftest import SEEDS
from tests.store.archive import Archive
from tests.store.dump import fetch_rows

SITE = "https://town.example"
KINDS = {
    "plain": ("", "", ""),
    "jekyll": ("_config.yml", "title: Town\nurl: https://town.example\nlang: de\n", "_posts/"),
    "hugo": ("hugo.toml", 'title = "Town"\nbaseURL = "https://town.example/"', "content/posts/"),
    "zola": ("config.toml", 'base_url = "https://town.example"\ntitle = "Town"', "content/"),
    "hexo": ("_config.yml", "source_dir: source\ntimezone: Asia/Tokyo", "source/_posts/"),
    "eleventy": (".eleventy.js", "module.exports = {}", "posts/"),
    "astro": ("astro.config.mjs", f'export default {{ site: "{SITE}" }}', "src/content/"),
    "docusaurus": ("docusaurus.config.js", 'module.exports = { title: "Town" }', "blog/"),
    "mkdocs": ("mkdocs.yml", "site_name: Town\nsite_url: https://town.example/", "docs/"),
    "pelican": ("pelicanconf.py", "SITENAME = 'Town'\nTIMEZONE = 'Asia/Tokyo'", "content/"),
}
ARTICLES = """
    SELECT path, slug, node_id, title, excerpt, published_at, date_order, web_url, category,
        provider_domain, author_mentions, language, body, body_html, in_feeds, (
            SELECT json_group_array(slug) FROM (
                SELECT topic.slug FROM article_topic JOIN topic ON topic.id = topic_id
                WHERE article_id = article.id ORDER BY position
            )
        ), (
            SELECT json_group_array(url) FROM (
                SELECT url FROM article_image WHERE article_id = article.id ORDER BY position
            )
        )
    FROM article JOIN document USING (id) ORDER BY path
"""
FEED_IDS = "SELECT path, guid FROM article JOIN document USING (id) ORDER BY path"
UPDATES = "SELECT slug, updated_at, revision FROM article JOIN document USING (id) ORDER BY slug"
DOCUMENTS = "SELECT path, kind, identity, hidden FROM document ORDER BY path"
DESCRIPTION = """\
{folder}: a folder of documents; no generator was recognized
Not known:    title, description, URL, language, time zone (UTC is used)
Documents:    3; 1 refused
Hidden:       1 of them, as they are drafts, unpublished, scheduled or \
expired. `unpublished = "serve"` and `future = "show"` in newsgraph.toml show them.
Left out:     One Markdown file without front matter was left out: README.md.
Dates:        2021-03-12 to 2024-05-02
Topics:       2: Town (2), Roads (1)
Unread keys:  sidebar (2), layout (1)
Problems:
  1 error [broken-yaml]: broken.md:3:1: The YAML cannot be parsed from here: did not find \
expected node content.
    Correct the YAML at this position; often it helps to put the value in quotes.
  1 error [wrong-type]: c.md:4:10: quality must be an integer from -2147483648 to 2147483647, \
not 'x'.
    Correct the value; until then it is ignored.

{folder}/newsgraph.toml was written, with the id {id}.
Next: newsgraph serve {folder}
"""
TITLES = ('A "b" \\ c', "Line\nbreak", "Emoji 🌉 and é", "Bell \x07", "' # = [x]", "\u202ertl")


@pytest.fixture
def newsgraph():
    """A function that runs a command in an empty folder."""
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def blog(tmp_path):
    """A folder with two articles, a draft, a file without front matter and an invalid one."""
    archive = Archive(tmp_path / "blog")
    archive.write_article("a.md", date="2021-03-12", topics=["Town", "Roads"], sidebar=True)
    archive.write_article("b.md", date="2024-05-02", topics=["Town"], Sidebar=False, layout="x")
    archive.write_article("c.md", draft=True, quality="x")
    archive.write_file("README.md", "# Read me\n")
    archive.write_file("broken.md", "---\ntitle: [\n---\n")
    return archive


def write_archive(folder, kind):
    """Write an archive of a kind: dated documents, a draft, topics, links, pictures, authors."""
    archive = Archive(folder)
    name, text, prefix = KINDS[kind]
    if name:
        archive.write_file(name, text)
    archive.write_article(
        f"{prefix}2021-03-12-one.md",
        title="One",
        date="2021-03-12 10:00",
        tags=["Town", "Roads"],
        author="Ann",
        image="/img/a.png",
        body="First.\n\n[Two](2024-05-02-two.md) ![A](/img/a.png)\n",
    )
    archive.write_article(f"{prefix}2024-05-02-two.md", categories="Town News", related=["one"])
    archive.write_article(f"{prefix}2024-05-03-draft.md", draft=True, published=False)
    archive.write_article(f"{prefix}2999-01-01-later.md", title="Later", date="2999-01-01")
    archive.write_article(f"{prefix}2024-05-04-drei.de.md", title="Drei", lang="de")
    return archive.folder


async def import_folder(folder, path):
    """Import a folder into a new store, and return its articles and documents."""
    store = await Store.open(f"sqlite:///{path}", "https://news.example")
    try:
        await store.import_roots([read_root(folder)])
    finally:
        await store.close()
    return fetch_rows(path, ARTICLES), fetch_rows(path, DOCUMENTS)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_file_changes_nothing_that_is_imported(newsgraph, tmp_path, kind):
    """Of each kind: the same articles with the same dates, topics and texts."""
    folder = write_archive(tmp_path / "town", kind)
    before = await import_folder(folder, tmp_path / "before.db")
    assert len(before[0]) >= 3
    # In a thread of its own, as the command has its own event loop.
    result = await asyncio.to_thread(newsgraph, "init", folder)
    assert result.exit_code == 0, result.output
    assert (read_root(folder).collection.id or "").startswith("town-")
    assert await import_folder(folder, tmp_path / "after.db") == before


@pytest.mark.parametrize("title", TITLES)
def test_titles_that_are_no_toml(newsgraph, tmp_path, title):
    """They are read from the file as from the configuration, and break no line of the output."""
    archive = Archive(tmp_path / "blog")
    archive.write_file("_config.yml", f"title: {json.dumps(title, ensure_ascii=False)}\n")
    archive.write_article("_posts/2024-05-02-a.md")
    before = read_root(archive.folder).collection
    assert before.title
    result = newsgraph("init", archive.folder)
    assert result.exit_code == 0, result.output
    assert "\x07" not in result.stdout
    file = archive.folder / "newsgraph.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("# title = ", "title = "), "utf-8")
    assert read_root(archive.folder).collection.title == before.title


def test_the_description(newsgraph, blog):
    """It says what the folder is, what is imported, what is not read, and what is wrong."""
    result = newsgraph("init", blog.folder)
    assert result.exit_code == 0
    (collection_id,) = re.findall(r"with the id (\S+)\.", result.stdout)
    assert re.fullmatch(r"blog-\d{8}", collection_id)
    assert tomllib.loads((blog.folder / "newsgraph.toml").read_text("utf-8")) == {
        "id": collection_id
    }
    assert result.stdout == DESCRIPTION.format(folder=blog.folder, id=collection_id)
    assert result.stderr == ""


def test_an_existing_file_is_not_overwritten(newsgraph, blog):
    """The error says what to do; a link that leads nowhere counts, too."""
    for create in (
        lambda path: path.write_text('id = "daily"', "utf-8"),
        lambda path: path.symlink_to("/nowhere/newsgraph.toml"),
    ):
        path = blog.folder / "newsgraph.toml"
        create(path)
        before = path.lstat()
        result = newsgraph("init", blog.folder)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"newsgraph: {path} exists, and was not changed; edit it" in result.stderr
        assert path.lstat() == before
        path.unlink()


def test_print_writes_nothing(newsgraph, blog):
    """The file is on standard output, with the values of an existing one."""
    names = sorted(path.name for path in blog.folder.iterdir())
    result = newsgraph("init", "--print", blog.folder)
    assert result.exit_code == 0
    assert tomllib.loads(result.stdout)["id"].startswith("blog-")
    assert "Documents:    3; 1 refused\n" in result.stderr
    assert sorted(path.name for path in blog.folder.iterdir()) == names
    (blog.folder / "newsgraph.toml").write_text('id = "daily"\nmax_age_seconds = 60', "utf-8")
    result = newsgraph("init", blog.folder, "--print")
    assert tomllib.loads(result.stdout) == {"id": "daily", "max_age_seconds": 60}


@pytest.mark.parametrize("option", [(), ("--print",)])
def test_a_folder_without_documents(newsgraph, tmp_path, option):
    """The exit code is 1, the output says why, and nothing is written."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "a.md").write_text("Text\n", "utf-8")
    result = newsgraph("init", folder, *option)
    assert result.exit_code == 1
    assert "1 error [no-documents]: The folder has no documents." in result.output
    assert "Nothing was written" in result.output
    assert [path.name for path in folder.iterdir()] == ["a.md"]


def test_errors(newsgraph, tmp_path, blog):
    """A mistyped folder, and a file that is broken, are errors as for other commands."""
    result = newsgraph("init", tmp_path / "blgo")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"there is no folder {tmp_path}/blgo; did you mean {blog.folder}?" in result.stderr
    (blog.folder / "newsgraph.toml").write_text("titel = 1", "utf-8")
    result = newsgraph("init", blog.folder, "--print")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'title'?" in result.stderr


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("database", [None, "sqlite:///named.db"])
def test_a_folder_that_was_imported_before(newsgraph, tmp_path, monkeypatch, kind, database):
    """Of each kind: the file has the id that keeps the ids of feed entries, and all else."""
    if database:
        monkeypatch.setenv("NEWSGRAPH_DATABASE", database)
    folder = write_archive(tmp_path / "town", kind)

    def import_and_read():
        result = newsgraph("import", "--json", folder)
        assert result.exit_code == 0, result.output
        path = json.loads(result.stdout)["database"].removeprefix("sqlite:///")
        return [fetch_rows(path, sql) for sql in (ARTICLES, DOCUMENTS, FEED_IDS, UPDATES)]

    before = import_and_read()
    result = newsgraph("init", folder)
    collection_id = read_root(folder).collection.id
    assert f"was written, with the id {collection_id}.\nThe folder was imported" in result.stdout
    assert "again" not in newsgraph("import", "--dry-run", folder).stdout
    assert import_and_read() == before
    assert len(set(newsgraph("roots").stdout.splitlines())) == 2


def test_a_folder_in_the_store_of_another_one(newsgraph, tmp_path, blog):
    """Its id is that of the last import, also if it had one then."""
    other = write_archive(tmp_path / "town", "jekyll")
    (blog.folder / "newsgraph.toml").write_text('id = "daily"', "utf-8")
    newsgraph("import", other, blog.folder)
    (blog.folder / "newsgraph.toml").unlink()
    assert "was written, with the id daily.\nThe folder" in newsgraph("init", blog.folder).stdout
    assert f"with the id {SITE}/.\nThe folder" in newsgraph("init", other).stdout


def test_a_name_that_cannot_be_an_id(newsgraph, tmp_path):
    """The id is another one then, and the import says what it means for readers."""
    folder = write_archive(tmp_path / " town", "plain")
    newsgraph("import", folder)
    assert "The folder was imported before" not in newsgraph("init", folder).stdout
    assert "Feed readers show entries of" in newsgraph("import", folder).stdout


def test_jekyll_publishes_unknown_files(newsgraph, tmp_path):
    """The output says how to prevent it, and what was read from the configuration."""
    folder = write_archive(tmp_path / "town", "jekyll")
    output = newsgraph("init", folder).stdout
    assert output.startswith(
        f"{folder}: an archive of Jekyll, because of {folder}/_config.yml\n"
        "Title:        Town\nURL:          https://town.example/\n"
        "Language:     de\nNot known:    description, time zone (UTC is used)\n"
        "Documents:    5\nHidden:       2 of them (1 scheduled), as they are drafts"
    )
    assert "add newsgraph.toml to `exclude`" in output


def test_a_site_in_a_folder(newsgraph, blog):
    """Whoever names the folder of a project finds out where its site is."""
    blog.write_file("docs/mkdocs.yml", "site_name: Town\n")
    blog.write_file("web/hugo.toml", "title = 'Town'\n")
    blog.write_file(".old/mkdocs.yml", "site_name: Old\n")
    output = newsgraph("init", "--print", blog.folder).stderr
    assert "Sites in it:  docs (MkDocs), web (Hugo). To import one, name its folder.\n" in output
    assert "Sites in it" not in newsgraph("init", "--print", blog.folder / "web").stderr


def test_the_seeds(newsgraph, tmp_path):
    """A folder of our own shape, whose file is gone, can be described."""
    folder = shutil.copytree(SEEDS, tmp_path / "seeds")
    (folder / "newsgraph.toml").unlink()
    output = newsgraph("init", folder).stdout
    assert "Documents:    4\nHidden:       4 of them, as" in output
    assert "Problems:     none\n" in output


@pytest.mark.parametrize("kind", KINDS)
def test_the_ids_of_the_old_feed_are_named(tmp_path, newsgraph, kind):
    """A comment has the value of `entry_ids` for the feed that the generator makes."""
    folder = write_archive(tmp_path / kind, kind)
    output = newsgraph("init", folder, "--print").stdout
    assert f'# entry_ids = "{USUAL_ENTRY_IDS.get(kind, "newsgraph")}"\n' in output
