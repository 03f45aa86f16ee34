"""The entries in tests/golden/readers, as every reader should read them.

``entries/`` is a folder of documents. ``expected.json`` has the fields of their entries, by the
names of the files. ``differences.json`` lists what a reader reads otherwise, and why: it has
``read`` by names, or null if the reader knows nothing of the field. docs/readers.md shows the list.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from lxml import html

from tests.server.readers.entry_readers import FIELDS

FOLDER = Path(__file__).parents[2] / "golden" / "readers"
DOCUMENTS = FOLDER / "entries"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
DIFFERENCES = json.loads((FOLDER / "differences.json").read_text("utf-8"))

NAMES_BY_ID = {
    entry_id: name
    for name, entry in EXPECTED.items()
    for entry_id in (entry["id"], entry.get("id_in_atom"))
}


def check_entries(reader, read, site):
    """Check what a reader has read of each feed.

    Args:
        reader: the reader's name.
        read: entries by the paths of feeds.
        site: URL of the site.
    """
    for path, entries in read.items():
        feed_format = path.rpartition(".")[2]
        fields_by_name = {}
        for entry in entries:
            fields_by_name[NAMES_BY_ID[entry["id"]]] = normalize(entry, site)
        assert len(fields_by_name) == len(entries)
        assert fields_by_name == expect(reader, feed_format), path


def expect(reader, feed_format):
    """Return the normalized entries that a reader should read in a format, by name."""
    entries = {
        name: {field: entry.get(field) for field in FIELDS} for name, entry in EXPECTED.items()
    }
    if feed_format == "atom":
        for name, entry in EXPECTED.items():
            entries[name]["id"] = entry.get("id_in_atom", entry["id"])
    for difference in DIFFERENCES:
        if difference["reader"] != reader or feed_format not in difference["formats"]:
            continue
        field, read = difference["field"], difference["read"]
        for name in read or entries:
            assert (read or {}).get(name) != entries[name][field] or read is None, difference
            entries[name][field] = read and read[name]
    return entries


def normalize(entry, site):
    """Return the fields of an entry as expected.json has them."""
    fields = {field: entry.get(field) for field in FIELDS}
    for field in ("authors", "categories"):
        fields[field] = list(filter(None, fields[field] or []))
    for field in ("published", "updated"):
        fields[field] = _normalize_time(fields[field])
    fields["content"] = describe_html(fields["content"] or "")
    fields = {field: value or None for field, value in fields.items()}
    return json.loads(json.dumps(fields).replace(site, "{site}"))


def describe_html(content):
    """Return what a person finds in HTML: its text, links, pictures, code and cells of tables."""
    element = html.fragment_fromstring(content, create_parent="div")
    found = {
        "text": " ".join(element.text_content().split()),
        "links": element.xpath(".//a/@href"),
        "pictures": [[image.get("src"), image.get("alt")] for image in element.iter("img")],
        "code": [code.text_content() for code in element.iter("pre")],
        "cells": [" ".join(cell.text_content().split()) for cell in element.xpath(".//td|.//th")],
    }
    return {name: value for name, value in found.items() if value}


def _normalize_time(time):
    """Return a time, or a text in ISO 8601 or RFC 2822, in ISO 8601 and UTC."""
    if not time:
        return None
    if not isinstance(time, datetime):
        time = parsedate_to_datetime(time) if "," in time else datetime.fromisoformat(time)
    return time.astimezone(UTC).isoformat()
