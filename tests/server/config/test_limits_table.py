"""The table of limits in docs/security.md has the defaults of the settings, and the constants."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsgraph.gql.documents import document_cache, introspection_limit, limits
from newsgraph.gql.http import websocket
from newsgraph.gql.schema import fields
from newsgraph.server import article_query
from newsgraph.server.config.settings import ServerSettings
from newsgraph.server.feeds import opml, query_in_url
from newsgraph.server.http_cache import cache_key
from newsgraph.server.runtime import uvicorn_protocols
from newsgraph.store.query import argument_slots, long_texts
from newsgraph.store.query import filter as filters
from newsgraph.store.search import query_parser

PAGE = Path(__file__).resolve().parents[3] / "docs" / "security.md"

DERIVED = {"URL", "Decompressed query in a feed's URL"}
"""Limits that are computed from a setting."""

CONSTANTS = {
    "Headers of a request": [uvicorn_protocols.MAX_HEADER_BYTES],
    "Nested brackets": [document_cache._MAX_NESTING],
    "Operations and fragments": [limits.MAX_DEFINITIONS],
    "Pairs of fields with the same response key": [limits.MAX_FIELD_PAIRS],
    "Validation errors reported": [document_cache.MAX_VALIDATION_ERRORS],
    "Characters returned by introspection": [introspection_limit.MAX_INTROSPECTION_CHARACTERS],
    "`first` and `last` of a page": [fields.MAX_ROWS],
    "`first` of the facet `publishedAt`": [fields.MAX_TIME_INTERVALS],
    "Edges in a row": [argument_slots.MAX_DEPTH],
    "Objects, lists and pages": [argument_slots.MAX_EDGES],
    "Fields of one object": [argument_slots.MAX_ITEMS],
    "Lists with long texts": [long_texts.MAX_LONG_LISTS],
    "Conditions of one filter": [filters.MAX_CONDITIONS],
    "Conditions of all filters": [filters.MAX_CONDITIONS_PER_READ],
    "Nesting depth of a filter": [filters.MAX_FILTER_DEPTH],
    "Search text:": [query_parser.MAX_TERMS, query_parser.MAX_CHARACTERS],
    "Operations of a WebSocket that read": [websocket.MAX_CONCURRENT_READS],
    "Topics, publishers and excluded topics": [article_query.MAX_NAMES],
    "Search text in a URL": [article_query.MAX_SEARCH_LENGTH],
    "Topics in the URL of an OPML list": [opml.MAX_TOPICS],
    "Compressed query in a feed's URL": [query_in_url.MAX_ENCODED_CHARACTERS],
    "Body or query string of a request": [cache_key.MAX_CACHEABLE_REQUEST_BYTES],
}
"""Fixed limits by the start of their row."""


def read_rows():
    """Return the rows of the table as (line, limit, default, setting)."""
    rows = []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and not cells[0].startswith(("**", "---")):
            rows.append((line, *cells[:3]))
    return rows


def read_numbers(text):
    """Return the numbers in a cell."""
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def test_defaults_are_those_of_the_settings():
    """Each limit with a setting has its default, and every limit that is a setting has a row."""
    settings = set()
    for _, limit, default, setting in read_rows():
        name = setting.strip("`")
        if name in ServerSettings.model_fields:
            settings.add(name)
            if limit not in DERIVED:
                number = ServerSettings.model_fields[name].default
                assert read_numbers(default)[0] == number, limit
    limits_of_settings = {
        name
        for name in ServerSettings.model_fields
        if re.search(r"^max_(?!age)|_bytes$|^(operation|send|request|grace)_seconds$", name)
    }
    assert settings == limits_of_settings


@pytest.mark.parametrize("start", CONSTANTS)
def test_fixed_limits_are_those_of_the_code(start):
    """A fixed limit has the value of its constant."""
    (default,) = [row[2] for row in read_rows() if row[0].startswith(f"| {start}")]
    numbers = read_numbers(default)
    assert numbers[: len(CONSTANTS[start])] == CONSTANTS[start]
