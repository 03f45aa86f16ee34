"""The values of Liquid: what is in them, and how Jekyll writes them as text.

Sources: Liquid's `VariableLookup`, and `where` in Jekyll's `filters.rb`.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from newsgraph.store.bodies.templates.tag_arguments import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsgraph.store.documents.document import JsonValue

_STRING: Final = r"\"[^\"]*+\"|'[^']*+'"
_KEY: Final = re.compile(
    r"\s*(?:(?:\A|(?!\A)\.)\s*(?P<name>[\w-]+)\??"
    rf"|(?!\A)\[\s*(?:(?P<text>{_STRING})|(?P<index>-?\d{{1,9}})|(?P<variable>[\w.-]+))\s*\])\s*"
)
_INTEGER_LIKE: Final = re.compile(r"\s*-?\d{1,300}\s*", re.ASCII)
_FLOAT_LIKE: Final = re.compile(r"\s*-?(?:\d{1,300}\.?\d{0,300}|\.\d{1,300})\s*", re.ASCII)

_MAX_KEYS: Final = 32
"""How many keys a variable can have."""

_MAX_PRINTED_ITEMS: Final = 100
"""How long a list can be that is printed."""


class Unknown(Enum):
    """That a value is not known, other than that it is nothing (``nil``)."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
LiquidValue: TypeAlias = "JsonValue | Literal[Unknown.UNKNOWN]"
LookupKey: TypeAlias = "str | int"


def parse_lookup(text: str, read: Callable[[str], LiquidValue]) -> list[LookupKey] | None:
    """Return the keys of a variable such as ``site.data.a[0]["b"]``; None if it is none.

    Args:
        text: the variable.
        read: returns the value of a variable that is a key, as in ``names[page.lang]``.
    """
    keys: list[LookupKey] = []
    position = 0
    while position < len(text):
        match = _KEY.match(text, position)
        if match is None or len(keys) == _MAX_KEYS:
            return None
        key: LiquidValue
        if match["name"] or match["text"]:
            key = match["name"] or unquote(match["text"])
        elif match["index"]:
            key = int(match["index"])
        else:
            key = read(match["variable"])
        if not isinstance(key, str | int) or isinstance(key, bool) or (not keys and key == ""):
            return None
        keys.append(key)
        position = match.end()
    return keys or None


def look_up(value: LiquidValue, keys: Sequence[LookupKey]) -> LiquidValue:
    """Return what is in a value; None, as Liquid does, if there is no such thing in it."""
    for key in keys:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, dict) and str(key) in value:
            value = value[str(key)]
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key] if -len(value) <= key < len(value) else None
        elif key == "size" and isinstance(value, str | list | dict):
            value = len(value)
        elif key in ("first", "last") and isinstance(value, list):
            value = (value[0] if key == "first" else value[-1]) if value else None
        elif key in ("first", "last") and isinstance(value, dict):
            return UNKNOWN
        else:
            value = None
    return value


def to_text(value: LiquidValue) -> str | None:
    """Return a value as Liquid prints it; None if it is unknown, or is or has a mapping."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = repr(value)
        return text if "e" not in text else None
    if isinstance(value, list) and len(value) <= _MAX_PRINTED_ITEMS:
        texts = [None if isinstance(item, list) else to_text(item) for item in value]
        return None if None in texts else "".join(cast("list[str]", texts))
    return None


def select_items(items: list[JsonValue], key: str, target: LiquidValue) -> LiquidValue:
    """Return the mappings in a list whose property is a value, as Jekyll's `where` does it.

    Args:
        items: the list.
        key: name of the property, or several with ``.`` between them.
        target: the value.
    """
    text = None if target is None else to_text(target)
    if isinstance(target, list | dict) or (text is None and target is not None):
        return UNKNOWN
    if not all(isinstance(item, dict) for item in items):
        return UNKNOWN
    return [item for item in items if _matches(look_up(item, key.split(".")), text)]


def _matches(value: LiquidValue, target: str | None) -> bool:
    if target is None:
        return value is None
    if isinstance(value, list):
        return any(to_text(item) == target for item in value)
    return value is not None and _number_text(to_text(value)) == target


def _number_text(text: str | None) -> str | None:
    """Return a text as `where` compares it: Jekyll makes a number of what looks like one."""
    if text is None:
        return None
    if _INTEGER_LIKE.fullmatch(text):
        return str(int(text))
    if _FLOAT_LIKE.fullmatch(text):
        return to_text(float(text))
    return text
