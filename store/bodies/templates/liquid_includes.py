"""Reads the files that Liquid includes, and knows what well-known ones show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.bodies.templates.liquid_lookups import to_text
from newsgraph.store.bodies.templates.media_tags import expand_media_tag
from newsgraph.store.bodies.templates.paired_tags import expand_single
from newsgraph.store.bodies.templates.tag_arguments import TagArguments

if TYPE_CHECKING:
    from newsgraph.store.bodies.context import BodyContext
    from newsgraph.store.bodies.templates.liquid_lookups import LiquidValue
    from newsgraph.store.bodies.templates.liquid_values import LiquidScope

_INCLUDE: Final = re.compile(r"[\"']?(?P<name>[^\s,\"']+)[\"']?(?P<rest>.*)", re.DOTALL)
_REFUSED: Final = re.compile(r"[./]{2}")
"""What Jekyll allows in no name of an included file: ``..``, ``./`` and the like."""

_PARAMETER: Final = re.compile(
    r"(?<![\w-])(?P<name>[\w-]++)\s*+[=:]\s*(?P<value>\"[^\"]*+\"|'[^']*+'|[\w.-]+)"
)


class IncludedFile(NamedTuple):
    """An included file.

    Attributes:
        text: its text.
        variables: the values of variables in it, its parameters among them.
    """

    text: str
    variables: dict[str, LiquidValue]


def read_included_file(
    text: str, scope: LiquidScope, context: BodyContext, *, is_relative: bool
) -> IncludedFile | None:
    """Return the file that a tag includes, or None if there is no such file.

    Args:
        text: arguments of the tag: the file's name, and its parameters.
        scope: the values of variables.
        context: the document and its archive.
        is_relative: whether the name is relative to the document.
    """
    match = _INCLUDE.fullmatch(text)
    if match is None or (context.kind.name == "jekyll" and _REFUSED.search(match["name"])):
        return None
    included = context.targets.read_include(match["name"], relative=is_relative)
    if included is None:
        return None
    parameters = _read_parameters(match["rest"], scope)
    variables = {f"include.{name}": value for name, value in parameters.items()}
    return IncludedFile(included, scope.variables | variables)


def expand_include_by_name(text: str, scope: LiquidScope) -> str | None:
    """Return what a file shows that themes have, such as ``youtube.html id="…"``, or None.

    Args:
        text: arguments of the tag.
        scope: the values of variables.
    """
    match = _INCLUDE.fullmatch(text)
    if match is None:
        return None
    name = match["name"].rpartition("/")[2].partition(".")[0].lower()
    arguments = TagArguments()
    for parameter, value in _read_parameters(match["rest"], scope).items():
        if (value_text := to_text(value)) is not None:
            arguments.keywords[parameter.lower()] = value_text
    if name in {"video", "embed"}:
        name = (arguments.get("provider") or name).lower()
    return expand_media_tag(name, arguments) or expand_single(name, arguments)


def _read_parameters(text: str, scope: LiquidScope) -> dict[str, LiquidValue]:
    return {
        match["name"]: scope.evaluate_value(match["value"]) for match in _PARAMETER.finditer(text)
    }
