"""Expands the shortcodes of Hugo and of its themes.

https://gohugo.io/content-management/shortcodes/ describes those that Hugo has.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.templates.document_links import hugo_link
from newsgraph.store.bodies.templates.media_tags import expand_media_tag
from newsgraph.store.bodies.templates.paired_tags import PairedTags, expand_pair, expand_single
from newsgraph.store.bodies.templates.scanner import Segment, TagSyntax, split_body
from newsgraph.store.bodies.templates.tag_arguments import TagArguments, parse_arguments
from newsgraph.store.bodies.templates.tag_placement import Placement, PlacementReader, pair_tags

from . import blocks

if TYPE_CHECKING:
    from collections import Counter

    from newsgraph.store.bodies.context import BodyContext

# A part that is not closed ends where the next one begins, so that the time is linear.
_ESCAPED: Final = (
    r"\{\{(?P<open>[<%])/\*(?P<escaped>(?:[^*{]++|\*(?!/[>%]\}\})|\{(?!\{[<%]))*)"
    r"\*/(?P<close>[>%])\}\}"
)
_TAG: Final = re.compile(
    rf"{_ESCAPED}"
    r"|\{\{/\*(?P<comment>(?:[^*{]++|\*(?!/\s*\}\})|\{(?!\{/\*))*)\*/\s*\}\}"
    r"|\{\{<(?P<angle>(?:[^>{]++|>(?!\}\})|\{(?!\{[<%]))*)>\}\}"
    r"|\{\{%(?P<percent>(?:[^%{]++|%(?!\}\})|\{(?!\{[<%]))*)%\}\}"
)
_ANY_ESCAPED: Final = re.compile(_ESCAPED)
_NAME: Final = re.compile(r"\s*(?P<end>/)?\s*(?P<name>[\w.-][\w./-]*)(?P<arguments>.*)", re.DOTALL)
_SELF_CLOSING: Final = re.compile(r"(?:^|[\s\"'`])/\s*$")
_CODE: Final = (
    "highlight",
    "code",
    "codeFromInline",
    "codeblock",
    "code-toggle",
    "mermaid",
    "prism",
)
_RAW_ENDS: Final = {
    name: re.compile(rf"\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}") for name in (*_CODE, "inline")
}
_RAW_ENDS["inline"] = re.compile(r"\{\{<\s*/\s*[\w-]+\.inline\s*>\}\}")
_GO_CODE: Final = re.compile(r"\{\{[^{}]*\}\}")
_INCLUDES: Final = frozenset(("include", "readfile"))
_MAX_DEPTH: Final = 3
_MAX_NAME: Final = 40


def expand_hugo(
    body: str, context: BodyContext, left_out: Counter[str], *, is_html: bool, unescapes: bool
) -> str:
    """Return a body with its shortcodes expanded.

    Args:
        body: Markdown or HTML.
        context: the document and its archive.
        left_out: counts the shortcodes that are left out.
        is_html: whether the body is HTML.
        unescapes: whether shortcodes in code are escaped (``{{</* */>}}``), as in Hugo.
    """
    budget = _Budget()
    return _expand(body, context, left_out, budget, is_html=is_html, unescapes=unescapes)


@dataclass(slots=True)
class _Budget:
    """How much included documents can still add; they can include others."""

    characters: int = 300_000
    depth: int = 0


def _expand(
    body: str,
    context: BodyContext,
    left_out: Counter[str],
    budget: _Budget,
    *,
    is_html: bool,
    unescapes: bool,
) -> str:
    if "{{" not in body:
        return body
    segments = split_body(body, TagSyntax(_TAG, _find_raw_end), is_html=is_html)
    return _Expansion(body, context, left_out, budget, is_html, unescapes).expand(segments)


def unescape_shortcodes(code: str) -> str:
    """Return code with the shortcodes that it shows: ``{{</* x */>}}`` shows ``{{< x >}}``."""
    return _ANY_ESCAPED.sub(r"{{\g<open>\g<escaped>\g<close>}}", code)


def _find_raw_end(match: re.Match[str]) -> re.Pattern[str] | None:
    name = _NAME.match(match["angle"] or match["percent"] or "")
    if name is None or name["end"] or _SELF_CLOSING.search(name["arguments"][-100:]):
        return None
    return _RAW_ENDS.get("inline" if name["name"].endswith(".inline") else name["name"])


class _Expansion:
    def __init__(
        self,
        body: str,
        context: BodyContext,
        left_out: Counter[str],
        budget: _Budget,
        is_html: bool,
        unescapes: bool,
    ) -> None:
        self._body = body
        self._context = context
        self._left_out = left_out
        self._budget = budget
        self._is_html = is_html
        self._unescapes = unescapes
        self._ends: dict[int, PairedTags | None] = {}

    def expand(self, segments: list[Segment]) -> str:
        names = [_parse_name(segment) for segment in segments]
        pairs = pair_tags(
            (index, name[0], name[1])
            for index, name in enumerate(names)
            if name and segments[index].raw is None
        )
        placements = PlacementReader(self._body)
        pieces = []
        for index, segment in enumerate(segments):
            text = self._body[segment.start : segment.end]
            if segment.type == "code" and self._unescapes:
                text = unescape_shortcodes(text)
            elif segment.type == "tag" and segment.match is not None:
                placement = placements.read(segment.start, segment.end)
                if (parsed := names[index]) is None:
                    text = self._expand_other(segment.match, placement)
                elif segment.raw is not None:
                    text = self._expand_raw(parsed, segment.raw, placement)
                elif parsed[1]:
                    text = _place_end(self._ends.pop(pairs.get(index, -1), None), placement)
                else:
                    text = self._expand_tag(index, parsed, placement, is_paired=index in pairs)
            pieces.append(text)
        return "".join(pieces)

    def _expand_other(self, match: re.Match[str], placement: Placement) -> str:
        if match["escaped"] is not None:
            sign = match["open"].replace("<", "&lt;"), match["close"].replace(">", "&gt;")
            return f"{{{{{sign[0]}{match['escaped']}{sign[1]}}}}}"
        if match["comment"] is None:
            self._left_out[" ".join(match[0].split())[:_MAX_NAME]] += 1
        return placement.leave_out()

    def _expand_raw(self, tag: _Tag, raw: str, placement: Placement) -> str:
        name, _, arguments, _ = tag
        if name.endswith(".inline"):
            # It contains a template, whose text stays.
            self._left_out[f"{{{{< {name} >}}}}"] += 1
            return _GO_CODE.sub("", raw)
        if "hl_inline=true" in arguments.text.replace(" ", ""):
            return blocks.code_span(raw.strip(), is_html=self._is_html)
        language = arguments.first("lang", "language")
        if name == "mermaid":
            language = name
        code = placement.dedent(raw.removeprefix("\n")).rstrip() if "\n" in raw else raw.strip()
        block = blocks.code_block(code, language, is_html=self._is_html)
        return placement.place_block(block)

    def _expand_tag(self, index: int, tag: _Tag, placement: Placement, *, is_paired: bool) -> str:
        name, _, arguments, written = tag
        if name in {"ref", "relref"} and (target := arguments.first("path")):
            return hugo_link(target, self._context)
        short = name.rpartition("/")[2].lower()
        if is_paired and (pair := expand_pair(short, self._resolve(arguments))) is not None:
            self._ends[index] = pair
            return placement.place_block(pair.start) if pair.is_block and pair.start else pair.start
        if (html := expand_media_tag(short, arguments)) is not None:
            return placement.place(html, is_html=self._is_html)
        if (block := expand_single(short, self._resolve(arguments))) is not None:
            return placement.place_block(block)
        if short in _INCLUDES and (text := self._include(arguments)) is not None:
            return placement.place_block(text)
        self._left_out[written] += 1
        return placement.leave_out()

    def _include(self, arguments: TagArguments) -> str | None:
        """Return the text of a document that a shortcode of many themes includes, or None."""
        name, targets = arguments.first("file", "path", "page"), self._context.targets
        path = targets.find_document(name) if name else None
        if path is None or not path.endswith(".md") or self._budget.depth >= _MAX_DEPTH:
            return None
        relative = posixpath.relpath(path, posixpath.dirname(self._context.path) or ".")
        text = targets.read_include(relative, relative=True)
        self._budget.characters -= len(text or "") + 100
        if text is None or self._budget.characters < 0:
            return None
        self._budget.depth += 1
        expanded = _expand(
            text.replace("\r\n", "\n"),
            self._context,
            self._left_out,
            self._budget,
            is_html=False,
            unescapes=self._unescapes,
        )
        self._budget.depth -= 1
        return expanded.strip("\n")

    def _resolve(self, arguments: TagArguments) -> TagArguments:
        """Return arguments whose `relref` is a URL."""
        if target := arguments.keywords.get("relref"):
            arguments.keywords["relref"] = hugo_link(target, self._context)
        return arguments


_Tag = tuple[str, bool, TagArguments, str]
"""Name, whether it is an end, arguments, and how it is written without them."""


def _parse_name(segment: Segment) -> _Tag | None:
    if segment.match is None:
        return None
    angle = segment.match["angle"]
    match = _NAME.match(segment.match["percent"] or "" if angle is None else angle)
    if match is None:
        return None
    name = match["name"].strip("/")
    text = _SELF_CLOSING.sub("", match["arguments"])
    signs = ("{{%", "%}}") if angle is None else ("{{<", ">}}")
    written = f"{signs[0]} {name[:_MAX_NAME]} {signs[1]}"
    return name, match["end"] is not None, parse_arguments(text), written


def _place_end(pair: PairedTags | None, placement: Placement) -> str:
    if pair is None or not pair.end:
        return placement.leave_out() if placement.is_alone else ""
    return placement.place_block(pair.end, ends=True) if pair.is_block else pair.end
