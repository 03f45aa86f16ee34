"""Language tags are written in one way, and words are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.language_tags import (
    ABBREVIATIONS,
    ISO_639_1,
    WORDS,
    document_tag,
    known_tag,
    normalize_tag,
    primary_subtag,
)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("de", "de"),
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("es-419", "es-419"),
        ("de-1996", "de-1996"),
        ("en_US.UTF-8", "en-US"),
        ("sr_RS@latin", "sr-RS"),
        (" fr ", "fr"),
        ("gsw", "gsw"),
        ("jp", "jp"),
        ("german", None),
        ("d", None),
        ("en us", None),
        ("en-", None),
        ("", None),
        ("日本", None),
    ],
)
def test_normalize_tag(text, tag):
    """Names of locales are tags, too; names of languages are none."""
    assert normalize_tag(text) == tag


@given(st.text())
def test_a_normal_tag_stays(text):
    """The function is idempotent, and fails for no text."""
    tag = normalize_tag(text)
    assert tag is None or normalize_tag(tag) == tag


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("de", "de"),
        ("pt-br", "pt-BR"),
        ("zh_Hant", "zh-Hant"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("jp", None),
        ("gsw", None),
        ("min", None),
        ("el-nino", None),
        ("en-route", None),
        ("2024", None),
    ],
)
def test_known_tag(code, tag):
    """A word of two letters with a dash is no language, and neither is another extension."""
    assert known_tag(code) == tag


@pytest.mark.parametrize(
    ("text", "tag"), [("de-AT", "de-AT"), ("nds", "nds"), ("jp", None), ("Python", None)]
)
def test_document_tag(text, tag):
    """A document can also have a language without a code of two letters."""
    assert document_tag(text) == tag


def test_codes():
    """The lists of exceptions contain codes only."""
    assert len(ISO_639_1) == 185  # 183, and the withdrawn `bh` and `sh`
    assert WORDS < ABBREVIATIONS < ISO_639_1
    assert not {"de", "en", "es", "fr", "ja", "nl", "pt", "ru", "zh"} & ABBREVIATIONS
    assert primary_subtag("pt-BR") == "pt"
