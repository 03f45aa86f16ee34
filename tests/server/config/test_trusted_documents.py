"""Tests of the folder of trusted documents."""

from __future__ import annotations

import re

import pytest

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.options import Options
from newsgraph.server.config.trusted_documents import read_trusted_documents
from newsgraph.server.startup_errors import SettingsError


def test_read_trusted_documents(tmp_path):
    """Documents of the folder and its subfolders are read, by the hash of their bytes."""
    (tmp_path / "subfolder").mkdir()
    text = "{ store {\r\n articleCount } }\n"
    (tmp_path / "subfolder" / "count.graphql").write_bytes(text.encode())
    (tmp_path / "notes.md").write_text("{", "utf-8")
    assert read_trusted_documents(tmp_path, Options()) == {sha256(text): text}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{ store {\n  bogus } }", "a.graphql:2:3: Cannot query field 'bogus'"),
        (b"{\n", "a.graphql:2:1: Syntax Error"),
        (b"{ \xff }", "a.graphql: it is not UTF-8"),
        (b"{ " + b"x " * 11_000 + b"}", "a.graphql: The document has more than 10000 tokens"),
    ],
)
def test_invalid_documents(tmp_path, data, message):
    """The message about an invalid document has its file and position."""
    (tmp_path / "a.graphql").write_bytes(data)
    with pytest.raises(SettingsError, match=re.escape(f"{tmp_path}/{message}")):
        read_trusted_documents(tmp_path, Options())


def test_a_missing_folder(tmp_path):
    """A missing folder is an error."""
    with pytest.raises(SettingsError, match="is not a folder"):
        read_trusted_documents(tmp_path / "no", Options())
