"""newsgraph.toml, the environment and options."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from newsgraph.gql import Options
from newsgraph.server.config.settings import (
    CollectionKeys,
    ServerKeys,
    read_collection,
    read_settings,
)
from newsgraph.server.errors import SettingsError
from newsgraph.server.http_cache.options import Delivery
from newsgraph.server.websub.options import HubOptions
from newsgraph.store.documents.collection import Collection

ROOT = Path(__file__).resolve().parents[3]


def write(folder, text):
    """Put a newsgraph.toml into a folder."""
    (folder / "newsgraph.toml").write_text(text, "utf-8")
    return folder


def test_all_that_a_collection_can_say(tmp_path):
    """Every key arrives; a server's keys may stand beside them."""
    write(
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
    assert read_collection(tmp_path) == Collection(
        "seeds", "Seeds", "Four stories", "https://news.example/", "pt-BR", True, (), ("drafts/*",)
    )


@pytest.mark.parametrize("folder", ["", "missing", "a-file"])
def test_a_folder_need_not_say_anything(tmp_path, folder):
    """Without the file, and where there is no folder, all has its default."""
    (tmp_path / "a-file").touch()
    assert read_collection(tmp_path / folder) == Collection()


def test_a_byte_order_mark_is_no_fault(tmp_path):
    """Windows' Notepad writes one."""
    (tmp_path / "newsgraph.toml").write_text('id = "x"', "utf-8-sig")
    assert read_collection(tmp_path).id == "x"


BAD = [
    ("titel = 'x'", ":1: there is no setting 'titel'; did you mean 'title'?"),
    ("id = 'x'\nunpublish = 'serve'", ":2: there is no setting 'unpublish'; did you mean 'unpubl"),
    ("zzz = 1", ":1: there is no setting 'zzz'; there are access_log, cors_origins, "),
    ("[server]\nport = 1", ":1: there is no setting 'server'; "),
    ("title = \n", ":1:9: broken TOML: Invalid value"),
    ("title = 'x'\ntitle = 'y'", ":2: broken TOML: Cannot overwrite a value"),
    ("title = 'x", ":1: broken TOML: Expected "),
    ("title = 5", ":1: 'title' should be a valid string, not 5"),
    ("title = ''", ":1: 'title' string should have at least 1 character, not ''"),
    ("exclude = 'x'", ":1: 'exclude' should be a list, not 'x'"),
    ("exclude = ['a', 5]", ":1: 'exclude' (entry 2) should be a valid string, not 5"),
    ("unpublished = 'show'", ":1: 'unpublished' should be 'hide' or 'serve', not 'show'"),
    ("url = 'news.example'", ":1: 'url' should be a whole address such as https://news.example/"),
    ("url = 'ftp://news.example'", ":1: 'url' should be a whole address"),
    ("url = 'https://'", ":1: 'url' should be a whole address"),
    ("url = 'https://a b/'", ":1: 'url' should be a whole address"),
    ("url = 'https://x:99999/'", ":1: 'url' should be a whole address"),
    ("language = 'the queen’s'", ":1: 'language' should be a language such as en or pt-BR"),
    ("public_url = 'https://x/?q'", ":1: 'public_url' should end with its host or path"),
    ("public_url = 'https://me@x/'", ":1: 'public_url' should end with its host or path"),
    ("port = 'http'", ":1: 'port' should be a valid integer"),
    ("port = 70000", ":1: 'port' should be less than or equal to 65535, not 70000"),
    ("hub = 'mine'", ":1: 'hub' should be 'own', 'none' or a hub's whole address, not 'mine'"),
    ("hub = 'ftp://hub.example'", ":1: 'hub' should be 'own', 'none' or a hub's whole address"),
    ("feed_entries = 0", ":1: 'feed_entries' should be greater than or equal to 1, not 0"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_wrong_file_is_told_with_its_line(tmp_path, text, message):
    """What is wrong, where, and what would be right, in one line."""
    with pytest.raises(SettingsError) as raised:
        read_collection(write(tmp_path, text))
    told = str(raised.value)
    assert told.startswith(f"{tmp_path}/newsgraph.toml{message}")
    assert "\n" not in told
    assert "pydantic" not in told


def test_a_file_that_is_no_text(tmp_path):
    """Neither a wrong encoding nor a folder in its place ends in a traceback."""
    (tmp_path / "newsgraph.toml").write_bytes(b'title = "Z\xfcrich"')
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_collection(tmp_path)
    (tmp_path / "newsgraph.toml").unlink()
    (tmp_path / "newsgraph.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        read_collection(tmp_path)


def test_what_is_said_last_counts(tmp_path, monkeypatch):
    """The file, then the environment, then options."""
    assert read_settings(tmp_path, {}).port == 8000
    write(tmp_path, "port = 1\nhost = 'in-file'\ntitle = 'x'")
    assert read_settings(tmp_path, {}).port == 1
    monkeypatch.setenv("NEWSGRAPH_PORT", "2")
    assert read_settings(tmp_path, {"port": None}).port == 2
    settings = read_settings(tmp_path, {"port": 3})
    assert (settings.port, settings.host) == (3, "in-file")


@pytest.mark.parametrize(
    ("text", "variable", "options", "message"),
    [
        ("port = 'x'", None, {}, "newsgraph.toml:1: 'port' should be a valid integer"),
        ("", "x", {}, "NEWSGRAPH_PORT should be a valid integer"),
        ("port = 1", "x", {}, "NEWSGRAPH_PORT should be a valid integer"),
        ("port = 1", "2", {"port": -1}, "--port should be greater than or equal to 0, not -1"),
        ("", None, {"public_url": "x"}, "--public-url should be a whole address"),
    ],
)
def test_a_wrong_setting_is_told_where_it_was_said(
    tmp_path, monkeypatch, text, variable, options, message
):
    """Otherwise people correct what was not meant."""
    write(tmp_path, text)
    if variable:
        monkeypatch.setenv("NEWSGRAPH_PORT", variable)
    with pytest.raises(SettingsError, match=re.escape(message)):
        read_settings(tmp_path, options)


@pytest.mark.parametrize(
    ("options", "site"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"port": 0}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8000"),  # noqa: S104 - not listened on
        ({"host": "::"}, "http://[::1]:8000"),
        ({"host": "news.lan"}, "http://news.lan:8000"),
        ({"public_url": "https://news.example/"}, "https://news.example"),
        ({"public_url": "https://news.example/a/", "port": 1}, "https://news.example/a"),
    ],
)
def test_what_our_addresses_begin_with(tmp_path, options, site):
    """The public URL, or else where the server listens, as a browser can reach it."""
    assert read_settings(tmp_path, options).site(8000) == site


def test_every_option_of_the_graph_can_be_set(tmp_path):
    """A limit that nobody can change is none of the operator's."""
    keys = {one.name for one in dataclasses.fields(Options)}
    assert keys <= set(ServerKeys.model_fields)
    assert read_settings(tmp_path, {}).options({}) == Options()
    write(tmp_path, "max_cost = 7\ncors_origins = ['https://a.example', '*']\ntrusted_only = true")
    options = read_settings(tmp_path, {}).options({"hash": "{ __typename }"})
    assert (options.max_cost, options.cors_origins) == (7, ("https://a.example", "*"))
    assert options.trusted_documents == {"hash": "{ __typename }"}


@pytest.mark.parametrize(
    "said", ["https://a.example,https://b.example", "https://a.example  https://b.example"]
)
def test_a_list_in_the_environment(tmp_path, monkeypatch, said):
    """A variable has no brackets."""
    monkeypatch.setenv("NEWSGRAPH_CORS_ORIGINS", said)
    assert read_settings(tmp_path, {}).cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_depth = 201", "'max_depth' should be less than or equal to 200, not 201"),
        ("max_batch = 0", "'max_batch' should be greater than or equal to 1"),
        ("operation_seconds = 0", "'operation_seconds' should be greater than 0"),
        ("cors_origins = ['a.example']", "'cors_origins' should name sites such as"),
        ("cors_origins = ['https://a.example/x']", "not 'https://a.example/x'"),
    ],
)
def test_a_wrong_option_of_the_graph(tmp_path, text, message):
    """Told as other settings are."""
    with pytest.raises(SettingsError, match=re.escape(message)):
        read_settings(write(tmp_path, text), {})


def test_only_trusted_documents_need_some(tmp_path):
    """Else nothing at all would be run."""
    with pytest.raises(SettingsError, match="trusted_documents names no folder"):
        read_settings(write(tmp_path, "trusted_only = true"), {}).options({})


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
def test_which_hub(tmp_path, text, options):
    """Our own, unless another or none is named."""
    assert read_settings(write(tmp_path, text), {}).hub_options() == options


def test_every_setting_is_in_the_documentation():
    """With its default, in the README or on the page of security."""
    pages = [ROOT / "README.md", ROOT / "docs" / "security.md"]
    told = "".join(page.read_text("utf-8") for page in pages)
    assert [
        key
        for key in CollectionKeys.model_fields
        if f"`{key}`" not in told and f"{key} =" not in told
    ] == []


@pytest.mark.parametrize(
    ("text", "delivery"),
    [
        ("", Delivery(response_cache_bytes=50_000_000, max_age_seconds=0)),
        ("response_cache_bytes = 0", Delivery(response_cache_bytes=0)),
        ("max_age_seconds = 60", Delivery(max_age_seconds=60)),
    ],
)
def test_how_answers_are_delivered(tmp_path, monkeypatch, text, delivery):
    """The folder of metrics is for whoever starts several processes to set."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    settings = read_settings(write(tmp_path, text), {})
    assert settings.delivery() == delivery
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert settings.delivery() == dataclasses.replace(delivery, metrics_folder=str(tmp_path))
