"""Composes YAML text into a tree of nodes, within limits and with readable error messages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.resolver import Resolver

from newsgraph.store.documents.diagnostics import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontmatter.default_handlers import YAMLHandler

MAX_DEPTH: Final = 64
"""Maximum nesting depth of lists and mappings in a front matter."""

MAX_NODES: Final = 100_000
"""Maximum number of values in a front matter, without keys, counting each use of an alias."""

_MAX_OPENING_BRACKETS: Final = 100
_MAX_CACHED_LENGTH: Final = 40
# PyYAML has no type annotations here.
_resolve: Callable[..., Any] = Resolver().resolve
_DEEP_LINE: Final = re.compile("\n[ \t?:\\-\ufeff]{64}")
_OTHER_LINE_ENDS: Final = ("\r", "\x85", "\u2028", "\u2029")


@lru_cache(maxsize=4096)
def _resolve_plain_scalar(text: str) -> str:
    return cast("str", _resolve(yaml.ScalarNode, text, (True, False)))


class NodeLoader(yaml.CSafeLoader):
    """A loader with which ``yaml.load`` returns the tree of nodes instead of Python objects.

    Nodes have their position in the text, and scalars their source text, which is needed
    for ``title: 2021``.
    """

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool] | bool) -> str:
        """Return the tag of a node without one, as PyYAML does; tags of short texts are cached."""
        if kind is yaml.ScalarNode and isinstance(implicit, tuple):
            if not implicit[0]:
                return self.DEFAULT_SCALAR_TAG
            if len(value) <= _MAX_CACHED_LENGTH:
                return _resolve_plain_scalar(value)
        return cast("str", _resolve(kind, value, implicit))

    def get_single_data(self) -> yaml.Node | None:
        """Return the root node of the only YAML document, or None if there is none."""
        return self.get_single_node()


def compose_yaml(handler: YAMLHandler, text: str) -> yaml.Node | None:
    """Return the root node of a YAML text, or None if the text is empty.

    Args:
        handler: python-frontmatter's handler, whose ``load`` is called.
        text: the YAML, without the characters that `store.documents.text_cleaning` removes.

    Raises:
        DocumentError: ``broken-yaml`` or ``too-complex``.
    """
    if may_be_too_complex(text):
        _check_complexity(text)
    try:
        return cast("yaml.Node | None", handler.load(text, Loader=NodeLoader))
    except yaml.YAMLError as error:
        raise _to_document_error(error, text) from error


def too_complex_error(offset: int, excess: str) -> DocumentError:
    """Return the error for a front matter that exceeds a limit.

    Args:
        offset: offset in the YAML text at which the limit is exceeded.
        excess: what the front matter has too much of, such as ``more than 64 nested levels``.
    """
    return DocumentError("too-complex", offset, f"The front matter has {excess}.")


def may_be_too_complex(text: str) -> bool:
    """Return whether a quick scan of a YAML text cannot rule out excessive depth or size.

    The C loader composes recursively: some ten thousand levels overflow the C stack and
    crash the process. A flow level needs a bracket (and may have one more level for
    `[a: b]`). A block level begins at a larger column than the one around it, after only
    spaces, ``-``, ``?`` and ``:``, and contains at most one list that is not indented. So a
    text for which this returns False has less than 400 levels, which is safe in any thread.
    """
    return (
        len(text) > MAX_NODES
        or text.count("[") + text.count("{") > _MAX_OPENING_BRACKETS
        or _DEEP_LINE.search(f"\n{text}") is not None
        or any(character in text for character in _OTHER_LINE_ENDS)
    )


def _check_complexity(text: str) -> None:
    """Raise an error if the limits are exceeded; parsing to events is not recursive.

    Raises:
        DocumentError: ``too-complex``.
    """
    depth = node_count = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise too_complex_error(
                        event.start_mark.index if event.start_mark else 0,
                        f"more than {MAX_DEPTH} nested levels",
                    )
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
            if isinstance(event, NodeEvent):
                node_count += 1
                # The keys of mappings are nodes too, hence twice the limit.
                if node_count > 2 * MAX_NODES:
                    raise too_complex_error(
                        event.start_mark.index if event.start_mark else 0,
                        f"more than {MAX_NODES:,} values",
                    )
    except yaml.YAMLError:
        # The loader fails at the same position, and its error is reported.
        return


_READABLE_MESSAGES: Final = (
    ("mapping values are not allowed", "The value contains a colon followed by a space."),
    ("could not find expected ':'", "This line does not have the form `key: value`."),
    ("cannot start any token", "A value cannot begin with this character unless it is in quotes."),
    ("unexpected end of stream", "A quote is opened but never closed."),
    ("unexpected document indicator", "A quote is opened but never closed."),
    ("undefined alias", "Text that begins with `*` is an alias, but no anchor has this name."),
    ("alphabetic or numeric character", "Text that begins with `*` or `&` must be in quotes."),
    ("second occurrence", "Two anchors (`&name`) have the same name."),
    ("found another document", "A second YAML document begins here."),
    ("',' or ']'", "A list in brackets is not closed with `]`."),
    ("',' or '}'", "A mapping in braces is not closed with `}`."),
    ("unknown escape", "In double quotes a backslash begins an escape; this one is not valid."),
    ("hexdecimal number", "In double quotes a backslash begins an escape; this one is not valid."),
    ("invalid Unicode character escape", "This escape does not represent a character."),
    ("tab character", "YAML must be indented with spaces; this is a tab."),
    ("block sequence entries", "A list must begin on a new line, below its key."),
    ("expected key", "The indentation is inconsistent, or a quote ends inside the value."),
    ("'-' indicator", "A key is among the items of a list, or the indentation is inconsistent."),
    ("undefined tag handle", "Text that begins with `!` is a tag, but this tag is unknown."),
    ("expected comment or line break", "After `|` or `>` the text must begin on the next line."),
)
"""Messages by a part of PyYAML's message, which they replace."""

_OPEN: Final = ("unexpected end of stream", "unexpected document indicator", "',' or")


def _to_document_error(error: yaml.YAMLError, text: str) -> DocumentError:
    problem, offset = str(error), 0
    if isinstance(error, yaml.MarkedYAMLError):
        problem = error.problem or error.context or problem
        marks = (error.problem_mark, error.context_mark)
        # What is never closed is noticed where the text ends.
        is_open = any(part in problem for part in _OPEN)
        mark = next(filter(None, reversed(marks) if is_open else marks), None)
        offset = min(mark.index, len(text)) if mark else 0
    for part, message in _READABLE_MESSAGES:
        if part in problem:
            return DocumentError("broken-yaml", offset, message)
    return DocumentError("broken-yaml", offset, f"The YAML cannot be parsed from here: {problem}.")
