"""Runs an operation: plans it, asks the store once, and gives graphql-core the answers."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, TypedDict

from graphql import ExecutionResult, GraphQLError, get_operation_ast
from strawberry.extensions import SchemaExtension

from gql.errors import BadInput, TooLarge, Unanswered
from gql.plan import Plan, plan
from store.errors import BadCursor, DatabaseBusy, SelectionTooLarge
from store.reading.selection import Selection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from graphql import GraphQLSchema

    from store.store import Store


class Context(TypedDict):
    """What an operation is given.

    Attributes:
        store: answers it.
        schema: graphql-core's own schema.
    """

    store: Store
    schema: GraphQLSchema


log = logging.getLogger("newsgraph.gql")


class Execution(SchemaExtension):
    """Strawberry's hook around an execution.

    The store's JSON becomes the root value: every field finds its value there under its
    own key, so that graphql-core only checks and completes what the database has built.
    """

    async def on_execute(self) -> AsyncIterator[None]:
        """Answer the root fields before they are looked at."""
        context = self.execution_context
        document = context.graphql_document
        assert document is not None  # noqa: S101 - it has been parsed and validated
        # Strawberry's own `operation_name` is the first operation's where none is given.
        operation = get_operation_ast(document, context._provided_operation_name)
        if operation is None:
            # GraphQL specification, section 6.1.
            context.result = ExecutionResult(None, [GraphQLError(_WHICH)])
            yield
            return
        given: Context = context.context
        try:
            planned = plan(given["schema"], document, operation, context.variables or {})
            context.root_value = await answer(given["store"], planned)
        except Exception:
            # A client sees nothing of what is inside, whatever went wrong.
            log.exception("an operation could not be planned or answered")
            context.root_value = _Unanswered()
        yield


_WHICH = "There are several operations; tell which one by `operationName`."


class _Unanswered(dict[str, Any]):
    """A root whose every field is an error."""

    def __missing__(self, key: str) -> GraphQLError:
        return Unanswered()


async def answer(store: Store, planned: Plan) -> dict[str, Any]:
    """Return the value, or the error, of each planned root field by its key.

    Raises:
        StoreError: the store could not answer for a reason that is not the client's.
    """
    answers: dict[str, Any] = dict(planned.roots)
    asked = {key: one for key, one in planned.roots.items() if isinstance(one, Selection)}
    if not asked:
        return answers
    try:
        reading = await store.read(*asked.values())
    except BadCursor:
        # A field with a bad cursor must not take the others' answers away.
        bad = await _bad_cursors(store, planned, asked)
        good = {key: one for key, one in planned.roots.items() if key not in bad}
        return bad | await answer(store, Plan(good))
    except SelectionTooLarge as error:
        return answers | dict.fromkeys(asked, TooLarge(str(error)))
    except DatabaseBusy:
        return answers | dict.fromkeys(asked, Unanswered(busy=True))
    for key, text in zip(asked, reading.answers, strict=True):
        answers[key] = json.loads(text)[key]
    return answers


async def _bad_cursors(
    store: Store, planned: Plan, asked: dict[str, Selection]
) -> dict[str, BadInput]:
    bad = {}
    for key, selection in asked.items():
        try:
            await store.read(selection)
        except BadCursor as error:
            bad[key] = planned.bad_cursor(key, error.cursor)
    return bad
