"""Runs an operation: plans it, asks the store once, and gives graphql-core the answers."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, TypedDict

from graphql import ExecutionResult, GraphQLError, get_operation_ast
from graphql.language import OperationType
from strawberry.extensions import SchemaExtension

from gql.cost import MOST_SAID, Cost, cost, together, too_dear
from gql.errors import TOLD, TooLarge, Unanswered, refused
from gql.following import follow
from gql.plan import Plan, plan
from store.limits import Limits
from store.reading.selection import Selection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from graphql import GraphQLSchema

    from gql.options import Options
    from store.store import Store


class Context(TypedDict):
    """What an operation is given.

    Attributes:
        store: answers it.
        schema: graphql-core's own schema.
        options: what it may take.
    """

    store: Store
    schema: GraphQLSchema
    options: Options


log = logging.getLogger("newsgraph.gql")


class Execution(SchemaExtension):
    """Strawberry's hook around an execution.

    The store's JSON is the answer. Where graphql-core is needed (for errors, introspection,
    and types of interfaces) it becomes the root value, in which every field finds its value
    under its own key.
    """

    _told: dict[str, Any] | None = None

    async def on_execute(self) -> AsyncIterator[None]:
        """Answer the root fields before they are looked at."""
        context = self.execution_context
        document = context.graphql_document
        assert document is not None  # noqa: S101 - it has been parsed and validated
        # Strawberry's own `operation_name` is the first operation's where none is given.
        operation = get_operation_ast(document, context._provided_operation_name)
        assert operation is not None  # noqa: S101 - `gql.admission` has made sure
        given: Context = context.context
        try:
            planned = plan(given["schema"], document, operation, context.variables or {})
            found = together(
                cost(one) for one in planned.roots.values() if isinstance(one, Selection)
            )
            most = given["options"].max_cost
            self._told = {"cost": {"requested": min(found.total, MOST_SAID), "limit": most}}
            if found.total > most:
                told = self._too_dear(planned, found, most)
                context.result, context.root_value = ExecutionResult(None, [told]), told
            elif operation.operation is OperationType.SUBSCRIPTION:
                context.root_value = follow(given["store"], planned, found, given["options"])
            else:
                answers = await answer(given["store"], planned, given["options"])
                context.root_value = answers
                if planned.complete and not any(
                    isinstance(one, GraphQLError) for one in answers.values()
                ):
                    # The database has built what graphql-core would come to, leaf by leaf.
                    context.result = ExecutionResult(answers, None)
        except Exception:
            # A client sees nothing of what is inside, whatever went wrong.
            log.exception("an operation could not be planned or answered")
            context.root_value = _Unanswered()
        yield

    def get_results(self) -> dict[str, Any]:
        """Return what an answer's extensions tell: the operation's cost."""
        return self._told or {}

    def _too_dear(self, planned: Plan, found: Cost, most: int) -> TooLarge:
        # Nothing has been run, so that the error has no path in the answer.
        more = {
            "field": ".".join(found.path),
            "cost": min(found.total, MOST_SAID),
            "limit": "max_cost",
            "allowed": most,
        }
        nodes = planned.nodes.get(found.path[0])
        return TooLarge(too_dear(found, most), nodes, more=more)


class _Unanswered(dict[str, Any]):
    """A root whose every field is an error."""

    def __missing__(self, key: str) -> GraphQLError:
        return Unanswered()


async def answer(store: Store, planned: Plan, options: Options) -> dict[str, Any]:
    """Return the value, or the error, of each planned root field by its key.

    Raises:
        StoreError: the store could not answer for a reason that is not the client's.
    """
    answers: dict[str, Any] = dict(planned.roots)
    asked = {key: one for key, one in planned.roots.items() if isinstance(one, Selection)}
    if not asked:
        return answers
    limits = Limits(options.operation_seconds, options.response_bytes)
    try:
        reading = await store.read(*asked.values(), limits=limits)
    except TOLD as error:
        # Each field has an error of its own: graphql-core gives it the field's place.
        return answers | {key: refused(error) for key in asked}
    for key, text in zip(asked, reading.answers, strict=True):
        value = json.loads(text)[key]
        answers[key] = planned.passed[key] if value is None and key in planned.passed else value
    return answers
