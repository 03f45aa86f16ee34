"""The syntax of Liquid and Nunjucks: what is a tag, an output or a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.bodies.templates.scanner import TagSyntax
from newsgraph.store.bodies.templates.tag_arguments import TagArguments, parse_arguments

if TYPE_CHECKING:
    from newsgraph.store.bodies.templates.scanner import Segment

# A part that is not closed ends where the next one begins, so that the time is linear.
_TAG_OR_OUTPUT: Final = (
    r"\{%(?P<tag>(?:[^%{]++|%(?!\})|\{(?!%))*)%\}"
    r"|\{\{(?P<output>[-~]?+\s*+(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}')?"
    r"(?:[^{}]++|\}(?!\})|\{(?![{%]))*)\}\}"
)
_COMMENT: Final = r"\{\#(?P<comment>(?=[\s-])(?:[^\#{]++|\#(?!\})|\{(?!\#))*)\#\}"
_NAME: Final = re.compile(r"[-+~]?\s*(?P<name>[A-Za-z_][\w-]*)(?P<arguments>.*)", re.DOTALL)

CODE_TAGS: Final = {"highlight", "codeblock", "code", "prism", "mermaid"}
RAW_TAGS: Final = {"raw", "verbatim"}
_COMMENT_TAGS: Final = {"comment", "doc"}
_RAW_ENDS: Final = {
    name: re.compile(rf"\{{%[-+~]?\s*end{name}\s*[-~]?%\}}")
    for name in (*CODE_TAGS, *RAW_TAGS, *_COMMENT_TAGS)
}
_RAW_MARKER: Final = r"\{%-?\s*(?:end)?(?:raw|verbatim)\s*-?%\}"
RAW_MARKER: Final = re.compile(rf"^[ \t]*{_RAW_MARKER}[ \t]*\n|{_RAW_MARKER}", re.MULTILINE)

CONTROL_TAGS: Final = {
    *("if", "unless", "case", "when", "elsif", "elif", "elseif", "else", "for", "tablerow"),
    *("asyncEach", "asyncAll", "switch", "default", "ifchanged"),
}
"""Tags whose text stays, whatever they decide."""

SILENT_TAGS: Final = {"assign", "set", "capture", "comment", "doc", "raw", "verbatim"}
"""Tags that print nothing, so that nothing is lost without them."""

_OTHER_TAGS: Final = {
    *("include", "include_relative", "include_cached", "render", "link", "post_url", "cycle"),
    *("increment", "decrement", "break", "continue", "layout", "extends", "block", "import"),
    *("from", "macro", "call", "filter", "seo", "toc", "feed_meta", "include_code", "post_link"),
    *("post_path", "asset_path", "asset_link", "asset_img", "img", "full_image", "jsfiddle"),
    *("pdf", "notebook", "literal", "image", "figure", "picture", "youtube", "vimeo", "twitter"),
    *("tweet", "gist", "instagram", "video", "audio", "blockquote", "pullquote", "quote", "note"),
    *("alert", "details", "tabs", "warning", "tip", "iframe", "cq", "responsive_image"),
}
KNOWN_TAGS: Final = CONTROL_TAGS | SILENT_TAGS | CODE_TAGS | _OTHER_TAGS
"""Tags by which an archive of an unknown kind shows that its documents contain Liquid."""

_KNOWN_OUTPUT: Final = re.compile(
    r"[-~]?\s*(?:(?:site|page|include|layout|post|content|forloop|paginator|jekyll|theme)\b"
    r"|[\"'][^\"'|]*[\"']\s*(?:\||[-~]?$)|[^|]*\|\s*(?:relative|absolute)_url\b)"
)


class TagName(NamedTuple):
    """A tag: its name, in small letters and without ``end``, and its arguments."""

    name: str
    is_end: bool
    arguments: TagArguments
    written: str


def make_syntax(*, has_comments: bool) -> TagSyntax:
    """Return the syntax.

    Args:
        has_comments: whether ``{# … #}`` is a comment, as in Nunjucks.
    """
    pattern = (
        f"{_TAG_OR_OUTPUT}|{_COMMENT}" if has_comments else f"{_TAG_OR_OUTPUT}|(?P<comment>(?!))"
    )
    return TagSyntax(re.compile(pattern), _find_raw_end)


def parse_tag(segment: Segment) -> TagName | None:
    """Return the tag of a segment, or None if it is an output, a comment or not a tag."""
    if segment.match is None or segment.match["tag"] is None:
        return None
    match = _NAME.match(segment.match["tag"])
    if match is None:
        return None
    name = match["name"]
    text = match["arguments"].removesuffix("-").removesuffix("~")
    is_end = name.startswith("end") and name != "end"
    written = f"{{% {name[:40]} %}}"
    return TagName(
        name.removeprefix("end") if is_end else name, is_end, parse_arguments(text), written
    )


def is_known_output(expression: str) -> bool:
    """Whether the expression of an output is one of Liquid in an archive of any kind."""
    return _KNOWN_OUTPUT.match(expression) is not None


def _find_raw_end(match: re.Match[str]) -> re.Pattern[str] | None:
    name = _NAME.match(match["tag"] or "")
    return _RAW_ENDS.get(name["name"]) if name else None
