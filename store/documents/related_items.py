"""Reads the items of `related`: URLs, and documents in the notations of generators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from yaml import MappingNode, Mark, Node, ScalarNode, SequenceNode

from newsgraph.store.documents.fields import is_empty, list_items
from newsgraph.store.documents.urls import has_scheme, is_http_url
from newsgraph.store.documents.yaml_nodes import MAX_DEPTH
from newsgraph.store.documents.yaml_tags import BOOL_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgraph.store.documents.fields import FieldReader

TARGET_KEYS: Final = ("id", "slug", "path", "file", "post", "page", "ref", "url", "link", "href")
"""Keys of a related item that name a document of the archive."""

_ITEM_KEYS: Final = frozenset(
    (
        *TARGET_KEYS,
        *("title", "name", "headline", "excerpt", "description", "summary", "date", "type"),
        *("weburl", "originalurl", "ampurl", "ampweburl", "cdnampurl", "cdnampweburl"),
        *("publisheddatetime", "publishedat", "provider", "image", "images", "quality"),
    )
)
"""Keys in small letters that are no title, if they are the only one of a related item."""

_URL_SCHEMES: Final = frozenset(
    ("http", "https", "ftp", "file", "data", "javascript", "vbscript", "mailto", "tel", "sms")
)
# Jekyll's tags, and the shortcodes of Hugo.
_LIQUID: Final = re.compile(r"\{%-?\s*(?:post_url|link)\s+(.+?)\s*-?%\}")
_SHORTCODE: Final = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+[\"'`]?(.+?)[\"'`]?\s*[%>]\}\}")
# Liquid for the site's address, Pelican's and Zola's marks of a path.
_PATH_MARK: Final = re.compile(r"(?:\{\{[^{}]*\}\}|[{|](?:filename|static|attach)[}|]|@(?=/))\s*")
_WIKI_LINK: Final = re.compile(r"!?\[\[([^\[\]|]+)(?:\|([^\[\]]*))?\]\]")
_MARKDOWN_LINK: Final = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^\s<>()]+)>?\s*\)")


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """An item of `related`.

    Attributes:
        node: a text or a mapping.
        label: name of the item in messages.
        title: the title that the list gives the item.
    """

    node: Node
    label: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a related item names.

    Attributes:
        text: a URL, or the id, slug or path of a document.
        title: the title in the notation of the link.
        is_document: whether it names a document.
    """

    text: str
    title: str | None
    is_document: bool


@dataclass(frozen=True, slots=True)
class NodeTarget:
    """The document that a related item names, and the value with its name."""

    text: str
    node: Node


def find_related_items(fields: FieldReader, keys: tuple[str, ...]) -> list[RelatedItem]:
    """Return the items of the first key that has any.

    True and false switch a theme's related posts on or off, and are no items. A text is a list of
    URLs or slugs with commas, as Pelican's plugin for related posts reads it. In a list, lists are
    flattened, and ``{title: item}`` gives an item its title, as in MkDocs.

    Args:
        fields: the front matter.
        keys: keys in the order of their precedence.
    """
    for key in keys:
        field = fields.find(key)
        if field is None or field[1].tag == BOOL_TAG:
            continue
        name, node = field
        nodes = _split_text(node) if isinstance(node, ScalarNode) else _flatten(fields, node)
        return [
            RelatedItem(item, f"{fields.label_of(name)} item {number}", title)
            for number, (item, title) in enumerate(nodes, start=1)
        ]
    return []


def _split_text(node: ScalarNode) -> Iterator[tuple[Node, str | None]]:
    """Yield the parts of a text as nodes at their positions, without titles."""
    text = cast("str", node.value)
    # A comma in a single URL belongs to it.
    separator = r",\s+" if has_scheme(text.strip()) else r"\s*,\s*"
    start = node.start_mark.index + (1 if node.style in ("'", '"') else 0)
    offset = 0
    for part in re.split(f"({separator})", text):
        if part.strip() and not re.fullmatch(separator, part):
            mark = Mark("", start + offset, 0, 0, None, 0)
            yield ScalarNode(node.tag, part.strip(), mark, mark), None
        offset += len(part)


def _flatten(
    fields: FieldReader, node: Node, title: str | None = None, depth: int = 0
) -> Iterator[tuple[Node, str | None]]:
    """Yield the items of a list and of the lists in it, each with the title before it."""
    # A list can contain itself, by an alias.
    if depth > MAX_DEPTH:
        return
    for item in list_items(node):
        if isinstance(item, SequenceNode):
            yield from _flatten(fields, item, None, depth + 1)
        elif isinstance(item, MappingNode) and (entry := _single_entry(fields, item)):
            is_section = isinstance(entry[1], SequenceNode)
            yield from _flatten(fields, entry[1], None if is_section else entry[0], depth + 1)
        else:
            yield item, title


def _single_entry(fields: FieldReader, node: MappingNode) -> tuple[str, Node] | None:
    """Return title and value of ``{title: item}`` or ``{section: [items]}``."""
    entries = fields.converter.mapping_entries(node)
    if len(entries) != 1:
        return None
    ((title, value),) = entries.items()
    is_title = title.strip().lower() not in _ITEM_KEYS and not is_empty(value)
    return (title.strip(), value) if is_title else None


def parse_target(text: str) -> Target:
    """Return what the text of a related item names.

    Besides URLs, ids, slugs and paths, these are Jekyll's ``{% post_url x %}`` and
    ``{% link x %}``, Hugo's ``{{< ref "x" >}}``, Zola's ``@/x.md``, Pelican's ``{filename}x.md``,
    wiki links and links of Markdown.
    """
    title = None
    if match := _WIKI_LINK.fullmatch(text):
        text, title = match[1], match[2]
    elif match := _MARKDOWN_LINK.fullmatch(text):
        title, text = match[1], match[2]
    if match := _LIQUID.search(text) or _SHORTCODE.search(text):
        text = match[1].strip()
    elif not is_http_url(text):
        text = _PATH_MARK.sub("", text, count=1) if _PATH_MARK.match(text) else text
    if text.startswith("//"):
        text = f"https:{text}"
    return Target(text.strip(), title or None, not _is_url(text))


def find_target(link: FieldReader) -> NodeTarget | None:
    """Return the document that a mapping names by one of `TARGET_KEYS`."""
    for key in TARGET_KEYS:
        field = link.find(key)
        if field is not None and isinstance(field[1], ScalarNode):
            target = parse_target(link.converter.scalar_text(field[1]))
            if target.text and target.is_document:
                return NodeTarget(target.text, field[1])
    return None


def _is_url(text: str) -> bool:
    """Return whether a text with a scheme is a URL; ids may contain colons, too."""
    scheme = text.partition(":")[0].strip().lower()
    return has_scheme(text) and ("://" in text or scheme in _URL_SCHEMES)
