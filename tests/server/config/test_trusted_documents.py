"""A folder of trusted documents, read at the start."""

from __future__ import annotations

import re

import pytest

from newsgraph.gql import Options, sha256
from newsgraph.server.config.trusted_documents import read_trusted
from newsgraph.server.errors import SettingsError


def test_a_folder_of_documents(tmp_path):
    """By the hash of their bytes; folders in it count, and other files do not."""
    (tmp_path / "deep").mkdir()
    text = "{ store {\r\n articleCount } }\n"
    (tmp_path / "deep" / "count.graphql").write_bytes(text.encode())
    (tmp_path / "notes.md").write_text("{", "utf-8")
    assert read_trusted(tmp_path, Options()) == {sha256(text): text}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{ store {\n  bogus } }", "a.graphql:2:3: Cannot query field 'bogus'"),
        (b"{\n", "a.graphql:2:1: Syntax Error"),
        (b"{ \xff }", "a.graphql: it is not UTF-8"),
        (b"{ " + b"x " * 11_000 + b"}", "a.graphql: The document has more than 10000 tokens"),
    ],
)
def test_a_document_that_could_not_be_run(tmp_path, data, message):
    """Told before anything is served, with its file and line."""
    (tmp_path / "a.graphql").write_bytes(data)
    with pytest.raises(SettingsError, match=re.escape(f"{tmp_path}/{message}")):
        read_trusted(tmp_path, Options())


def test_a_folder_that_is_none(tmp_path):
    """A slip in the settings."""
    with pytest.raises(SettingsError, match="is not a folder"):
        read_trusted(tmp_path / "no", Options())
