"""Tests of newsgraph.toml, environment variables and options."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import pytest

from newsgraph.gql.options import Options
from newsgraph.server.config.settings import (
    NewsgraphToml,
    ServerSettings,
    SettingsSources,
    metrics_folder,
    read_root,
    read_settings,
    shared_metrics_folder,
)
from newsgraph.server.config.toml_file import read_toml_file
from newsgraph.server.http_cache.options import CacheOptions
from newsgraph.server.startup_errors import SettingsError
from newsgraph.server.websub.options import HubOptions
from newsgraph.store.documents.collection_settings import Collection, ImportRoot

ROOT = Path(__file__).resolve().parents[3]


def write_toml(folder, text):
    """Write a newsgraph.toml into a folder, and return the folder."""
    (folder / "newsgraph.toml").write_text(text, "utf-8")
    return folder


def read_from(folder, options):
    """Read the settings of a folder with options of the command line."""
    file = read_toml_file(folder / "newsgraph.toml")
    return read_settings(SettingsSources(file, options, ImportRoot(folder)))


def test_all_keys_of_a_collection(tmp_path):
    """Every key of a collection is read; settings of a server are allowed too."""
    write_toml(
        tmp_path,
        """
        id = "seeds"
        title = "Seeds"
        description = "Four stories"
        url = "https://news.example/"
        language = "pt-BR"
        unpublished = "serve"
        private_fields = []
        exclude = ["drafts/*"]
        public_url = "https://feeds.example"
        port = 8080
        """,
    )
    assert read_root(tmp_path).collection == Collection(
        "seeds", "Seeds", "Four stories", "https://news.example/", "pt-BR", True, (), ("drafts/*",)
    )


@pytest.mark.parametrize("folder", ["", "missing", "a-file"])
def test_defaults_without_a_file(tmp_path, folder):
    """Without a newsgraph.toml, and without a folder, all keys have their defaults."""
    (tmp_path / "a-file").touch()
    assert read_root(tmp_path / folder).collection == Collection()


@pytest.mark.parametrize("future", ["show", "hide"])
def test_the_future_is_shown_or_hidden(tmp_path, future):
    """By default the kind of archive decides."""
    write_toml(tmp_path, f"future = '{future}'")
    assert read_root(tmp_path).collection == Collection(future=future)


def test_a_byte_order_mark_is_ignored(tmp_path):
    """A newsgraph.toml may start with a byte order mark, as Windows' Notepad writes it."""
    (tmp_path / "newsgraph.toml").write_text('id = "x"', "utf-8-sig")
    assert read_root(tmp_path).collection.id == "x"


INVALID_FILES = [
    ("titel = 'x'", ":1: there is no setting 'titel'; did you mean 'title'?"),
    ("id = 'x'\nunpublish = 'serve'", ":2: there is no setting 'unpublish'; did you mean 'unpubl"),
    ("zzz = 1", ":1: there is no setting 'zzz'; the settings are access_log, "),
    ("[server]\nport = 1", ":1: there is no setting 'server'; "),
    ("title = \n", ":1:9: invalid TOML: Invalid value"),
    ("title = 'x'\ntitle = 'y'", ":2: invalid TOML: Cannot overwrite a value"),
    ("title = 'x", ":1: invalid TOML: Expected "),
    (f"x = {'[' * 5000}", ": invalid TOML: it has too many levels"),
    ("title = 5", ":1: 'title' should be a valid string, not 5"),
    ("title = ''", ":1: 'title' string should have at least 1 character, not ''"),
    ("exclude = 'x'", ":1: 'exclude' should be a list, not 'x'"),
    ("exclude = ['a', 5]", ":1: 'exclude' (entry 2) should be a valid string, not 5"),
    ("future = 'yes'", ":1: 'future' should be 'show' or 'hide', not 'yes'"),
    ("unpublished = 'show'", ":1: 'unpublished' should be 'hide' or 'serve', not 'show'"),
    ("url = 'news.example'", ":1: 'url' should be a complete URL such as https://news.example/"),
    ("url = 'ftp://news.example'", ":1: 'url' should be a complete URL"),
    ("url = 'https://'", ":1: 'url' should be a complete URL"),
    ("url = 'https://a b/'", ":1: 'url' should be a complete URL"),
    ("url = 'https://x:99999/'", ":1: 'url' should be a complete URL"),
    ("language = 'the queen’s'", ":1: 'language' should be a language such as en or pt-BR"),
    ("public_url = 'https://x/?q'", ":1: 'public_url' should be a URL without query"),
    ("public_url = 'https://me@x/'", ":1: 'public_url' should be a URL without query"),
    ("port = 'http'", ":1: 'port' should be a valid integer"),
    ("port = 70000", ":1: 'port' should be less than or equal to 65535, not 70000"),
    ("hub = 'mine'", ":1: 'hub' should be 'own', 'none' or the complete URL of a hub, not 'mine'"),
    ("hub = 'ftp://hub.example'", ":1: 'hub' should be 'own', 'none' or the complete URL of a hub"),
    ("feed_entries = 0", ":1: 'feed_entries' should be greater than or equal to 1, not 0"),
]


