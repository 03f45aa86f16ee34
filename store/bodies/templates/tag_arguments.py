"""Parses the arguments of shortcodes, tags and components."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_VALUE: Final = r"\"(?:[^\"\\]++|\\.)*\"|'(?:[^'\\]++|\\.)*'|`[^`]*+`"
_ARGUMENT: Final = re.compile(
    rf"(?:(?P<name>[\w.-]+)\s*(?:=(?!=)|:(?!//)\s)\s*|(?P<short>[A-Za-z_][\w-]*):(?=[\"']|\w))?"
    rf"(?P<value>{_VALUE}|[^\s,\"'`]+|[\"'`].*)",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\([\"'`\\])")
_QUOTES: Final = "\"'`"


@dataclass(frozen=True, slots=True)
class TagArguments:
    """The arguments of a tag.

    Attributes:
        positional: values without a name.
        keywords: values by their names, in small letters.
        text: all arguments as they are written.
    """

    positional: list[str] = field(default_factory=list)
    keywords: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def get(self, *names: str) -> str | None:
        """Return the value of the first of these names that has one."""
        return next((self.keywords[name] for name in names if self.keywords.get(name)), None)

    def first(self, *names: str) -> str | None:
        """Return a named value, or else the first one without a name."""
        return self.get(*names) or (self.positional[0] if self.positional else None)


def parse_arguments(text: str) -> TagArguments:
    """Parse what follows the name of a tag: ``"a" b, name="c" name: 'd'``."""
    arguments = TagArguments(text=text.strip())
    for match in _ARGUMENT.finditer(text):
        value = unquote(match["value"])
        if (name := match["name"] or match["short"]) is None:
            arguments.positional.append(value)
        else:
            arguments.keywords.setdefault(name.lower(), value)
    return arguments


def unquote(value: str) -> str:
    """Return a value without the quotation marks around it, and without escapes in them."""
    if len(value) > 1 and value[0] in _QUOTES and value[-1] == value[0]:
        return value[1:-1] if value[0] == "`" else _ESCAPE.sub(r"\1", value[1:-1])
    return value
