"""`newsgraph check --against` compares the ids in an old feed with those here."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from newsgraph.server.cli.main import app
from tests.server.readers.moved_sites import FOLDER, SITES


def check(folder, feed, *options):
    """Run the command; return its exit code and its output."""
    result = CliRunner().invoke(app, ["check", "--against", str(feed), *options, str(folder)])
    return result.exit_code, result.stdout


def check_json(folder, feed):
    """Run the command; return its exit code and what it says of the feed."""
    code, output = check(folder, feed, "--format", "json")
    return code, json.loads(output)["feed"]


def rss(*items, link="https://town.example/"):
    """Return a feed of (title, guid, link)."""
    texts = (
        f"<item><title>{title}</title><guid>{guid}</guid><link>{url}</link></item>"
        for title, guid, url in items
    )
    return f"<rss><channel><link>{link}</link>{''.join(texts)}</channel></rss>"


@pytest.fixture
def blog(tmp_path):
    """A function that writes documents and a newsgraph.toml, and returns their folder."""
    folder = tmp_path / "blog"
    folder.mkdir()

    def write(toml="", **documents):
        (folder / "newsgraph.toml").write_text(toml, "utf-8")
        for name, lines in documents.items():
            text = f"---\ntitle: {name.title()}\ndate: 2024-05-02\n{lines}\n---\n"
            (folder / f"{name}.md").write_text(text, "utf-8")
        return folder

    return write


@pytest.fixture
def write_feed(tmp_path):
    """A function that writes a feed of (title, guid, link), and returns its file."""

    def write(*items, **channel):
        file = tmp_path / "old.xml"
        file.write_text(rss(*items, **channel), "utf-8")
        return file

    return write


@pytest.mark.parametrize("name", SITES)
def test_the_setting_for_a_generator(tmp_path, name):
    """It is named, and with it all ids are those of the feed that the generator made."""
    site = SITES[name]
    folder = tmp_path / name
    shutil.copytree(FOLDER / name, folder)
    code, output = check(folder, FOLDER / site.feed)
    assert code == 1
    assert "4 of them have another id here; readers would show them again:" in output
    advice = f'4 of 4 entries would have the same id:\n    entry_ids = "{site.entry_ids}"\n'
    assert output.endswith(f"With this in newsgraph.toml, {advice}")
    (folder / "newsgraph.toml").write_text(f'entry_ids = "{site.entry_ids}"', "utf-8")
    code, output = check(folder, FOLDER / site.feed)
    assert (code, output.splitlines()[-1]) == (0, "4 of them have the same id here.")


def test_report(blog, write_feed):
    """Entries are found by id, link, old address or title; the exit code is 1."""
    folder = blog(
        'url = "https://town.example/"',
        same="guid: s",
        url="webUrl: https://www.town.example/url/",
        old="aliases: [/old/]",
        title="",
        hidden="draft: true",
    )
    feed = write_feed(
        ("Another title", "s", "https://town.example/x"),
        ("Another title", "u", "http://town.example/url"),
        ("Another title", "o", "https://town.example/old"),
        (" TITLE ", "t", ""),
        ("Hidden", "h", ""),
        ("Gone", "g", "https://town.example/gone"),
    )
    code, report = check_json(folder, feed)
    assert code == 1
    assert (report["format"], report["entries"], report["same"]) == ("rss", 6, 1)
    assert [(item["oldId"], item["path"]) for item in report["different"]] == [
        ("u", "url.md"),
        ("o", "old.md"),
        ("t", "title.md"),
    ]
    assert all(item["newId"].startswith("urn:uuid:") for item in report["different"])
    assert [item["oldId"] for item in report["missing"]] == ["h", "g"]
    assert report["suggestion"] is None
    code, output = check(folder, feed)
    assert (code, output.splitlines()[-1][:33]) == (1, "No setting makes more ids the sam")


def test_without_the_url_of_the_site(blog, write_feed):
    """The path of a link leads to the document that has it among its old addresses."""
    folder = blog(old="aliases: [/old/]")
    _, report = check_json(folder, write_feed(("T", "o", "https://town.example/old/")))
    assert [item["path"] for item in report["different"]] == ["old.md"]


def test_url_and_private_guid_are_suggested(blog, write_feed):
    """The ids can have another host than the site has now, and `guid` can be another program's."""
    folder = blog(
        'url = "https://town.example/"\nprivate_fields = ["notes"]',
        a="id: 1\nguid: a",
        b="id: 2\nguid: b",
    )
    feed = write_feed(("A", "http://old.example/?p=1", ""), ("B", "http://old.example/?p=2", ""))
    code, report = check_json(folder, feed)
    assert (code, report["same"]) == (1, 0)
    settings = {
        "url": "http://old.example",
        "entry_ids": "wordpress",
        "private_fields": ["notes", "guid"],
    }
    assert report["suggestion"] == {"same": 2, "settings": settings}
    toml = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    code, report = check_json(blog(toml), feed)
    assert (code, report["same"], report["suggestion"]) == (0, 2, None)


def test_ids_that_are_no_iris(blog, tmp_path):
    """They are the same in RSS, but not in Atom."""
    folder = blog(a="guid: post 12")
    file = tmp_path / "old.json"
    file.write_text('{"items": [{"id": "post 12", "title": "A"}]}', "utf-8")
    assert check_json(folder, file)[0] == 0
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>post 12</id><title>A</title>'
    file.write_text(f"{atom}</entry></feed>", "utf-8")
    assert check_json(folder, file)[0] == 1


def test_a_longer_feed(blog, write_feed):
    """Readers can show what is not in the old feed; `feed_entries` prevents that."""
    documents = {name: f"guid: {name}" for name in "abc"}
    feed = write_feed(("A", "a", ""), ("B", "b", ""))
    _, output = check(blog(**documents), feed)
    assert "A feed here has 3 entries;" in output
    assert output.endswith("To prevent that, set `feed_entries = 2`.\n")
    _, output = check(blog("feed_entries = 2", **documents), feed)
    assert output.endswith("2 of them have the same id here.\n")


def test_errors_of_documents_count(blog, write_feed):
    """The exit code is 1 as without the option."""
    folder = blog(a="guid: a\nupdated: yesterday")
    assert check(folder, write_feed(("A", "a", "")))[0] == 1


@pytest.mark.parametrize(
    ("feed", "options", "message"),
    [
        ("none.xml", (), "none.xml cannot be read: No such file"),
        ("blog", (), "blog cannot be read: Is a directory"),
        ("https://town.example/feed", (), "; download the feed first"),
        ("page.html", (), "page.html is no RSS, Atom or JSON feed: its root element is html"),
        ("old.xml", ("--format", "sarif"), "--against needs --format text or --format json"),
        ("old.xml", ("--format", "github"), "--against needs --format text or --format json"),
    ],
)
def test_usage_errors(tmp_path, monkeypatch, blog, write_feed, feed, options, message):
    """They are one line on standard error, with the exit code 2."""
    monkeypatch.chdir(tmp_path)
    folder = blog(a="")
    write_feed()
    (tmp_path / "page.html").write_text("<html></html>", "utf-8")
    result = CliRunner().invoke(app, ["check", "--against", feed, *options, str(folder)])
    assert result.exit_code == 2
    assert result.stderr.startswith("newsgraph: ")
    assert message in result.stderr