@pytest.mark.parametrize(("text", "message"), INVALID_FILES)
def test_invalid_files(tmp_path, text, message):
    """The message has the position, the invalid value and what is valid, in one line."""
    with pytest.raises(SettingsError) as raised:
        read_root(write_toml(tmp_path, text))
    full_message = str(raised.value)
    assert full_message.startswith(f"{tmp_path}/newsgraph.toml{message}")
    assert "\n" not in full_message
    assert "pydantic" not in full_message


def test_unreadable_files(tmp_path):
    """A file in another encoding, and what is no file or endless, raise a SettingsError."""
    file = tmp_path / "newsgraph.toml"
    file.write_bytes(b'title = "Z\xfcrich"')
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_root(tmp_path)
    with file.open("r+b") as large:
        large.truncate(10**10)
    with pytest.raises(SettingsError, match=r"cannot be read: it has more than 1,000,000 bytes"):
        read_root(tmp_path)
    for create, reason in (
        (Path.mkdir, "it is a folder, not a file"),
        (os.mkfifo, "it is a pipe or a device, not a file"),
        (lambda path: path.symlink_to("/dev/zero"), "it is a pipe or a device, not a file"),
        (lambda path: path.symlink_to("nowhere"), "No such file or directory"),
    ):
        file.rmdir() if file.is_dir() else file.unlink()
        create(file)
        for read in (read_root, lambda folder: read_from(folder, {})):
            with pytest.raises(SettingsError) as raised:
                read(tmp_path)
            assert str(raised.value) == f"{file}: it cannot be read: {reason}"


def test_precedence_of_sources(tmp_path, monkeypatch):
    """Environment variables override the file, and options override both."""
    assert read_from(tmp_path, {}).port == 8000
    write_toml(tmp_path, "port = 1\nhost = 'in-file'\ntitle = 'x'")
    assert read_from(tmp_path, {}).port == 1
    monkeypatch.setenv("NEWSGRAPH_PORT", "2")
    assert read_from(tmp_path, {"port": None}).port == 2
    settings = read_from(tmp_path, {"port": 3})
    assert (settings.port, settings.host) == (3, "in-file")


@pytest.mark.parametrize(
    ("text", "variable", "options", "message"),
    [
        ("port = 'x'", None, {}, "newsgraph.toml:1: 'port' should be a valid integer"),
        ("", "x", {}, "NEWSGRAPH_PORT should be a valid integer"),
        ("port = 1", "x", {}, "NEWSGRAPH_PORT should be a valid integer"),
        ("port = 1", "2", {"port": -1}, "--port should be greater than or equal to 0, not -1"),
        ("", None, {"public_url": "x"}, "--public-url should be a complete URL"),
    ],
)
def test_messages_name_the_source_of_an_invalid_value(
    tmp_path, monkeypatch, text, variable, options, message
):
    """The message names the file, the variable or the option that has the invalid value."""
    write_toml(tmp_path, text)
    if variable:
        monkeypatch.setenv("NEWSGRAPH_PORT", variable)
    with pytest.raises(SettingsError, match=re.escape(message)):
        read_from(tmp_path, options)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"port": 0}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8000"),  # noqa: S104 - not listened on
        ({"host": "::"}, "http://[::1]:8000"),
        ({"host": "[::1]"}, "http://[::1]:8000"),
        ({"host": "news.lan"}, "http://news.lan:8000"),
        ({"public_url": "https://news.example/"}, "https://news.example"),
        ({"public_url": "https://news.example/a/", "port": 1}, "https://news.example/a"),
    ],
)
def test_site_url(tmp_path, options, expected):
    """The site URL is the public URL, or else the one the server listens on."""
    assert read_from(tmp_path, options).site_url(8000) == expected


