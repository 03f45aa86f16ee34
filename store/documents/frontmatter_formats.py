"""The formats of front matter, as handlers of python-frontmatter, and their parsers to nodes."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.value_nodes import Pairs, build_nodes
from newsgraph.store.documents.yaml_nodes import compose_yaml, too_complex_error

if TYPE_CHECKING:
    from yaml import Node

MAX_CHARACTERS: Final = 1_000_000
"""Maximum length of TOML or JSON front matter."""

# Python parses a dotted key in quadratic time.
_DEEP_KEY: Final = re.compile(r"""(?<![\w"'-])(?:[\w"'-]+[ \t]*\.[ \t]*){64}""")
_CLOSING_BRACE: Final = re.compile(r"\}[ \t]*$", re.MULTILINE)
_TOML_POSITION: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class YamlFormat(YAMLHandler):
    """YAML between lines of three dashes."""

    name = "YAML"
    opening, closing = "-", "a line of three dashes"
    # Jekyll, as YAML itself, also allows three dots as the closing line.
    FM_BOUNDARY = re.compile(r"^(?:-{3,}|\.{3})\s*$", re.MULTILINE)

    def compose(self, text: str) -> Node | None:
        """Return the root node of the front matter, or None if it is empty.

        Raises:
            DocumentError: ``broken-yaml`` or ``too-complex``.
        """
        return compose_yaml(self, text)


class TomlFormat(BaseHandler):
    """TOML between lines of three plus signs, as Hugo and Zola write it."""

    name = "TOML"
    opening, closing = "+", "a line of three plus signs"
    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)

    def load(self, fm: str) -> dict[str, Any]:
        """Parse the front matter."""
        return tomllib.loads(fm)

    def compose(self, text: str) -> Node | None:
        """Return the root node of the front matter, or None if it is empty.

        Raises:
            DocumentError: ``broken-toml`` or ``too-complex``.
        """
        _check_length(text)
        if match := _DEEP_KEY.search(text):
            raise too_complex_error(match.start(), "a key with more than 64 parts")
        try:
            values = self.load(text)
        except tomllib.TOMLDecodeError as error:
            message, offset = str(error), len(text)
            if (match := _TOML_POSITION.search(message)) and match[1]:
                offset = _offset(text, int(match[1]), int(match[2]))
            message = _TOML_POSITION.sub("", message)
            raise DocumentError("broken-toml", offset, f"{message}.") from error
        except (RecursionError, ValueError) as error:
            raise too_complex_error(0, "too many nested levels, or too long a number") from error
        return build_nodes(values, text) if values else None


class JsonFormat(JSONHandler):
    """A JSON object, as Hugo writes it."""

    name = "JSON"
    opening, closing = "{", "a closing brace"
    FM_BOUNDARY = re.compile(r"(?=\{\s*[\"}])")

    def split(self, text: str) -> tuple[str, str]:
        """Split a document after the closing brace of the object that it begins with.

        Raises:
            ValueError: the object is not closed.
        """
        try:
            _, end = json.JSONDecoder().raw_decode(text)
        except json.JSONDecodeError as error:
            # `compose` reports an error inside of the object.
            match = _CLOSING_BRACE.search(text, max(0, error.pos - 1))
            if match is None:
                raise
            end = match.end()
        except (RecursionError, ValueError):
            end = len(text)
        return text[:end], text[end:]

    def compose(self, text: str) -> Node | None:
        """Return the root node of the front matter, or None if it is empty.

        Raises:
            DocumentError: ``broken-json`` or ``too-complex``.
        """
        return self._compose(text, text, 0)

    def compose_entries(self, text: str) -> Node | None:
        """Return the root node of an object that is written without its braces, as in Hexo.

        Raises:
            DocumentError: as `compose` does.
        """
        return self._compose(f"{{{text}}}", text, 1)

    def _compose(self, json_text: str, text: str, shift: int) -> Node | None:
        """Parse JSON; positions in `text` are smaller by `shift`."""
        _check_length(json_text)
        try:
            values = self.load(json_text, object_pairs_hook=Pairs)
        except json.JSONDecodeError as error:
            offset = min(max(error.pos - shift, 0), len(text))
            raise DocumentError("broken-json", offset, f"{error.msg}.") from error
        except (RecursionError, ValueError) as error:
            raise too_complex_error(0, "too many nested levels, or too long a number") from error
        # A file of authors may be a list.
        if not isinstance(values, Pairs | list):
            raise DocumentError("broken-json", 0, "The JSON is no object.")
        return build_nodes(values, text) if values else None


FORMATS: Final = (YamlFormat(), TomlFormat(), JsonFormat())
FORMAT_BY_SUFFIX: Final[dict[str, YamlFormat | TomlFormat | JsonFormat]] = {
    ".yml": YamlFormat(),
    ".yaml": YamlFormat(),
    ".json": JsonFormat(),
    ".toml": TomlFormat(),
}
"""Formats of data files and configurations."""

MARKDOWN_SUFFIXES: Final = (".md", ".markdown", ".mdx")
"""Suffixes of Markdown files, which have front matter."""


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise too_complex_error(MAX_CHARACTERS, f"more than {MAX_CHARACTERS:,} characters")


def _offset(text: str, line: int, column: int) -> int:
    """Return the offset of a line and column, which count from 1."""
    lines = text.split("\n")
    return sum(len(item) + 1 for item in lines[: line - 1]) + column - 1
