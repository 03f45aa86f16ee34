"""GraphQL errors sent to clients: a message for people and a code for programs.

GraphQLError
├── UserInputError         BAD_USER_INPUT: an argument is invalid; the error names the argument
├── QueryTooLargeError     QUERY_TOO_LARGE: the operation is too deep or requests too much
├── ExpiredError           RESYNC: a token is no longer valid
├── OperationAbortedError  TIMEOUT or ANSWER_TOO_LARGE: the operation was started and aborted
└── ServerError            INTERNAL or UNAVAILABLE: the server's fault; the cause is only logged
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLError

from newsgraph.store.errors import DatabaseBusy, QueryTimeout, ResultTooLarge, SelectionTooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import FieldNode

    from newsgraph.store.errors import StoreError


class UserInputError(GraphQLError):
    """An argument is invalid.

    Args:
        message: what is wrong and what to pass instead.
        argument: name of the argument.
        nodes: the field's nodes in the document.
        path: the field's path in the response, without list indexes.
    """

    def __init__(
        self, message: str, argument: str, nodes: Sequence[FieldNode], path: Sequence[str]
    ) -> None:
        super().__init__(
            message,
            nodes,
            path=list(path),
            extensions={"code": "BAD_USER_INPUT", "argument": argument},
        )


class QueryTooLargeError(GraphQLError):
    """The operation is too deep or requests too much.

    Args:
        message: states the limit.
        nodes: the field's nodes in the document, if a single field exceeds the limit.
        path: the field's path in the response, without list indexes.
        extra_extensions: entries of the error's `extensions` besides `code`.
    """

    def __init__(
        self,
        message: str,
        nodes: Sequence[FieldNode] | None = None,
        path: Sequence[str] | None = None,
        extra_extensions: Mapping[str, object] | None = None,
    ) -> None:
        error_path = list(path) if path else None
        extensions = {"code": "QUERY_TOO_LARGE", **(extra_extensions or {})}
        super().__init__(message, nodes, path=error_path, extensions=extensions)


class ExpiredError(GraphQLError):
    """A token is no longer valid.

    Args:
        message: how the client can continue.
        code: ``RESYNC``.
        argument: name of the argument with the token.
        nodes: the field's nodes in the document.
        path: the field's path in the response.
    """

    def __init__(
        self,
        message: str,
        code: str,
        argument: str,
        nodes: Sequence[FieldNode],
        path: Sequence[str],
    ) -> None:
        extensions = {"code": code, "argument": argument}
        super().__init__(message, nodes, path=list(path), extensions=extensions)


class OperationAbortedError(GraphQLError):
    """The operation took too long or its result became too long.

    Args:
        message: which limit was exceeded and how to stay below it.
        code: ``TIMEOUT`` or ``ANSWER_TOO_LARGE``.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, extensions={"code": code})


class ServerError(GraphQLError):
    """The store failed. The message reveals no internals.

    Args:
        is_busy: whether the database is locked, so that a retry may succeed.
    """

    def __init__(self, *, is_busy: bool = False) -> None:
        super().__init__(
            "The store is busy; try again in a moment."
            if is_busy
            else "The query could not be answered. The server's log says why.",
            extensions={"code": "UNAVAILABLE" if is_busy else "INTERNAL"},
        )


CLIENT_VISIBLE_STORE_ERRORS = (SelectionTooLarge, QueryTimeout, ResultTooLarge, DatabaseBusy)
"""Store errors that are reported to clients; all others become INTERNAL."""


def to_graphql_error(error: StoreError) -> GraphQLError:
    """Convert one of `CLIENT_VISIBLE_STORE_ERRORS` to the error that is sent to the client."""
    match error:
        case SelectionTooLarge():
            return QueryTooLargeError(str(error))
        case QueryTimeout():
            return OperationAbortedError(str(error), "TIMEOUT")
        case ResultTooLarge():
            return OperationAbortedError(str(error), "ANSWER_TOO_LARGE")
    return ServerError(is_busy=True)