def test_every_graphql_option_is_a_setting(tmp_path):
    """Each field of the GraphQL options is a setting with the same default."""
    names = {field.name for field in dataclasses.fields(Options)}
    assert names <= set(ServerSettings.model_fields)
    assert read_from(tmp_path, {}).graphql_options({}) == Options()
    write_toml(
        tmp_path, "max_cost = 7\ncors_origins = ['https://a.example', '*']\ntrusted_only = true"
    )
    options = read_from(tmp_path, {}).graphql_options({"hash": "{ __typename }"})
    assert (options.max_cost, options.cors_origins) == (7, ("https://a.example", "*"))
    assert options.trusted_documents == {"hash": "{ __typename }"}


@pytest.mark.parametrize(
    "value", ["https://a.example,https://b.example", "https://a.example  https://b.example"]
)
def test_a_list_in_an_environment_variable(tmp_path, monkeypatch, value):
    """A list in a variable is separated by commas or spaces."""
    monkeypatch.setenv("NEWSGRAPH_CORS_ORIGINS", value)
    assert read_from(tmp_path, {}).cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_depth = 201", "'max_depth' should be less than or equal to 200, not 201"),
        ("max_batch = 0", "'max_batch' should be greater than or equal to 1"),
        ("operation_seconds = 0", "'operation_seconds' should be greater than 0"),
        ("cors_origins = ['a.example']", "'cors_origins' should list origins such as"),
        ("cors_origins = ['https://a.example/x']", "not 'https://a.example/x'"),
    ],
)
def test_invalid_graphql_settings(tmp_path, text, message):
    """An invalid GraphQL setting has a message like any other."""
    with pytest.raises(SettingsError, match=re.escape(message)):
        read_from(write_toml(tmp_path, text), {})


def test_trusted_only_needs_trusted_documents(tmp_path):
    """With trusted_only and no trusted documents every request would be refused."""
    with pytest.raises(SettingsError, match="trusted_documents names no folder"):
        read_from(write_toml(tmp_path, "trusted_only = true"), {}).graphql_options({})


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", HubOptions(hub="own", private_addresses=False)),
        ("hub = 'none'", HubOptions(hub="none")),
        (
            "hub = 'https://hub.example/?a=b'\nhub_private_addresses = true",
            HubOptions(hub="https://hub.example/?a=b", private_addresses=True),
        ),
    ],
)
def test_hub_options(tmp_path, text, options):
    """The hub is this server's unless the settings choose another or none."""
    assert read_from(write_toml(tmp_path, text), {}).hub_options() == options


def test_every_setting_is_documented():
    """A page besides the generated docs/settings.md explains every setting."""
    pages = [
        ROOT / "README.md",
        *(ROOT / "docs" / f"{name}.md" for name in ("security", "archives")),
    ]
    documentation = "".join(page.read_text("utf-8") for page in pages)
    assert [
        key
        for key in NewsgraphToml.model_fields
        if f"`{key}`" not in documentation and f"{key} =" not in documentation
    ] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", CacheOptions(response_cache_bytes=50_000_000, max_age_seconds=0)),
        ("response_cache_bytes = 0", CacheOptions(response_cache_bytes=0)),
        ("max_age_seconds = 60", CacheOptions(max_age_seconds=60)),
    ],
)
def test_cache_options(tmp_path, text, expected):
    """The cache's options are settings."""
    assert read_from(write_toml(tmp_path, text), {}).cache_options() == expected


def test_metrics_folder(monkeypatch):
    """The metrics folder comes from the environment variable of prometheus-client."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    assert metrics_folder() is None
    with shared_metrics_folder("shared"):
        assert metrics_folder() == "shared"
    assert metrics_folder() is None
