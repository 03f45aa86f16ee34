"""What an archive says of a document outside of its file: values and topics that it inherits."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from yaml import MappingNode, Mark, Node, ScalarNode, SequenceNode

from newsgraph.store.documents.value_nodes import build_nodes
from newsgraph.store.documents.yaml_tags import MAP_TAG, NULL_TAG, SEQ_TAG, STR_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.store.documents.archive_kinds import Inheritance
    from newsgraph.store.documents.document import Author, JsonValue
    from newsgraph.store.documents.permalinks.base import RootPermalinks
    from newsgraph.store.documents.yaml_values import YamlConverter

INHERITED_OFFSET: Final = -1
"""Offset of inherited values, which are in no text; problems in them are reported once, for the
configuration that they come from."""

_OVERRIDE: Final = "override:"
"""In Eleventy, a value whose key begins with it is not merged with an inherited one."""

_INHERITED: Final = Mark("", INHERITED_OFFSET, 0, 0, None, 0)


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """What the files of an archive say of one of its documents.

    Attributes:
        inherited: values of keys that the document lacks.
        topics: topics that its folders are.
        is_hidden: whether the configuration hides the document.
        default_author: the author of the document if it names none.
        topic_names: names of topics by the keys that documents have for them.
        permalinks: how the generator makes the addresses of documents; None if it is unknown.
    """

    inherited: Mapping[str, JsonValue] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    is_hidden: bool = False
    default_author: Author | None = None
    topic_names: Mapping[str, str] = field(default_factory=dict)
    permalinks: RootPermalinks | None = None

    @property
    def digest(self) -> str:
        """A digest of the rules, or an empty text if there are none."""
        author = self.default_author
        permalinks = self.permalinks.digest if self.permalinks else ""
        if not (self.inherited or self.topics or self.is_hidden or author or self.topic_names):
            return permalinks
        values = [self.inherited, self.topics, self.is_hidden, author and asdict(author)]
        rules = json.dumps([*values, self.topic_names], sort_keys=True)
        return hashlib.sha256(f"{rules}{permalinks}".encode()).hexdigest()[:16]


NO_RULES: Final = DocumentRules()


def merge_inherited(
    converter: YamlConverter,
    root: MappingNode,
    inherited: Mapping[str, JsonValue],
    inheritance: Inheritance,
) -> MappingNode:
    """Return a document's front matter with the values that it inherits.

    Args:
        converter: the converter of the document.
        root: the front matter.
        inherited: the inherited values.
        inheritance: how they are merged.

    Raises:
        DocumentError: ``too-complex``.
    """
    node = build_nodes(dict(inherited), "", _INHERITED)
    assert isinstance(node, MappingNode)  # noqa: S101 - the node of a mapping
    return _merge_mappings(converter, root, node, inheritance)


def _merge_mappings(
    converter: YamlConverter, own: MappingNode, inherited: MappingNode, inheritance: Inheritance
) -> MappingNode:
    entries = converter.mapping_entries(own)
    replaced: set[str] = set()
    if inheritance == "mappings and lists":
        overrides = (key for key in entries if key.startswith(_OVERRIDE))
        replaced = {key.removeprefix(_OVERRIDE).lower() for key in overrides}
        entries = {key.removeprefix(_OVERRIDE): value for key, value in entries.items()}
    merged: list[tuple[Node, Node]] = [(_key(key), value) for key, value in entries.items()]
    names = {key.lower(): position for position, key in enumerate(entries)}
    for key, value in converter.mapping_entries(inherited).items():
        position = names.get(key.lower())
        if position is None:
            merged.append((_key(key), value))
        elif key.lower() not in replaced:
            key_node, own_value = merged[position]
            merged[position] = (
                key_node,
                _merge_values(converter, own_value, value, inheritance, is_tags=key == "tags"),
            )
    return MappingNode(MAP_TAG, merged, own.start_mark, own.end_mark)


def _merge_values(
    converter: YamlConverter,
    own: Node,
    inherited: Node,
    inheritance: Inheritance,
    *,
    is_tags: bool,
) -> Node:
    if inheritance == "keys":
        return own
    # In Jekyll, null is no value.
    if own.tag == NULL_TAG and inheritance == "mappings":
        return inherited
    if isinstance(own, MappingNode) and isinstance(inherited, MappingNode):
        return _merge_mappings(converter, own, inherited, inheritance)
    can_add = isinstance(own, SequenceNode) or is_tags
    if inheritance == "mappings and lists" and isinstance(inherited, SequenceNode) and can_add:
        items = own.value if isinstance(own, SequenceNode) else [own]
        return SequenceNode(SEQ_TAG, [*inherited.value, *items], own.start_mark, own.end_mark)
    return own


def merge_values(
    inherited: Mapping[str, JsonValue], own: Mapping[str, JsonValue], inheritance: Inheritance
) -> dict[str, JsonValue]:
    """Return inherited values with those that are nearer to the document.

    Args:
        inherited: values from farther away.
        own: values from nearer, which have precedence.
        inheritance: how they are merged.
    """
    merged = dict(inherited)
    adds_lists = inheritance == "mappings and lists"
    for name, value in own.items():
        key = name
        if adds_lists and name.startswith(_OVERRIDE):
            key = name.removeprefix(_OVERRIDE)
            merged.pop(key, None)
        old = merged.get(key)
        if inheritance != "keys" and isinstance(old, dict) and isinstance(value, dict):
            merged[key] = merge_values(old, value, inheritance)
        elif adds_lists and isinstance(old, list) and isinstance(value, list):
            merged[key] = [*old, *value]
        elif value is not None or key not in merged or inheritance != "mappings":
            merged[key] = value
    return merged


def _key(name: str) -> ScalarNode:
    return ScalarNode(STR_TAG, name, _INHERITED, _INHERITED)
