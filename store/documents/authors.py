"""Reads authors: those that a document names, and the fields of an author that files share."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from yaml import MappingNode, Node, ScalarNode

from newsgraph.store.documents.archive_kinds import PLAIN, split_names
from newsgraph.store.documents.document import Author
from newsgraph.store.documents.field_keys import AUTHOR_KEYS, USUAL_FIELD_KEYS
from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.plain_text import decode_entities
from newsgraph.store.documents.urls import is_http_url
from newsgraph.store.documents.yaml_tags import BOOL_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.field_keys import FieldKeys

NAME_KEYS: Final = ("name", "full_name", "fullName", "display_name", "displayName", "label")
KEY_KEYS: Final = ("key", "id")
URL_KEYS: Final = ("url", "uri", "website", "homepage", "web", "link", "href")
IMAGE_KEYS: Final = (
    *("image_url", "imageURL", "avatar", "avatar_url", "picture", "image", "photo"),
    *("profile_image", "headshot", "thumbnail", "logo"),
)
PICTURE_URL_KEYS: Final = ("url", "path", "src")
NAME_PART_KEYS: Final = ("given", "family")
SEPARATE_URL_KEYS: Final = ("author_url", "authorURL")
"""Keys of Docusaurus that describe the only author of a document."""

SEPARATE_IMAGE_KEYS: Final = ("author_image_url", "authorImageURL", "author_image")
SOCIAL_KEYS: Final = ("socials", "social")
PROFILES: Final = {
    "github": "https://github.com/{}",
    "mastodon": "https://{1}/@{0}",
    "twitter": "https://twitter.com/{}",
    "x": "https://x.com/{}",
}
"""Addresses of profiles by their site, for authors without a page of their own."""

_ZOLA_MAPPINGS: Final = ("taxonomies", "extra")
_WEBSITE_LABELS: Final = frozenset(("website", "homepage", "web", "site", "blog"))
_USER_NAME: Final = re.compile(r"@?([A-Za-z0-9][\w.-]{0,63})", re.ASCII)
_MASTODON_NAME: Final = re.compile(r"@?(\w{1,63})@([A-Za-z0-9.-]{3,253})", re.ASCII)


def parse_authors(
    fields: FieldReader, kind: ArchiveKind = PLAIN, keys: FieldKeys = USUAL_FIELD_KEYS
) -> tuple[Author, ...]:
    """Read the authors of a document, each once.

    Args:
        fields: the front matter.
        kind: how the archive's generator reads documents.
        keys: the keys of each field.
    """
    authors: dict[tuple[str, str | None], Author] = {}
    for author in _list_authors(fields, kind, keys):
        known = authors.get((author.name, author.key))
        # What one mention of an author lacks, another one may have.
        authors[author.name, author.key] = _merge(known, author) if known else author
    if len(authors) == 1:
        authors = {key: _add_separate_fields(fields, author) for key, author in authors.items()}
    return tuple(authors.values())


def parse_site_author(fields: FieldReader) -> Author | None:
    """Read the author of a site: ``author``, a name or a mapping with one, in its configuration.

    jekyll-feed has it as the author of posts that name none:
    https://github.com/jekyll/jekyll-feed#author-information
    """
    field = fields.find("author")
    if field is None:
        return None
    key, node = field
    if isinstance(node, MappingNode):
        # Themes have links and addresses there, also without a name.
        has_name = get_author_name(FieldReader(fields.converter, node)) is not None
        return _parse_author(fields, node, key) if has_name else None
    return _parse_author(fields, node, key) if isinstance(node, ScalarNode) else None


def _merge(first: Author, second: Author) -> Author:
    return replace(first, url=first.url or second.url, image=first.image or second.image)


def _list_authors(fields: FieldReader, kind: ArchiveKind, keys: FieldKeys) -> Iterator[Author]:
    sources = [(fields, key) for key in keys["author"]]
    if kind is not PLAIN:
        mappings = (fields.find_mapping(key) for key in _ZOLA_MAPPINGS)
        sources += [(mapping, key) for mapping in mappings if mapping for key in AUTHOR_KEYS]
    provider = fields.find(*keys["provider"])
    if provider and isinstance(provider[1], MappingNode):
        sources.append((FieldReader(fields.converter, provider[1], provider[0]), "authors"))
    for source, key in sources:
        field = source.find(key)
        if field is None:
            continue
        node = field[1]
        if key != "author" and kind.splits_authors and isinstance(node, ScalarNode):
            names = split_names(decode_entities(source.converter.scalar_text(node)))
            yield from map(Author, names)
            continue
        for item in list_items(node):
            author = _parse_author(source, item, source.label_of(key))
            if author is not None:
                yield author


def _parse_author(fields: FieldReader, node: Node, label: str) -> Author | None:
    if not isinstance(node, MappingNode):
        text = decode_entities(fields.node_text(node, label, expected="a name or a mapping") or "")
        return Author(text) if text else None
    author = FieldReader(fields.converter, node, label)
    name, key = get_author_name(author), author.get_name(*KEY_KEYS)
    shown = name or key
    if not shown:
        fields.report("wrong-type", node, f"{label}: name is missing.")
        return None
    url, image = get_author_url(author), get_author_image(author)
    return Author(shown, url, image, key if name and key else None)


def _add_separate_fields(fields: FieldReader, author: Author) -> Author:
    url = author.url or _get_url(fields, *SEPARATE_URL_KEYS)
    image = author.image or _get_picture(fields, *SEPARATE_IMAGE_KEYS)
    return Author(author.name, url, image, author.key)


def get_author_name(author: FieldReader) -> str | None:
    """Return an author's name; some archives have a mapping with its parts."""
    parts = author.find_mapping("name")
    if parts is None:
        return author.get_name(*NAME_KEYS)
    names = (parts.get_name(key) for key in NAME_PART_KEYS)
    return parts.get_name("display", *NAME_KEYS) or " ".join(filter(None, names)) or None


