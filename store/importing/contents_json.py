"""Converts the parsed contents of an article to JSON and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache

from pydantic import TypeAdapter

from newsgraph.store.documents.document import Article
from newsgraph.store.importing.scan import ParsedContents


def encode_contents(contents: ParsedContents) -> str:
    """Return the contents of an article as JSON, in ASCII: a text may contain a NUL."""
    return json.dumps(asdict(contents))


def decode_contents(text: str) -> ParsedContents:
    """Return the contents that `encode_contents` wrote.

    Fields of an `Article` that the version of newsgraph which wrote them lacked have their
    defaults; those that this version lacks are ignored.

    Raises:
        ValueError: another version of newsgraph wrote them, and they cannot be read.
    """
    try:
        fields = json.loads(text)
        article = _article_adapter().validate_python(fields["content"])
        return ParsedContents(**fields | {"content": article})
    except (KeyError, TypeError) as error:
        raise ValueError("these are not the contents of an article") from error


@cache
def _article_adapter() -> TypeAdapter[Article]:
    """Return pydantic's converter of articles, which takes some milliseconds to build."""
    return TypeAdapter(Article)
