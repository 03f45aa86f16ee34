"""Expands the shortcodes of Zola: ``{{ youtube(id="x") }}`` and ``{% quote() %}…{% end %}``.

https://www.getzola.org/documentation/content/shortcodes/ describes them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.templates.media_tags import expand_media_tag
from newsgraph.store.bodies.templates.paired_tags import PairedTags, expand_pair, expand_single
from newsgraph.store.bodies.templates.scanner import TagSyntax, split_body
from newsgraph.store.bodies.templates.tag_arguments import parse_arguments
from newsgraph.store.bodies.templates.tag_placement import Placement, PlacementReader, pair_tags

if TYPE_CHECKING:
    from collections import Counter

_ARGUMENTS: Final = r"\((?P<{}>(?:[^(){{}}\"'`]|\"[^\"]*+\"|'[^']*+'|`[^`]*+`){{0,2000}})\)"
_TAG: Final = re.compile(
    r"\{\{/\*(?P<output>(?:[^*{]++|\*(?!/\}\}))*)\*/\}\}"
    r"|\{%/\*(?P<block>(?:[^*{]++|\*(?!/%\}))*)\*/%\}"
    rf"|\{{\{{-?\s*(?P<name>[A-Za-z_][\w:]*){_ARGUMENTS.format('inline')}\s*-?\}}\}}"
    rf"|\{{%-?\s*(?P<pair>[A-Za-z_][\w:]*){_ARGUMENTS.format('outer')}\s*-?%\}}"
    r"|\{%-?\s*(?P<end>end)\s*-?%\}"
)
_TEXTS: Final = ("body", "text", "content")
_MAX_NAME: Final = 40


def expand_zola(body: str, left_out: Counter[str], *, is_html: bool) -> str:
    """Return a body with its shortcodes expanded.

    Args:
        body: Markdown or HTML.
        left_out: counts the shortcodes that are left out.
        is_html: whether the body is HTML.
    """
    if "{{" not in body and "{%" not in body:
        return body
    segments = split_body(body, TagSyntax(_TAG), is_html=is_html)
    pairs = pair_tags(
        (index, "", segment.match["end"] is not None)
        for index, segment in enumerate(segments)
        if segment.match is not None and (segment.match["pair"] or segment.match["end"])
    )
    placements = PlacementReader(body)
    ends: dict[int, PairedTags] = {}
    pieces = []
    for index, segment in enumerate(segments):
        text = body[segment.start : segment.end]
        if segment.type == "code":
            text = _unescape(text)
        elif segment.match is not None:
            placement = placements.read(segment.start, segment.end)
            match = segment.match
            if match["end"]:
                pair = ends.pop(pairs.get(index, -1), None)
                text = placement.place_block(pair.end, ends=True) if pair and pair.end else ""
            elif match["pair"]:
                pair = expand_pair(match["pair"].lower(), parse_arguments(match["outer"]))
                if pair is None or index not in pairs:
                    left_out[f"{{% {match['pair'][:_MAX_NAME]} %}}"] += 1
                    text = ""
                else:
                    ends[index] = pair
                    text = placement.place_block(pair.start) if pair.start else ""
            elif match["name"]:
                text = _expand_single(match, placement, left_out, is_html=is_html)
            else:
                text = _unescape(text)
        pieces.append(text)
    return "".join(pieces)


def _expand_single(
    match: re.Match[str], placement: Placement, left_out: Counter[str], *, is_html: bool
) -> str:
    name, arguments = match["name"].lower(), parse_arguments(match["inline"])
    if (html := expand_media_tag(name, arguments)) is not None:
        return placement.place(html, is_html=is_html)
    if (block := expand_single(name, arguments)) is not None:
        return placement.place_block(block)
    if text := arguments.get(*_TEXTS):
        return text
    left_out[f"{{{{ {match['name'][:_MAX_NAME]} }}}}"] += 1
    return placement.leave_out()


def _unescape(text: str) -> str:
    return _TAG.sub(_show_escaped, text) if "/*" in text else text


def _show_escaped(match: re.Match[str]) -> str:
    if match["output"] is not None:
        return f"{{{{{match['output']}}}}}"
    return match[0] if match["block"] is None else f"{{%{match['block']}%}}"
