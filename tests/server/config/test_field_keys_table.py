"""The table `[keys]` of newsgraph.toml: an archive's own keys of the fields of articles."""

from __future__ import annotations

import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.server.startup_errors import SettingsError


def read_keys(folder, text):
    """Return the own keys of a folder with this newsgraph.toml."""
    (folder / "newsgraph.toml").write_text(text, "utf-8")
    return read_root(folder).collection.keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ()),
        ("[keys]", ()),
        ("[keys]\ntitle = ['headline', ' lead ']", (("title", ("headline", "lead")),)),
        (
            "[keys]\nimage = 'seo.image'\nid = 'guid'",
            (("id", ("guid",)), ("image", ("seo.image",))),
        ),
        ("keys = {title = 'h', excerpt = []}", (("title", ("h",)),)),
        (
            "[keys]\ntags = ['a']\ntopics = ['b']\nimages = 'c'\nauthors = 'd'",
            (("tags", ("a", "b")), ("image", ("c",)), ("author", ("d",))),
        ),
        (
            "[keys]\nupdatedAt = 'a'\npublishedAt = 'b'",
            (("date", ("b",)), ("updated", ("a",))),
        ),
    ],
)
def test_keys(tmp_path, text, keys):
    """A key or a list of keys for each field, in the order of the fields; GraphQL's names count."""
    assert read_keys(tmp_path, text) == keys


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "title = 'x'\n\n[keys]\ntitel = ['headline']",
            ":4: 'keys' has no field 'titel'; did you mean 'title'? The fields are title, id, exc",
        ),
        ("[keys]\nzzz = 'x'", ":2: 'keys' has no field 'zzz'; the fields are title, id, excerpt, "),
        (
            "title = 'x'\n[keys]\ntitle = 5",
            ":3: 'keys' should have the name of a key or a list of them for 'title'",
        ),
        (
            "[keys]\nid = ['a', '']",
            ":2: 'keys' should have the name of a key or a list of them for",
        ),
        ("keys = {titel = 'x'}", ":1: 'keys' has no field 'titel'; did you mean 'title'?"),
        ("keys = 'title'", ":1: 'keys' should be a table such as {title = ['headline']}"),
    ],
)
def test_invalid_tables(tmp_path, text, message):
    """The error is at the line of the field, and says which fields there are."""
    with pytest.raises(SettingsError) as raised:
        read_keys(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path}/newsgraph.toml{message}")


def test_a_change_of_keys_reads_documents_again(tmp_path):
    """The keys are part of the digest that decides whether a document is parsed again."""
    (tmp_path / "newsgraph.toml").write_text("")
    before = read_root(tmp_path).settings_digest
    read_keys(tmp_path, "[keys]\ntitle = 'headline'")
    assert read_root(tmp_path).settings_digest != before