def get_author_url(author: FieldReader) -> str | None:
    """Return the URL of an author's page, or else of a profile; it may be relative."""
    return _get_url(author, *URL_KEYS) or _find_website(author) or _find_profile(author)


def get_author_image(author: FieldReader) -> str | None:
    """Return the URL of an author's picture, which may be relative to the site.

    A path such as ``./ann.jpg`` is relative to the file, and its URL is not known.
    """
    return _get_picture(author, *IMAGE_KEYS)


def _get_url(fields: FieldReader, *keys: str) -> str | None:
    field = fields.find(*keys)
    if field is None:
        return None
    return fields.node_url(field[1], fields.label_of(field[0]), allow_relative=True)


def _get_picture(fields: FieldReader, *keys: str) -> str | None:
    field = fields.find(*keys)
    # `avatar: true` and the like switch a picture on.
    if field is None or field[1].tag == BOOL_TAG:
        return None
    key, node = field
    if isinstance(node, MappingNode):
        picture = FieldReader(fields.converter, node, fields.label_of(key))
        return _get_picture(picture, *PICTURE_URL_KEYS)
    url = fields.node_url(node, fields.label_of(key), allow_relative=True)
    return url if url and not url.startswith(".") else None


def _find_website(author: FieldReader) -> str | None:
    """Return the website among ``links``, a list of labels and URLs as in Minimal Mistakes."""
    for link in _mappings(author, "links"):
        label = link.find("label", "name", "title")
        if label and isinstance(label[1], ScalarNode):
            text = link.converter.scalar_text(label[1])
            url = link.get_first_http_url("url", "href", "link")
            if url and text.casefold() in _WEBSITE_LABELS:
                return url
    return None


def _find_profile(author: FieldReader) -> str | None:
    """Return the URL of the first profile, from its URL or from a user name."""
    readers = [author, *(reader for key in SOCIAL_KEYS for reader in _mappings(author, key))]
    for site, template in PROFILES.items():
        for reader in readers:
            field = reader.find(site)
            if field is None or not isinstance(field[1], ScalarNode):
                continue
            text = reader.converter.scalar_text(field[1])
            pattern = _MASTODON_NAME if site == "mastodon" else _USER_NAME
            match = pattern.fullmatch(text)
            if is_http_url(text):
                return text
            if match:
                return template.format(*match.groups())
    return None


def _mappings(author: FieldReader, key: str) -> list[FieldReader]:
    """Return readers of a mapping, or of the mappings in a list."""
    field = author.find(key)
    items = list_items(field[1]) if field else []
    return [
        FieldReader(author.converter, item, author.label_of(key))
        for item in items
        if isinstance(item, MappingNode)
    ]
