"""Regular expressions of Hugo's configuration, in the syntax of Go and RE2.

The library RE2 matches them in a time that is linear in the length of the text
(https://github.com/google/re2/wiki/WhyRE2); Python's `re` can take exponential time.
"""

from __future__ import annotations

from typing import Any, Final

from newsgraph.store.documents.yaml_values import quote_for_message

_MAX_MEMORY: Final = 1 << 18
"""Bytes of a compiled expression: one of this size takes 5 ms for the path of a usual document."""


class WrongExpressionError(ValueError):
    """A text is no regular expression of RE2, or is too large."""


class HugoExpression:
    """A regular expression.

    Args:
        text: the expression (https://github.com/google/re2/wiki/Syntax).

    Raises:
        WrongExpressionError: it cannot be compiled.
    """

    def __init__(self, text: str) -> None:
        # Few archives have such expressions.
        import re2

        options = re2.Options()
        options.max_mem = _MAX_MEMORY
        options.never_capture = True
        options.log_errors = False
        try:
            self._pattern: Any = re2.compile(text, options)
        except re2.error as error:
            reason = error.args[0].decode(errors="replace")
            message = f"{quote_for_message(text)} is no regular expression: {reason}."
            raise WrongExpressionError(message) from error

    def finds_in(self, path: str) -> bool:
        """Return whether the expression matches a part of a path."""
        return self._pattern.search(path) is not None
