"""Expands Liquid of Jekyll, and the tags of Eleventy, Hexo and Nunjucks, which look like it.

https://jekyllrb.com/docs/liquid/ describes Jekyll's tags and filters. What depends on the whole
site is left out; the text between tags stays, whatever their conditions are.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.templates.document_links import jekyll_link, jekyll_post_link
from newsgraph.store.bodies.templates.hexo_tags import expand_hexo_tag
from newsgraph.store.bodies.templates.included_code import expand_included_code
from newsgraph.store.bodies.templates.liquid_includes import (
    expand_include_by_name,
    read_included_file,
)
from newsgraph.store.bodies.templates.liquid_lookups import UNKNOWN
from newsgraph.store.bodies.templates.liquid_syntax import (
    CODE_TAGS,
    CONTROL_TAGS,
    KNOWN_TAGS,
    RAW_MARKER,
    RAW_TAGS,
    SILENT_TAGS,
    TagName,
    is_known_output,
    make_syntax,
    parse_tag,
)
from newsgraph.store.bodies.templates.liquid_values import LiquidScope
from newsgraph.store.bodies.templates.media_tags import expand_media_tag
from newsgraph.store.bodies.templates.paired_tags import PairedTags, expand_pair
from newsgraph.store.bodies.templates.scanner import Segment, split_body
from newsgraph.store.bodies.templates.tag_placement import Placement, PlacementReader, pair_tags

from . import blocks

if TYPE_CHECKING:
    from newsgraph.store.bodies.context import BodyContext
    from newsgraph.store.bodies.templates.liquid_lookups import LiquidValue
    from newsgraph.store.bodies.templates.tag_arguments import TagArguments

_CODES: Final = {False: re.compile(r"\{[{%]"), True: re.compile(r"\{[{%#]")}
_SYNTAXES: Final = {flag: make_syntax(has_comments=flag) for flag in (False, True)}
_ASSIGNMENT: Final = re.compile(r"(?P<name>[\w.-]+)\s*=\s*(?P<value>.*)", re.DOTALL)
_INCLUDES: Final = {"include", "include_cached", "include_relative", "render", "partial"}
_NAME: Final = re.compile(r"[\w-]+")
_OUTPUT_IN_CODE: Final = re.compile(
    r"\{\{-?(?P<output>\s{0,20}[A-Za-z_][^{}]{0,300}?)-?\}\}|\{%-?\s{0,20}(?P<end>end)?raw\s{0,20}-?%\}"
)
_RELATIVE_PATH: Final = re.compile(r"[\w-][^:]{0,300}\.\w{2,5}")
_MAX_DEPTH: Final = 3
"""How many files can include each other."""

_MAX_ADDED: Final = 300_000
"""How many characters values and included files can add to a body: a value can be longer than its
tag, so that a short text would become a very long one."""

_MAX_FREE: Final = 100
"""A value that is not longer counts nothing in the body itself, which cannot grow much by it."""

_MAX_NAME: Final = 60
"""How much of a tag its message shows."""


@dataclass(slots=True)
class LiquidOptions:
    """How Liquid is expanded in an archive.

    Attributes:
        is_html: whether the body is HTML.
        only_known: whether only well-known tags are Liquid, because the generator is unknown.
        is_hexo: whether tags with equal names are those of Hexo, and not of Jekyll.
        has_comments: whether ``{# … #}`` is a comment.
        removes_raw: whether ``raw`` is removed from code, because the generator does so.
        expands_code: whether outputs in code show their values, if they are known.
        remaining: how many characters values and included files can still add; a list, so that
            included files share it.
        depth: how many files include this text.
    """

    is_html: bool = False
    only_known: bool = False
    is_hexo: bool = False
    has_comments: bool = False
    removes_raw: bool = True
    expands_code: bool = False
    remaining: list[int] = field(default_factory=lambda: [_MAX_ADDED])
    depth: int = 0

    def spend(self, count: int) -> bool:
        """Return whether so many characters, and a few for the work, can still be added."""
        self.remaining[0] -= count + 100
        return self.remaining[0] >= 0


def expand_liquid(
    body: str,
    context: BodyContext,
    left_out: Counter[str],
    options: LiquidOptions,
    variables: dict[str, LiquidValue] | None = None,
) -> str:
    """Return a body with its Liquid expanded.

    Args:
        body: Markdown or HTML.
        context: the document and its archive.
        left_out: counts the tags and outputs that are left out.
        options: how Liquid is expanded.
        variables: values by name.
    """
    if not _CODES[options.has_comments].search(body):
        return body
    segments = split_body(body, _SYNTAXES[options.has_comments], is_html=options.is_html)
    scope = LiquidScope(context, variables or {}, options.spend)
    return _Expansion(body, context, left_out, options, scope).expand(segments)


class _Expansion:
    def __init__(
        self,
        body: str,
        context: BodyContext,
        left_out: Counter[str],
        options: LiquidOptions,
        scope: LiquidScope,
    ) -> None:
        self._body = body
        self._context = context
        self._left_out = left_out
        self._options = options
        self._scope = scope
        self._pieces: list[str] = []
        self._captures: list[tuple[str, list[str]]] = []
        self._ends: dict[int, PairedTags] = {}

    def expand(self, segments: list[Segment]) -> str:
        tags = [self._parse(segment) for segment in segments]
        pairs = pair_tags(
            (index, tag.name, tag.is_end)
            for index, tag in enumerate(tags)
            if tag and segments[index].raw is None
        )
        placements = PlacementReader(self._body)
        for index, segment in enumerate(segments):
            text = self._body[segment.start : segment.end]
            if segment.type == "code" and self._options.removes_raw:
                text = self._expand_code(text)
            elif segment.type == "tag" and segment.match is not None:
                placement = placements.read(segment.start, segment.end)
                if (tag := tags[index]) is not None:
                    text = self._expand_tag(tag, segment, placement, index, pairs.get(index))
                else:
                    text = self._expand_output(segment.match, text, placement)
            self._pieces.append(text)
        while self._captures:
            # `pair_tags` leaves out a capture without an end, but not one that ends in another.
            self._end_capture()
        return "".join(self._pieces)

    def _parse(self, segment: Segment) -> TagName | None:
        tag = parse_tag(segment)
        if tag and self._options.only_known and segment.raw is None and tag.name not in KNOWN_TAGS:
            return None
        return tag

    def _expand_output(self, match: re.Match[str], text: str, placement: Placement) -> str:
        if match["comment"] is not None:
            return placement.leave_out()
        expression = match["output"]
        if expression is None:
            return text if self._options.only_known else self._leave_out(text, placement)
        expression = expression.strip().strip("-~").strip()
        value = self._evaluate(expression)
        if value is not None:
            return value
        if self._options.only_known and not (
            is_known_output(expression) or expression in self._scope.variables
        ):
            return text
        return self._leave_out(text, placement)

    def _expand_tag(
        self, tag: TagName, segment: Segment, placement: Placement, index: int, other: int | None
    ) -> str:
        if segment.raw is not None:
            return self._expand_raw(tag, segment.raw, placement)
        if tag.is_end:
            if tag.name == "capture" and other is not None:
                self._end_capture()
            pair = None if other is None else self._ends.pop(other, None)
            if pair is None or not pair.end:
                return _leave_line_out(placement)
            return placement.place_block(pair.end, ends=True) if pair.is_block else pair.end
        if tag.name in SILENT_TAGS:
            self._assign(tag, is_paired=other is not None)
            return _leave_line_out(placement)
        if tag.name in CONTROL_TAGS:
            if tag.name in {"for", "tablerow"} and (name := _NAME.match(tag.arguments.text)):
                self._scope.variables[name[0]] = UNKNOWN
            if tag.name not in {"else", "when", "default"}:
                self._left_out[tag.written] += 1
                return _leave_line_out(placement)
            # Both texts stay, and are different words.
            return _leave_line_out(placement) if placement.is_alone else " "
        if other is not None and (pair := expand_pair(tag.name.lower(), tag.arguments)) is not None:
            self._ends[index] = pair
            return placement.place_block(pair.start) if pair.is_block and pair.start else pair.start
        return self._expand_single(tag, placement)

    def _expand_single(self, tag: TagName, placement: Placement) -> str:
        name, text = tag.name, tag.arguments.text
        html: str | None = None
        if name in _INCLUDES:
            html = self._include(name, text)
            if html is not None and placement.is_alone and "\n" in html:
                return placement.place_block(html)
            if html is None and (html := expand_include_by_name(text, self._scope)) is not None:
                return placement.place_block(html)
            if html is None:
                file = " ".join(text.split()[:1]).strip("\"'")[:_MAX_NAME]
                self._left_out[f"{{% {name} {file} %}}"] += 1
                return placement.leave_out()
        elif name == "include_code":
            html = expand_included_code(tag.arguments, self._context, is_html=self._options.is_html)
            if html is not None and self._options.spend(len(html)):
                return placement.place_block(html)
            html = None
        elif name == "post_url":
            html = jekyll_post_link(self._substitute(text).strip("\"'"), self._context)
        elif name == "link" and not self._options.is_hexo:
            html = jekyll_link(self._substitute(text).strip("\"'"), self._context)
        else:
            html = expand_hexo_tag(name, tag.arguments, self._context)
            if html is None:
                self._resolve_path(tag.arguments)
                html = expand_media_tag(name.lower(), tag.arguments)
                if html is not None:
                    return placement.place(html, is_html=self._options.is_html)
        if html is not None:
            return html
        self._left_out[tag.written] += 1
        return placement.leave_out()

    def _resolve_path(self, arguments: TagArguments) -> None:
        """Make the path of a file relative to the site, if there is none beside the document.

        Plugins such as Eleventy's for images read files by their paths in the archive.
        """
        if not arguments.positional or not _RELATIVE_PATH.fullmatch(arguments.positional[0]):
            return
        path, targets = arguments.positional[0], self._context.targets
        if targets.find_file(path) is None and targets.find_file(f"/{path}") is not None:
            arguments.positional[0] = f"/{path}"

    def _evaluate(self, expression: str) -> str | None:
        """Return the text of an expression; None if it is unknown, or too much was added."""
        value = self._scope.evaluate(expression) if self._options.remaining[0] >= 0 else None
        if value is not None and len(value) <= _MAX_FREE and not self._options.depth:
            return value
        return value if value is not None and self._options.spend(len(value)) else None

    def _expand_code(self, code: str) -> str:
        """Return code without ``raw``; outputs in it have their values, if these are known."""
        if self._options.expands_code and "{{" in code:
            pieces, position, is_raw = [], 0, False
            for match in _OUTPUT_IN_CODE.finditer(code):
                pieces.append(code[position : match.start()])
                position = match.end()
                value = None
                if match["output"] is None:
                    is_raw = match["end"] is None
                elif not is_raw:
                    value = self._evaluate(match["output"])
                # What prints nothing can be an example of Liquid.
                pieces.append(value or match[0])
            code = "".join(pieces) + code[position:]
        return RAW_MARKER.sub("", code) if "raw" in code else code

    def _expand_raw(self, tag: TagName, raw: str, placement: Placement) -> str:
        if tag.name in RAW_TAGS:
            return raw
        if tag.name not in CODE_TAGS:
            return ""
        arguments = tag.arguments
        language = arguments.get("lang", "language")
        title = ""
        if tag.name == "highlight" or (tag.name == "code" and not arguments.keywords):
            language = arguments.first("lang")
        elif tag.name == "mermaid":
            language = tag.name
        elif arguments.positional:
            title = blocks.label(" ".join(arguments.positional)) + "\n\n"
        code = placement.dedent(self._expand_code(raw).removeprefix("\n")).rstrip()
        block = blocks.code_block(code, language, is_html=self._options.is_html)
        return placement.place_block(title + block)

    def _assign(self, tag: TagName, *, is_paired: bool) -> None:
        if tag.name == "capture":
            if is_paired:
                self._captures.append((tag.arguments.text.strip("\"'"), self._pieces))
                self._pieces = []
        elif match := _ASSIGNMENT.fullmatch(tag.arguments.text):
            self._scope.variables[match["name"]] = self._scope.evaluate_value(match["value"])

    def _end_capture(self) -> None:
        if self._captures:
            name, pieces = self._captures.pop()
            self._scope.variables[name] = "".join(self._pieces).strip("\n")
            self._pieces = pieces

    def _include(self, name: str, text: str) -> str | None:
        """Return the text of an included file, or None if something in it would be left out."""
        if self._options.depth >= _MAX_DEPTH or not self._options.spend(0):
            return None
        is_relative = name == "include_relative"
        included = read_included_file(text, self._scope, self._context, is_relative=is_relative)
        if included is None or not self._options.spend(len(included.text)):
            return None
        left_out: Counter[str] = Counter()
        options = replace(self._options, only_known=False, depth=self._options.depth + 1)
        result = expand_liquid(included.text, self._context, left_out, options, included.variables)
        return None if left_out else result.strip("\n")

    def _substitute(self, text: str) -> str:
        """Return a text whose outputs have their values."""
        return re.sub(
            r"\{\{([^{}]{1,200})\}\}", lambda match: self._scope.evaluate(match[1]) or "", text
        )

    def _leave_out(self, text: str, placement: Placement) -> str:
        self._left_out[" ".join(text.split())[:_MAX_NAME]] += 1
        return placement.leave_out()


def _leave_line_out(placement: Placement) -> str:
    return placement.leave_out() if placement.is_alone else ""
