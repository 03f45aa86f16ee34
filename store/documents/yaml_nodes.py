"""YAML text to its tree of nodes: within limits, and with errors in people's words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.resolver import Resolver

from newsgraph.store.documents.diagnostics import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontmatter.default_handlers import YAMLHandler

MAX_DEPTH: Final = 64
"""How many levels of lists and mappings a front matter may have."""

MAX_NODES: Final = 100_000
"""How many values, keys not counted and aliases followed, a front matter may have."""

_SURELY_SHALLOW: Final = 100
_SHORT: Final = 40
# PyYAML's types leave it without any.
_resolve: Callable[..., Any] = Resolver().resolve
_DEEP_LINE: Final = re.compile("\n[ \t?:\\-\ufeff]{64}")
_OTHER_BREAKS: Final = ("\r", "\x85", "\u2028", "\u2029")


@lru_cache(maxsize=4096)
def _tag_of_plain(text: str) -> str:
    return cast("str", _resolve(yaml.ScalarNode, text, (True, False)))


class NodeLoader(yaml.CSafeLoader):
    """The C loader, but ``yaml.load`` with it gives the tree of nodes.

    Nodes carry their place in the text, and a scalar its source text, which
    ``title: 2021`` needs.
    """

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool] | bool) -> str:
        """The tag of a node that has none, as PyYAML resolves it; short ones are remembered."""
        if kind is yaml.ScalarNode and isinstance(implicit, tuple):
            if not implicit[0]:
                return self.DEFAULT_SCALAR_TAG
            if len(value) <= _SHORT:
                return _tag_of_plain(value)
        return cast("str", _resolve(kind, value, implicit))

    def get_single_data(self) -> yaml.Node | None:
        """The root node of the only document, or None where there is none."""
        return self.get_single_node()


def root_node(handler: YAMLHandler, text: str) -> yaml.Node | None:
    """The root of a YAML text's node tree; None where the text is empty.

    Args:
        handler: python-frontmatter's handler, whose ``load`` is used.
        text: the YAML, without the characters that `store.documents.source_text` removes.

    Raises:
        UnreadableError: ``broken-yaml`` or ``too-complex``.
    """
    if may_be_too_complex(text):
        _refuse_too_complex(text)
    try:
        return cast("yaml.Node | None", handler.load(text, Loader=NodeLoader))
    except yaml.YAMLError as error:
        raise _in_human_words(error, text) from error


def too_complex(offset: int, what: str) -> UnreadableError:
    """The error for a front matter beyond the limits."""
    return UnreadableError("too-complex", offset, f"The front matter has {what}.")


def may_be_too_complex(text: str) -> bool:
    """Whether counting characters cannot rule out great depth or size.

    The C loader composes recursively: some ten thousand levels overflow the C stack and
    end the process. A flow level takes a bracket (with one more level for `[a: b]`). A
    block level begins deeper in its line than the one around it, behind blanks and
    ``-``, ``?`` and ``:`` only, and holds at most one list that is not indented. So a
    text that passes here has less than 400 levels, which is safe in any thread.
    """
    return (
        len(text) > MAX_NODES
        or text.count("[") + text.count("{") > _SURELY_SHALLOW
        or _DEEP_LINE.search(f"\n{text}") is not None
        or any(character in text for character in _OTHER_BREAKS)
    )


def _refuse_too_complex(text: str) -> None:
    """Count levels and values from the event stream, which is not recursive."""
    depth = nodes = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise too_complex(
                        event.start_mark.index if event.start_mark else 0,
                        f"more than {MAX_DEPTH} levels",
                    )
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
            if isinstance(event, NodeEvent):
                nodes += 1
                # Keys are nodes here too, hence twice the limit.
                if nodes > 2 * MAX_NODES:
                    raise too_complex(
                        event.start_mark.index if event.start_mark else 0,
                        f"more than {MAX_NODES:,} values",
                    )
    except yaml.YAMLError:
        # The loader stops at the same place, and says so with its own words.
        return


_HUMAN: Final = (
    ("mapping values are not allowed", "There is a colon and a blank inside a value."),
    ("could not find expected ':'", "This line is no `key: value`."),
    ("cannot start any token", "A value cannot begin with this character unless it is in quotes."),
    ("unexpected end of stream", "A quote is opened and never closed."),
    ("unexpected document indicator", "A quote is opened and never closed."),
    ("undefined alias", "A text that begins with `*` is an alias, and nothing has its name."),
    ("alphabetic or numeric character", "A text that begins with `*` or `&` needs quotes."),
    ("second occurrence", "Two anchors (`&name`) have the same name."),
    ("found another document", "A second YAML document begins here."),
    ("',' or ']'", "A list in brackets is not closed with `]`."),
    ("',' or '}'", "A mapping in braces is not closed with `}`."),
    ("unknown escape", "In double quotes a backslash begins an escape, and this is none."),
    ("hexdecimal number", "In double quotes a backslash begins an escape, and this is none."),
    ("invalid Unicode character escape", "This escape stands for no character."),
    ("tab character", "YAML is indented with blanks; this is a tab."),
    ("block sequence entries", "A list begins on a line of its own, below its key."),
    ("expected key", "The indentation does not fit, or a quote ends inside the value."),
    ("'-' indicator", "A key stands among the entries of a list, or the indentation does not fit."),
    ("undefined tag handle", "A text that begins with `!` is a tag, and this one is not known."),
    ("expected comment or line break", "Behind `|` or `>` the text begins on the next line."),
)


def _in_human_words(error: yaml.YAMLError, text: str) -> UnreadableError:
    problem, offset = str(error), 0
    if isinstance(error, yaml.MarkedYAMLError):
        problem = error.problem or error.context or problem
        mark = error.problem_mark or error.context_mark
        offset = min(mark.index, len(text)) if mark else 0
    for part, words in _HUMAN:
        if part in problem:
            return UnreadableError("broken-yaml", offset, words)
    return UnreadableError("broken-yaml", offset, f"The YAML cannot be read from here: {problem}.")
