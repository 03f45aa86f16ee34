"""Removes code of templates, attributes and marks of footnotes from titles and summaries. Pure.

Bodies do not come through here: `store.bodies.templates` replaces code by what it means, for which
it has to know the document's archive. A summary is read when the document is parsed, before that.
"""

from __future__ import annotations

import re
from typing import Final

from newsgraph.store.documents.fences import FenceReader

# Repetitions are limited, or else at most `_MAX_LENGTH` characters are searched, so that the time
# does not grow with the square of the length of a body.
_MAX_CODE: Final = 500
_CODE: Final = rf"\{{\{{.{{0,{_MAX_CODE}}}?\}}\}}|\{{%.{{0,{_MAX_CODE}}}?%\}}"
"""Liquid, Nunjucks and Tera, and the shortcodes of Hugo and Zola."""

_BLOCKS: Final = "highlight|codeblock|code|comment|capture|mermaid|math|raw_html|style|script"
_CODE_BLOCK: Final = re.compile(
    rf"\{{%-?\s*(?P<tag>{_BLOCKS})\b.*?\{{%-?\s*end(?P=tag)\s*-?%\}}"
    rf"|\{{\{{[<%]\s*(?P<shortcode>{_BLOCKS})\b.*?\{{\{{[<%]\s*/\s*(?P=shortcode)\s*[%>]\}}\}}",
    re.DOTALL,
)
_TAG: Final = re.compile(r"\{%(?:[^%]|%(?!\})){0,3000}%\}|\{\{<(?:[^>]|>(?!\}\})){0,3000}>\}\}")
_MAX_LENGTH: Final = 20_000
"""How many characters of a body are searched for code; longer parts than this stay as they are."""

_DESTINATION: Final = re.compile(rf"(\]\(<?|\]:[ \t]*<?)((?:[^\s(){{}}<>]|{_CODE})+)", re.DOTALL)
_CODE_START: Final = re.compile(r"\{[{%]")
_ANY_CODE: Final = re.compile(_CODE, re.DOTALL)
_RAW: Final = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_REMOVED: Final = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`++).{1,500}?(?<!`)(?P=ticks)(?!`))"
    r"|\{%-?\s*raw\s*-?%\}(?P<raw>.{0,500}?)\{%-?\s*endraw\s*-?%\}"
    # Attributes: of kramdown, and of Python-Markdown and Goldmark after a link or picture.
    r"|(?P<space>[ \t]*)(?:\{:[^{}]{0,500}\}"
    r"|(?<=[)\]])\{[ \t]*(?:[.#][\w-]|[\w-]+=)[^{}]{0,500}\}"
    r"|\{(?:[ \t]*\.[a-zA-Z][\w-]*){1,20}[ \t]*\}(?=[ \t]*(?:\n[ \t]*(?:\n|\Z)|\Z))"
    rf"|\[\^[^\]\s]+\](?!:)|<(?:{_CODE})+>|{_CODE})"
    # A line with nothing else, below a block.
    r"|(?<=\S)\n[ \t>]*\{[ \t]*(?:[.#][\w-]|[\w-]+=)[^{}\n]{0,500}\}[ \t]*(?=\n|\Z)",
    re.DOTALL,
)


def remove_code_blocks(body: str) -> str:
    """Return Markdown without fenced code, and without tags and shortcodes that contain code.

    Args:
        body: Markdown; only its first 20,000 characters are searched.
    """
    start, rest = body[:_MAX_LENGTH], body[_MAX_LENGTH:]
    if _CODE_START.search(start):
        start = _TAG.sub(_remove_long_tag, _CODE_BLOCK.sub("", start))
    if "```" in start or "~~~" in start:
        start = _remove_fenced_code(start)
    return start + rest


def _remove_long_tag(match: re.Match[str]) -> str:
    """Remove a tag that is longer than `_CODE`, or contains the end of a paragraph."""
    tag = match[0]
    return "" if len(tag) > _MAX_CODE or "\n\n" in tag else tag


def _remove_fenced_code(markdown: str) -> str:
    """Return Markdown without fenced code (CommonMark section 4.5), also in lists and quotes."""
    lines: list[str] = []
    code: list[str] = []
    fences = FenceReader()
    for line in markdown.splitlines(keepends=True):
        was_open = fences.is_open
        if not fences.read(line):
            lines.append(line)
        elif was_open:
            code.append(line)
        else:
            code = [line]
            # A paragraph can end right before the fence.
            lines.append("\n")
    # A fence that nothing closes can be text, such as one in an HTML element.
    return "".join([*lines, *(code if fences.is_open else ())])


def remove_template_code_of_html(html: str) -> str:
    """Return HTML without code of templates."""
    return _ANY_CODE.sub("", html)


def remove_template_code(markdown: str) -> str:
    """Return Markdown without code of templates, lists of attributes, and marks of footnotes.

    What a template prints depends on the whole site, so nothing takes its place. In the URL of a
    link it becomes a dash, so that the link remains a link. Code spans stay as they are, and so
    does what is between ``raw`` and ``endraw``.

    Args:
        markdown: a part of a body.
    """
    if ("{" not in markdown and "[^" not in markdown) or len(markdown) > _MAX_LENGTH:
        return markdown
    markdown = _DESTINATION.sub(lambda match: match[1] + _ANY_CODE.sub("-", match[2]), markdown)
    return _REMOVED.sub(_replace, markdown)


def _replace(match: re.Match[str]) -> str:
    if match["code"] is not None:
        return _RAW.sub("", match["code"])
    if match["raw"] is not None:
        return match["raw"]
    # "of {{ version }}." becomes "of."
    following = match.string[match.end() : match.end() + 1]
    return "" if following in ".,;:!?)" else match["space"] or ""
