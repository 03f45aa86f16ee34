"""Errors of requests that are not run, and the code that every error carries.

The names of the codes are Apollo's where it has one.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from graphql import GraphQLError

from newsgraph.gql.errors import Unanswered

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphql import Node

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
TOO_LARGE = "QUERY_TOO_LARGE"
BAD_REQUEST = "BAD_REQUEST"
WHICH_OPERATION = "OPERATION_RESOLUTION_FAILURE"
NOT_ALLOWED = "METHOD_NOT_ALLOWED"

_SUGGESTION = re.compile(r" Did you mean .*\?", re.DOTALL)

_SPELLINGS = {"None": "null", "True": "true", "False": "false"}
_SPELLED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\b(?:None|True|False)\b""", re.DOTALL)
_LONG = 2_000
"""From how many characters on a message is left as it is: it quotes much of the request."""

log = logging.getLogger("newsgraph.gql")


def refusal(
    message: str, code: str, nodes: Collection[Node] | None = None, **more: object
) -> GraphQLError:
    """Return the error of a request that is not run.

    Args:
        message: for people.
        code: for programs.
        nodes: where in the document it stands.
        more: what else programs may want to know.
    """
    return GraphQLError(message, nodes, extensions={"code": code, **more})


def too_large(
    told: str, limit: str, allowed: int, nodes: Collection[Node] | None = None
) -> GraphQLError:
    """Return the error of what is larger than an option allows.

    Args:
        told: what is too large, such as ``The document nests fields more than 125 deep``.
        limit: the option's name.
        allowed: its value.
        nodes: where in the document it stands.
    """
    message = f"{told}. That is the most this server allows ({limit}); ask for less at once."
    return refusal(message, TOO_LARGE, nodes, limit=limit, allowed=allowed)


def coded(error: GraphQLError, *, hide_suggestions: bool = False) -> GraphQLError:
    """Return an error as a client may see it: with a code, and nothing of what is inside.

    Args:
        error: of ours or of graphql-core.
        hide_suggestions: whether names of the schema are a secret.
    """
    if hide_suggestions and _SUGGESTION.search(error.message):
        error.message = _SUGGESTION.sub("", error.message)
    error.message = _in_json(error.message)
    if (error.extensions or {}).get("code") is not None:
        return error
    if error.original_error is None or isinstance(error.original_error, GraphQLError):
        # graphql-core says it of what the client gave: a variable, or an argument's value.
        error.extensions = {**(error.extensions or {}), "code": "BAD_USER_INPUT"}
        return error
    log.error("a field failed: %s", error, exc_info=error.original_error)
    safe = Unanswered()
    return GraphQLError(safe.message, error.nodes, path=error.path, extensions=safe.extensions)


def _in_json(message: str) -> str:
    """Spell values as JSON does where graphql-core spells them as Python does.

    In a variable's error they are the client's values. In another they are as the document
    has them, but for one phrase.
    """
    if not message.startswith("Variable '$") or len(message) > _LONG:
        return message.replace(" not to be None.", " not to be null.")
    return _SPELLED.sub(lambda found: _SPELLINGS.get(found[0], found[0]), message)
