"""The routes of Docusaurus's plugins, as far as its configuration writes them out. Pure.

A configuration names its plugins as presets (``docs: {path: 'x'}``) or with their modules
(``['…content-docs', {path: 'x'}]``).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

from newsgraph.store.documents.program_values import find_lexemes

Plugin: TypeAlias = Literal["docs", "blog", "pages"]

_FOLDERS: Final[dict[Plugin, str]] = {"docs": "docs", "blog": "blog", "pages": "src/pages"}
_BASES: Final[dict[Plugin, str]] = {"docs": "docs", "blog": "blog", "pages": ""}
_MODULE: Final = re.compile(r"plugin-content-(docs|blog|pages)$")
_OPTIONS: Final = ("path", "routeBasePath", "lastVersion", "numberPrefixParser", "versions")


@dataclass(frozen=True, slots=True)
class DocusaurusRoute:
    """A folder with documents, and where they are on the site.

    Attributes:
        plugin: what the documents are.
        folder: the folder, relative to that of the configuration.
        base: the path of its documents, without slashes around it; None if it is computed.
        strips_prefixes: whether numbers at the start of names are no part of addresses.
        has_own_prefixes: whether a program decides that.
    """

    plugin: Plugin
    folder: str
    base: str | None
    strips_prefixes: bool = True
    has_own_prefixes: bool = False


@dataclass(slots=True)
class _Block:
    """An object in the program, with its options if it is that of a plugin."""

    plugin: Plugin | None
    options: dict[str, str | None] = field(default_factory=dict)


def find_routes(text: str, *, has_versions: bool = False) -> list[DocusaurusRoute]:
    """Find the routes of all plugins with documents.

    Args:
        text: the configuration.
        has_versions: whether there are former versions of the docs, so that the current ones
            are the next version.
    """
    blocks: list[_Block] = []
    plugin_blocks: list[_Block] = []
    switched_off: set[str] = set()
    name = separator = ""
    lexemes = find_lexemes(text)
    for index, (kind, lexeme, _) in enumerate(lexemes):
        after = lexemes[index + 1][1] if index + 1 < len(lexemes) else ""
        if separator == ":" and name in _OPTIONS and blocks and blocks[-1].plugin:
            is_value = kind in ("text", "word") and after in (",", "}")
            blocks[-1].options[name] = lexeme if is_value else None
        if lexeme == "{":
            block = _Block(_plugin_of(name, separator))
            blocks.append(block)
            if block.plugin:
                plugin_blocks.append(block)
        elif lexeme == "}":
            del blocks[-1:]
        elif separator == ":" and name in _FOLDERS and lexeme == "false":
            switched_off.add(name)
        name, separator = separator, lexeme.strip("\"'`")
    plugins = {block.plugin for block in plugin_blocks}
    plugin_blocks += [
        _Block(name) for name in _FOLDERS if name not in plugins and name not in switched_off
    ]
    return [
        _route(block.plugin, block.options, has_versions) for block in plugin_blocks if block.plugin
    ]


def _plugin_of(name: str, separator: str) -> Plugin | None:
    if separator == ":" and name in _FOLDERS:
        return name
    match = _MODULE.search(name) if separator == "," else None
    return cast("Plugin", match[1]) if match else None


def _route(plugin: Plugin, options: dict[str, str | None], has_versions: bool) -> DocusaurusRoute:
    folder = _text(options, "path", _FOLDERS[plugin])
    base = _text(options, "routeBasePath", _BASES[plugin])
    if plugin == "docs" and base is not None and has_versions:
        if "versions" in options:
            base = None
        elif _text(options, "lastVersion", "") != "current":
            base = f"{base}/next"
    parser = options.get("numberPrefixParser", "true")
    return DocusaurusRoute(
        plugin,
        posixpath.normpath(folder) if folder else "..",
        None if base is None else base.strip("/"),
        parser != "false",
        parser not in ("true", "false"),
    )


def _text(options: dict[str, str | None], name: str, default: str) -> str | None:
    """Return an option that is a text; None if it is computed."""
    if name not in options:
        return default
    lexeme = options[name]
    return lexeme[1:-1] if lexeme and lexeme[0] in "\"'`" else None
