"""Writes values as TOML 1.0, each in one line. Pure.

tomlkit and tomli-w write complete documents; a template needs values that may be in comments, and
characters that an editor does not show as escape sequences.
"""

from __future__ import annotations

import json
import re
from typing import Final

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def format_value(value: object) -> str:
    r"""Return a value in one line without control characters, also if it contains line breaks.

    Args:
        value: a text, number, truth value, list or mapping of these, as tomllib returns them.

    Raises:
        UnicodeEncodeError: a text has a surrogate, which TOML cannot have.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _format_text(value)
        case int() | float():
            return repr(value)
        case list() | tuple():
            return f"[{', '.join(map(format_value, value))}]"
        case dict():
            entries = (f"{_format_key(key)} = {format_value(item)}" for key, item in value.items())
            return f"{{ {', '.join(entries)} }}"
    raise TypeError(f"{value!r} has no form in TOML")


def _format_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _format_text(key)


def _format_text(text: str) -> str:
    text.encode()
    # The escape sequences of JSON are those of TOML, which has one for all other characters, too.
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(char) for char in quoted)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
