"""Turns MDX into Markdown: without imports, exports, expressions and components.

The text between tags stays. https://mdxjs.com/docs/what-is-mdx/ describes the syntax.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.templates.mdx_indentation import remove_indentation
from newsgraph.store.bodies.templates.media_tags import expand_media_tag
from newsgraph.store.bodies.templates.paired_tags import PairedTags, expand_pair, expand_single
from newsgraph.store.bodies.templates.scanner import Segment, TagSyntax, split_body
from newsgraph.store.bodies.templates.tag_arguments import TagArguments
from newsgraph.store.bodies.templates.tag_placement import Placement, PlacementReader, pair_tags
from newsgraph.store.documents.javascript_scanner import JavaScriptScanner
from newsgraph.store.documents.jsx_tags import (
    JsxTag,
    is_void,
    parse_jsx_tag,
    read_string,
    write_html_tag,
    write_text,
)

from . import blocks

if TYPE_CHECKING:
    from collections import Counter

    from newsgraph.store.bodies.context import BodyContext

_IMPORT: Final = re.compile(
    r"^import\s+(?P<name>[\w$]+)\s+from\s+[\"'](?P<path>[^\"'\n]+)[\"']", re.MULTILINE
)
_ASSET: Final = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg|mp4|webm|mp3|pdf)$", re.IGNORECASE)
_CALL: Final = re.compile(
    r"(?P<function>require|useBaseUrl|withBase)\(\s*[\"'`](?P<path>[^\"'`]+)[\"'`]\s*\)(?:\.default)?"
)
_VALUE: Final = re.compile(r"-?\d+(?:\.\d+)?|true")
_COMMENT: Final = re.compile(r"\{\s*/\*(?:[^*]++|\*(?!/))*\*/\s*\}")
_HEADING_ID: Final = re.compile(
    r"\{(?P<comment>/\*\s*)?(?P<id>#[\w.-]+)(?(comment)\s*\*/)\}(?=[ \t]*(?:\n|\Z))"
)
_BRACE: Final = re.compile(r"(?<!\\)\{(?!#[\w.-]+\}[ \t]*(?:\n|\Z))")
_BLOCKS: Final = {
    *("div", "section", "article", "aside", "details", "figure", "figcaption", "table", "thead"),
    *("tbody", "tr", "td", "th", "ul", "ol", "li", "dl", "dd", "dt", "blockquote", "header"),
    *("footer", "main", "nav", "center"),
}
_SUMMARY: Final = re.compile(r"[ \t]*<summary\b")
_MAX_NAME: Final = 40
_MAX_SEGMENTS: Final = 4
"""How many segments can be between the tags of a component that shows code."""


def expand_mdx(body: str, context: BodyContext, left_out: Counter[str]) -> str:
    """Return MDX as Markdown.

    Args:
        body: MDX.
        context: the document and its archive.
        left_out: counts the expressions and components that are left out.
    """
    scanner = JavaScriptScanner(body)
    tags: dict[int, JsxTag] = {}

    def skip_tag(text: str, position: int) -> int | None:
        if text[position] == "{":
            match = _HEADING_ID.match(text, position)
            return match.end() if match else scanner.skip_braces(position)
        tag = parse_jsx_tag(text, position, scanner)
        if tag is None:
            return None
        tags[position] = tag
        return tag.end

    syntax = TagSyntax(
        None, skip_tag=skip_tag, skip_statement=lambda _, start: scanner.skip_statement(start)
    )
    segments = split_body(body, syntax, is_html=False, has_indented_code=False)
    return remove_indentation(_Expansion(body, context, left_out, tags).expand(segments))


class _Expansion:
    def __init__(
        self, body: str, context: BodyContext, left_out: Counter[str], tags: dict[int, JsxTag]
    ) -> None:
        self._body = body
        self._context = context
        self._left_out = left_out
        self._tags = tags
        self._ends: dict[int, PairedTags] = {}
        self._imports: dict[str, str] = {}
        self._in_summary = False

    def expand(self, segments: list[Segment]) -> str:
        pairs = pair_tags(
            (index, tag.name, tag.is_end)
            for index, segment in enumerate(segments)
            if (tag := self._tags.get(segment.start)) and tag.is_component and not tag.is_empty
        )
        placements = PlacementReader(self._body)
        pieces = []
        skipped = -1
        for index, segment in enumerate(segments):
            text = self._body[segment.start : segment.end]
            if index <= skipped:
                continue
            if segment.type == "text":
                text = _BRACE.sub("", text)
            elif segment.type == "tag":
                placement = placements.read(segment.start, segment.end)
                if (tag := self._tags.get(segment.start)) is None:
                    text = self._expand_code(text, placement)
                elif (code := self._read_code(tag, segments, index, pairs.get(index))) is not None:
                    text, skipped = placement.place_block(code), pairs[index]
                else:
                    text = self._expand_tag(index, tag, placement, pairs.get(index))
            pieces.append(text)
        return "".join(pieces)

    def _expand_code(self, text: str, placement: Placement) -> str:
        """Expand an expression, or remove an import or export."""
        if not text.startswith("{"):
            for statement in _IMPORT.finditer(text):
                if _ASSET.search(statement["path"]):
                    self._imports[statement["name"]] = statement["path"]
            return ""
        if match := _HEADING_ID.fullmatch(text):
            return f"{{{match['id']}}}"
        if (value := read_string(text[1:-1])) is not None:
            return write_text(value)
        if not _COMMENT.fullmatch(text) and text[1:-1].strip():
            self._left_out[_shorten(text)] += 1
        return placement.leave_out()

    def _expand_tag(self, index: int, tag: JsxTag, placement: Placement, other: int | None) -> str:
        if not tag.name:
            return ""
        if not tag.is_component:
            html = write_html_tag(tag, self._evaluate)
            if tag.name in {"details", "summary"} and self._starts_block(tag, placement):
                return placement.place_block(html, ends=tag.is_end)
            if not placement.is_alone or tag.name == "br":
                return html
            # A blank line after a tag makes Markdown of what follows it, as in MDX.
            if tag.name in _BLOCKS or tag.is_empty or is_void(tag.name):
                return placement.place_block(html, ends=tag.is_end)
            return html
        if tag.is_end:
            ended = None if other is None else self._ends.pop(other, None)
            if ended is None or not ended.end:
                return ""
            return placement.place_block(ended.end, ends=True) if ended.is_block else ended.end
        name = tag.name.lower()
        arguments = self._arguments(tag)
        if other is not None:
            if (pair := expand_pair(name, arguments)) is None:
                pair = self._leave_out_pair(tag, arguments)
            self._ends[index] = pair
            return placement.place_block(pair.start) if pair.is_block and pair.start else pair.start
        if (media := self._expand_media(name, arguments)) is not None:
            return placement.place(media)
        if (block := expand_single(name, arguments)) is not None:
            return placement.place_block(block)
        self._left_out[f"<{tag.name[:_MAX_NAME]}>"] += 1
        return ""

    def _starts_block(self, tag: JsxTag, placement: Placement) -> bool:
        """Return whether a tag is part of a ``summary`` that begins a line.

        It can be after a ``details`` tag. Its text is Markdown, and so is what follows it.
        """
        if tag.name == "details":
            self._in_summary = placement.starts_line and bool(_SUMMARY.match(self._body, tag.end))
            return self._in_summary
        was_in_summary, self._in_summary = self._in_summary, False
        if not tag.is_end:
            self._in_summary = was_in_summary or placement.starts_line
            return self._in_summary
        return was_in_summary

    def _leave_out_pair(self, tag: JsxTag, arguments: TagArguments) -> PairedTags:
        """Return what remains of an unknown component besides the text in it: its title."""
        self._left_out[f"<{tag.name[:_MAX_NAME]}>"] += 1
        title = arguments.get("title", "label", "heading", "summary")
        return PairedTags(blocks.label(title) if title else "", "")

    def _expand_media(self, name: str, arguments: TagArguments) -> str | None:
        if name in {"image", "img", "picture", "zoom", "themedimage", "astroimage"}:
            if (src := arguments.get("src")) is None:
                return None
            return blocks.image(src, arguments.get("alt") or "", arguments.get("title"))
        return expand_media_tag(name, arguments)

    def _read_code(
        self, tag: JsxTag, segments: list[Segment], index: int, other: int | None
    ) -> str | None:
        """Return the block of code that a component with one string in it shows, or None."""
        if tag.name not in {"CodeBlock", "Code", "Highlight"} or tag.is_end:
            return None
        if other is None or other - index > _MAX_SEGMENTS:
            return None
        texts = [self._body[part.start : part.end].strip() for part in segments[index + 1 : other]]
        texts = [text for text in texts if text]
        if len(texts) != 1 or not texts[0].startswith("{"):
            return None
        code = read_string(texts[0][1:-1])
        if code is None:
            return None
        language = self._arguments(tag).get("language", "lang")
        return blocks.code_block(code.strip("\n"), language, is_html=False)

    def _arguments(self, tag: JsxTag) -> TagArguments:
        arguments = TagArguments()
        for attribute in tag.attributes:
            value = attribute.value
            if attribute.is_expression and value is not None:
                value = self._evaluate(value)
            if value is not None:
                arguments.keywords.setdefault(attribute.name.lower(), value)
        return arguments

    def _evaluate(self, code: str) -> str | None:
        """Return the value of an expression that is a string, a number or the URL of a file."""
        code = code.strip()
        if (value := read_string(code)) is not None:
            return value
        if _VALUE.fullmatch(code):
            return code
        if match := _CALL.fullmatch(code):
            path = match["path"]
            if path.startswith("@site/static/"):
                path = path.removeprefix("@site/static")
            is_below_base = match["function"] != "require" and path.startswith("/")
            return self._context.base_path + path if is_below_base else path
        return self._imports.get(code.removesuffix(".src").removesuffix(".default"))


def _shorten(text: str) -> str:
    text = " ".join(text[:200].split())
    return text if len(text) <= _MAX_NAME else f"{text[:_MAX_NAME]}…}}"
