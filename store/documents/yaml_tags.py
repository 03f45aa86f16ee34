"""The tags of YAML's types (YAML 1.1, tag repository)."""

from __future__ import annotations

from typing import Final

_PREFIX: Final = "tag:yaml.org,2002:"
STR_TAG: Final = _PREFIX + "str"
NULL_TAG: Final = _PREFIX + "null"
INT_TAG: Final = _PREFIX + "int"
FLOAT_TAG: Final = _PREFIX + "float"
BOOL_TAG: Final = _PREFIX + "bool"
TIMESTAMP_TAG: Final = _PREFIX + "timestamp"
BINARY_TAG: Final = _PREFIX + "binary"
MERGE_TAG: Final = _PREFIX + "merge"
SET_TAG: Final = _PREFIX + "set"
SEQ_TAG: Final = _PREFIX + "seq"
MAP_TAG: Final = _PREFIX + "map"
KNOWN_TAGS: Final = frozenset(
    (
        *(STR_TAG, NULL_TAG, INT_TAG, FLOAT_TAG, BOOL_TAG, TIMESTAMP_TAG),
        *(BINARY_TAG, MERGE_TAG, SET_TAG, SEQ_TAG, MAP_TAG),
        *(_PREFIX + name for name in ("omap", "pairs", "value")),
    )
)
"""All tags that YAML defines; any other tag of a value is ignored."""
