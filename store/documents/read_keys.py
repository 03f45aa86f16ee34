"""Which keys of front matter have a meaning for newsgraph. Pure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from yaml import MappingNode, Mark

from newsgraph.store.documents.articles import parse_article
from newsgraph.store.documents.diagnostics import DiagnosticCollector
from newsgraph.store.documents.field_keys import field_keys
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.reference_index import ADDRESS_KEYS
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.yaml_tags import MAP_TAG
from newsgraph.store.documents.yaml_values import YamlConverter

if TYPE_CHECKING:
    from yaml import Node

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.field_keys import FieldKeySettings

_OTHER_KEYS: Final = ("taxonomy", *ADDRESS_KEYS)
"""Keys that are read before a document is known to be an article, or by links to it."""


@cache
def find_read_keys(kind: ArchiveKind, settings: FieldKeySettings = ()) -> frozenset[str]:
    """Return the keys that documents of an archive are read by, in small letters.

    They are recorded while an article without front matter is parsed, which looks for all of them.
    Of keys with dots, which lead into mappings, the result has the first part.

    Args:
        kind: the kind of the archive.
        settings: the archive's own keys.
    """
    recorder = _KeyRecorder()
    parse_article(recorder, "", "document.md", kind, keys=field_keys(settings))
    return frozenset(recorder.requested | {key.lower() for key in _OTHER_KEYS})


class _KeyRecorder(FieldReader):
    """A reader of an empty mapping that records which keys are requested.

    Attributes:
        requested: the keys, in small letters.
    """

    def __init__(self) -> None:
        mark = Mark("", 0, 0, 0, None, 0)
        converter = YamlConverter(DiagnosticCollector(SourceText(""), ""))
        super().__init__(converter, MappingNode(MAP_TAG, [], mark, mark))
        self.requested: set[str] = set()

    def find(self, *keys: str) -> tuple[str, Node] | None:
        self._record(*keys)
        return super().find(*keys)

    def is_empty(self, key: str) -> bool:
        self._record(key)
        return super().is_empty(key)

    def matches(self, key: str, value: str) -> bool:
        self._record(key)
        return super().matches(key, value)

    def get_first_http_url(self, *keys: str) -> str | None:
        self._record(*keys)
        return super().get_first_http_url(*keys)

    def _record(self, *keys: str) -> None:
        self.requested.update(key.lower().partition(".")[0] for key in keys)
