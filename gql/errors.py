"""Errors that a client meets: a message for people, and a code for programs.

GraphQLError
├── BadInput     BAD_USER_INPUT: an argument that cannot be served; it names the argument
├── TooLarge     QUERY_TOO_LARGE: an operation that goes too deep or asks for too much
├── Passed       CURSOR_EXPIRED or RESYNC: what a cursor or token was good for is no more
├── Stopped      TIMEOUT or ANSWER_TOO_LARGE: an operation that was begun and given up
└── Unanswered   INTERNAL or UNAVAILABLE: our fault; the cause is in the log only
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLError

from newsgraph.store.errors import AnswerTooLarge, DatabaseBusy, ReadTimedOut, SelectionTooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import FieldNode

    from newsgraph.store.errors import StoreError


class BadInput(GraphQLError):
    """An argument that cannot be served.

    Args:
        message: what is wrong, and what to give instead.
        argument: its name.
        nodes: the field's nodes in the document.
        path: the field's path in the response, lists left out.
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


class TooLarge(GraphQLError):
    """The operation goes too deep or asks for too much; the message says what is allowed.

    Args:
        message: what is allowed.
        nodes: the field's nodes in the document, where it is one field's fault.
        path: the field's path in the response, lists left out.
        more: what else the error's extensions tell.
    """

    def __init__(
        self,
        message: str,
        nodes: Sequence[FieldNode] | None = None,
        path: Sequence[str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        place = list(path) if path else None
        told = {"code": "QUERY_TOO_LARGE", **(more or {})}
        super().__init__(message, nodes, path=place, extensions=told)


class Passed(GraphQLError):
    """What a cursor or token was good for is no more; the code says what to do.

    Args:
        message: what to do.
        code: ``CURSOR_EXPIRED`` or ``RESYNC``.
        argument: which one it is.
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
        more = {"code": code, "argument": argument}
        super().__init__(message, nodes, path=list(path), extensions=more)


class Stopped(GraphQLError):
    """The operation took too long, or its answer became too long; the message says what to do."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, extensions={"code": code})


class Unanswered(GraphQLError):
    """The store could not answer. The message says nothing of what is inside."""

    def __init__(self, *, busy: bool = False) -> None:
        super().__init__(
            "The store is busy; try again in a moment."
            if busy
            else "The query could not be answered. The server's log says why.",
            extensions={"code": "UNAVAILABLE" if busy else "INTERNAL"},
        )


TOLD = (SelectionTooLarge, ReadTimedOut, AnswerTooLarge, DatabaseBusy)
"""The store's errors that a client is told of; all others are ours alone."""


def refused(error: StoreError) -> GraphQLError:
    """Return the error of a read that ended with one of `TOLD`."""
    match error:
        case SelectionTooLarge():
            return TooLarge(str(error))
        case ReadTimedOut():
            return Stopped(str(error), "TIMEOUT")
        case AnswerTooLarge():
            return Stopped(str(error), "ANSWER_TOO_LARGE")
    return Unanswered(busy=True)
