"""The keys of fields, usual ones and an archive's own; docs/documents.md lists the usual ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.document import Author, Image
from newsgraph.store.documents.field_keys import (
    FIELD_NAMES,
    HEADER_KEYS,
    SYNONYMS,
    USUAL_KEYS,
    FieldKeys,
    FieldName,
)
from newsgraph.store.documents.frontmatter import parse_document

PAGE = (Path(__file__).parents[3] / "docs" / "documents.md").read_text("utf-8")
OTHER_WORDS = {"header", "updated", "created", "date", *HEADER_KEYS}
"""Words of the page's table that are no keys of the field."""


def parse_article(front, kind="plain", **keys):
    """Parse front matter with an archive's own keys, and return the article."""
    own_keys = tuple((name, tuple(names)) for name, names in keys.items())
    parsed = parse_document(
        f"---\n{front}\n---\n",
        "a.md",
        ("secured",),
        kind=KINDS[kind],
        keys=FieldKeys(own_keys),
    )
    assert parsed.diagnostics == ()
    return parsed.content


def page_rows():
    """Return the cells of the keys by the name of the field in the setting `keys`."""
    table = PAGE[PAGE.index("| field | in `[keys]` |") :].partition("\n\n")[0]
    rows = ([cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:])
    return {row[1].strip("`"): row[2] for row in rows}


def test_the_page_has_all_fields():
    """Each name that the setting accepts is in the table."""
    assert tuple(page_rows()) == FIELD_NAMES == get_args(FieldName) == tuple(USUAL_KEYS)
    assert all(f"`{name}`" in PAGE for name in SYNONYMS)


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_the_page_has_the_usual_keys(name):
    """The table has the keys of the code, in the same order, and no others."""
    keys = re.findall("`([^`]*?)`", page_rows()[name])
    assert tuple(dict.fromkeys(key for key in keys if key in USUAL_KEYS[name])) == USUAL_KEYS[name]
    assert set(keys) <= {*USUAL_KEYS[name], *OTHER_WORDS}


@pytest.mark.parametrize(
    ("field", "front", "attribute", "value"),
    [
        ("title", "Headline: H\ntitle: T", "title", "H"),
        ("id", "guid: x", "id", "x"),
        ("excerpt", "lead: L\nexcerpt: E", "excerpt", "L"),
        (
            "date",
            "erschienen: 2024-05-02\ndate: 2020-01-01",
            "published_at",
            "2024-05-02T00:00:00Z",
        ),
        ("updated", "stand: 2024-05-02", "updated_at", "2024-05-02T00:00:00Z"),
        ("webUrl", "quelle: https://a.example", "web_url", "https://a.example"),
        ("originalUrl", "quelle: https://a.example", "original_url", "https://a.example"),
        ("ampUrl", "amp: https://a.example", "amp_url", "https://a.example"),
        ("cdnAmpUrl", "amp: https://a.example", "cdn_amp_url", "https://a.example"),
        ("type", "art: video", "type", "video"),
        ("category", "ressort: [Town, Roads]\ncategory: c", "category", "Town"),
        ("quality", "note: 5", "quality", 5),
        ("heat", "note: 5", "heat", 5),
        ("published", "live: false\npublished: true", "published", False),
        ("draft", "entwurf: true", "published", False),
        ("tags", "schlagworte: a, b\ntags: c", "topics", ("a", "b")),
        ("image", "bild: /a.png\nimage: /b.png", "images", (Image("/a.png"), Image("/b.png"))),
        ("author", "von: Ann\nauthor: Bob", "authors", (Author("Ann"), Author("Bob"))),
    ],
)
def test_own_keys_come_first(field, front, attribute, value):
    """Each field is read from an archive's own keys first, in any case."""
    own_key = front.partition(":")[0].upper()
    assert getattr(parse_article(front, **{field: [own_key]}), attribute) == value


def test_the_usual_keys_come_after_them():
    """Where the own key is absent or empty, the usual ones are read."""
    keys = {name: ["own"] for name in FIELD_NAMES}
    front = "own: ''\ntitle: T\ndate: 2024-05-02\ntags: [a]\nrelated: [b]"
    assert parse_article(front, **keys) == parse_article(front)


def test_own_keys_of_mappings():
    """The provider and related links have own keys, too."""
    article = parse_article(
        "verlag: {name: V, authors: [Ann]}\nsiehe: [b]", provider=["verlag"], related=["siehe"]
    )
    assert article.provider.name == "V"
    assert article.authors == (Author("Ann"),)
    assert [item.target for item in article.related] == ["b"]


def test_topics_of_other_kinds():
    """In the archive of a generator, the topics of all keys count."""
    article = parse_article("tags: [b]\nressort: [a]", "hugo", tags=["ressort"])
    assert article.topics == ("a", "b")


@pytest.mark.parametrize(
    ("front", "images"),
    [
        ("SEO: {Image: /a.png}", ("/a.png",)),
        ("seo.image: /a.png", ("/a.png",)),
        ("seo: /a.png", ()),
        ("seo: {image: {url: /a.png}}", ("/a.png",)),
        ("seo: [{image: /a.png}]", ()),
        ("seo: {x: 1}", ()),
    ],
)
def test_keys_in_mappings(front, images):
    """A key with dots leads into a mapping."""
    article = parse_article(front, image=["seo.image"])
    assert tuple(image.url for image in article.images) == images


def test_private_keys_are_never_read():
    """A private key stays private, whatever the settings say."""
    front = "secured: {title: x}\ntitle: T"
    assert parse_article(front, title=["secured.title", "secured"]).title == "T"


def test_settings_survive_their_json():
    """The store has a collection as JSON; own keys are part of it."""
    collection = Collection(keys=(("title", ("headline", "a.b")), ("date", ("d",))))
    assert Collection.from_json(json.loads(collection.to_json())) == collection
