"""The folders that Docusaurus's configuration names, as far as they are written out. Pure.

Its plugins for docs, blogs and pages have an option ``path``, relative to the site's folder
(https://docusaurus.io/docs/api/plugins/@docusaurus/plugin-content-docs#path).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Final

from newsgraph.store.documents.program_values import find_lexemes

_PLUGINS: Final = ("docs", "blog", "pages")
_PLUGIN_NAME: Final = re.compile(r"plugin-content-(?:docs|blog|pages)$")


@dataclass(frozen=True, slots=True)
class DocusaurusFolder:
    """A folder with documents.

    Attributes:
        path: its path, relative to the folder of the configuration; it may begin with ``..``.
        offset: where the configuration has it.
    """

    path: str
    offset: int

    @property
    def is_inside(self) -> bool:
        """Whether it is below the folder of the configuration."""
        return not self.path.startswith(("..", "/")) and self.path != "."


def find_docusaurus_folders(text: str) -> list[DocusaurusFolder]:
    """Find the folders of presets (``docs: {path: 'x'}``) and plugins (``['…docs', {path: 'x'}]``).

    Args:
        text: the configuration, a program in JavaScript or TypeScript.
    """
    folders = []
    # For each open brace, whether it begins the options of a plugin with documents.
    braces: list[bool] = []
    name = separator = ""
    for kind, lexeme, offset in find_lexemes(text):
        if lexeme == "{":
            is_preset = separator == ":" and name in _PLUGINS
            is_plugin = separator == "," and _PLUGIN_NAME.search(name) is not None
            braces.append(is_preset or is_plugin)
        elif lexeme == "}":
            del braces[-1:]
        elif kind == "text" and (name, separator) == ("path", ":") and braces and braces[-1]:
            folders.append(DocusaurusFolder(posixpath.normpath(lexeme[1:-1]), offset))
        name, separator = separator, lexeme.strip("\"'`")
    return folders
