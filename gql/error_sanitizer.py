"""Prepares errors for clients: each gets a code, and none contains internals."""

from __future__ import annotations

import logging
import re

from graphql import GraphQLError

from newsgraph.gql.errors import ServerError

_SUGGESTION = re.compile(r" Did you mean .*\?", re.DOTALL)

_JSON_SPELLINGS = {"None": "null", "True": "true", "False": "false"}
_STRING_OR_CONSTANT = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\b(?:None|True|False)\b""", re.DOTALL
)
_MAX_RESPELLED_LENGTH = 2_000
"""Messages with more characters quote much of the request and are left unchanged."""

log = logging.getLogger("newsgraph.gql")


def sanitize_error(error: GraphQLError, *, hide_suggestions: bool = False) -> GraphQLError:
    """Return an error in the form sent to clients: with a code and without internals.

    Unexpected exceptions of resolvers are logged and replaced by a `ServerError`.

    Args:
        error: raised by newsgraph or by graphql-core; it may be changed in place.
        hide_suggestions: remove graphql-core's "Did you mean", which reveals names of the schema.
    """
    if hide_suggestions and _SUGGESTION.search(error.message):
        error.message = _SUGGESTION.sub("", error.message)
    error.message = _use_json_names(error.message)
    if (error.extensions or {}).get("code") is not None:
        return error
    if error.original_error is None or isinstance(error.original_error, GraphQLError):
        # graphql-core reports an invalid variable or argument value.
        error.extensions = {**(error.extensions or {}), "code": "BAD_USER_INPUT"}
        return error
    log.error("a field failed: %s", error, exc_info=error.original_error)
    safe = ServerError()
    return GraphQLError(safe.message, error.nodes, path=error.path, extensions=safe.extensions)


def _use_json_names(message: str) -> str:
    """Replace Python's spelling of values, as graphql-core has it, by JSON's.

    Messages about a variable quote the client's values. Other messages quote the document and
    have Python's spelling only in one phrase.
    """
    if not message.startswith("Variable '$") or len(message) > _MAX_RESPELLED_LENGTH:
        return message.replace(" not to be None.", " not to be null.")
    return _STRING_OR_CONSTANT.sub(lambda match: _JSON_SPELLINGS.get(match[0], match[0]), message)
