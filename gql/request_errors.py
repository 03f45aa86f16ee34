"""Errors of requests that are not executed, and their codes.

The codes have the names of Apollo Server's codes where Apollo has one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphql import Node

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
QUERY_TOO_LARGE = "QUERY_TOO_LARGE"
BAD_REQUEST = "BAD_REQUEST"
OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"


def request_error(
    message: str, code: str, nodes: Collection[Node] | None = None, **extensions: object
) -> GraphQLError:
    """Build the error of a request that is not executed.

    Args:
        message: text for people.
        code: the error code, one of the constants of this module or a more specific one.
        nodes: the nodes of the document that the error is about.
        extensions: entries of the error's `extensions` besides `code`.
    """
    return GraphQLError(message, nodes, extensions={"code": code, **extensions})


def limit_exceeded_error(
    problem: str, limit_name: str, limit_value: int, nodes: Collection[Node] | None = None
) -> GraphQLError:
    """Build the error of a request that exceeds one of the `Options`.

    Args:
        problem: what is too large, such as ``The document nests fields more than 125 deep``.
        limit_name: name of the option.
        limit_value: value of the option.
        nodes: the nodes of the document that the error is about.
    """
    message = (
        f"{problem}. That is the most this server allows ({limit_name}); ask for less at once."
    )
    return request_error(message, QUERY_TOO_LARGE, nodes, limit=limit_name, allowed=limit_value)
