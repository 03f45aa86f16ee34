"""Reads ``permalinks`` of Hugo's configuration, in its old and its new form. Pure.

Source: https://gohugo.io/configuration/permalinks/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.path_patterns import compile_glob
from newsgraph.store.documents.permalinks.base import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS: Final = ("page", "section", "taxonomy", "term")


@dataclass(frozen=True, slots=True)
class PermalinkRule:
    """A template for the pages of a section.

    Attributes:
        section: a glob of the pages' paths, or the path of a section; ``""`` is the folder of all
            content.
        template: the template; None if the rule also depends on something else than the path.
    """

    section: str
    template: str | None

    def applies_to(self, path: str) -> bool:
        """Return whether a page has the rule.

        Args:
            path: its path in small letters, with a slash at its start.
        """
        if "*" in self.section:
            return compile_glob(f"/{self.section.lower()}").matches(path)
        if not self.section:
            return "/" not in path[1:]
        return path.startswith(f"/{self.section.lower()}/")


def read_permalink_rules(
    fields: FieldReader, part: FieldReader | None = None
) -> tuple[PermalinkRule, ...]:
    """Return the rules for pages, in the order of their precedence.

    Args:
        fields: the configuration.
        part: the file ``config/_default/permalinks.*``, or None.
    """
    permalinks = part or fields.find_mapping("permalinks")
    if permalinks is None:
        return tuple(map(_read_target, mappings_in(fields, "permalinks")))
    rules = []
    for key in permalinks.keys:
        mapping = permalinks.find_mapping(key) if key in _KINDS else None
        if mapping is None:
            rules += [PermalinkRule(key.strip(" /"), read_text(permalinks, key))]
        elif key == "page":
            rules += [PermalinkRule(k.strip(" /"), read_text(mapping, k)) for k in mapping.keys]
    # What has the longer path is nearer to the page.
    return tuple(sorted(rules, key=lambda rule: -len(rule.section)))


def _read_target(fields: FieldReader) -> PermalinkRule:
    target = fields.find_mapping("target")
    path = (read_text(target, "path") if target else None) or "**"
    kind = read_text(target, "kind") if target else None
    is_known = target is None or set(target.keys) <= {"path", "kind"}
    if kind not in (None, "page"):
        # It applies to no page: a path with spaces matches none.
        path = " *"
    template = read_text(fields, "pattern") if is_known else None
    return PermalinkRule(path.strip("/"), template)


def mappings_in(fields: FieldReader, key: str) -> Iterator[FieldReader]:
    """Yield readers of the mappings in a list."""
    entry = fields.find(key)
    for item in list_items(entry[1]) if entry else ():
        if isinstance(item, MappingNode):
            yield FieldReader(fields.converter, item)
