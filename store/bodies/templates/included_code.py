"""Expands ``include_code`` of Octopress, Hexo and Pelican: a file of code, with a link to it.

https://hexo.io/docs/tag-plugins#Include-Code describes it. In Pelican, lines are ``lines:3-9``.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from . import blocks

if TYPE_CHECKING:
    from newsgraph.store.bodies.context import BodyContext
    from newsgraph.store.bodies.templates.tag_arguments import TagArguments

_FOLDERS: Final = ("downloads/code", "code")
"""Where the files are by default: in Octopress and Hexo, and in Pelican."""

_OPTION: Final = re.compile(r":\w+:")
_LINES: Final = re.compile(r"(\d{0,9})-(\d{0,9})")


def expand_included_code(
    arguments: TagArguments, context: BodyContext, *, is_html: bool
) -> str | None:
    """Return the code of a file with its title and a link to it, or None if there is no such file.

    Args:
        arguments: a path, and the title, ``lang``, and ``from`` and ``to``, or ``lines``.
        context: the document and its archive.
        is_html: whether the body is HTML.
    """
    words = [word for word in arguments.positional if not _OPTION.fullmatch(word)]
    # Pelican has the path before the title, and the others have it after the title.
    for index in dict.fromkeys((0, len(words) - 1)) if words else ():
        file = _read(words[index], context)
        if file is not None:
            folder, text = file
            title = " ".join(words[:index] + words[index + 1 :])
            url = f"{context.base_path}/{folder}/{words[index].lstrip('/')}"
            label = _label(title, url, context)
            code = _select(text, arguments).strip("\n")
            language = arguments.get("lang") or posixpath.splitext(words[index])[1][1:]
            return f"{label}\n\n{blocks.code_block(code, language, is_html=is_html)}"
    return None


def _read(name: str, context: BodyContext) -> tuple[str, str] | None:
    """Return the folder on the site and the text of a file."""
    own = posixpath.dirname(context.path) or "."
    for folder in _FOLDERS:
        for content in (*context.kind.content_folders, ""):
            path = posixpath.normpath(posixpath.join(content, folder, name.lstrip("/")))
            if not path.startswith(f"{posixpath.join(content, folder)}/"):
                continue
            text = context.targets.read_include(posixpath.relpath(path, own), relative=True)
            if text is not None:
                return folder, text
    return None


def _label(title: str, url: str, context: BodyContext) -> str:
    """Return the title, and a link to the file if the site has it."""
    name = posixpath.basename(url)
    if context.site_url is None and context.story_url is None:
        return blocks.label(title or name)
    link = blocks.anchor(url, name)
    return blocks.label(title).replace("</p>", f" {link}</p>") if title else f"<p>{link}</p>"


def _select(text: str, arguments: TagArguments) -> str:
    """Return the lines that are meant, counted from 1."""
    match = _LINES.fullmatch(arguments.get("lines") or "")
    first, last = match.groups() if match else (arguments.get("from"), arguments.get("to"))
    if not first and not last:
        return text
    start = int(first) - 1 if first and first.isdecimal() else 0
    end = int(last) if last and last.isdecimal() else None
    return "\n".join(text.split("\n")[max(0, start) : end])
