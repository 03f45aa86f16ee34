"""Runs an operation: plans it, asks the store once, and gives graphql-core the answers."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, TypedDict

from graphql import ExecutionResult, GraphQLError, get_operation_ast
from graphql.language import OperationType
from strawberry.extensions import SchemaExtension

from newsgraph.gql.errors import TOLD, TooLarge, Unanswered, refused
from newsgraph.gql.execution.operation_cache import Request
from newsgraph.gql.execution.raw_json import Spliced
from newsgraph.gql.execution.subscription_events import follow
from newsgraph.gql.planning.cost import MOST_SAID, Cost, cost, together, too_dear
from newsgraph.gql.planning.plan import Plan, plan
from newsgraph.store.limits import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

    from newsgraph.gql.execution.operation_cache import Operations, Ready
    from newsgraph.gql.options import Options
    from newsgraph.store.query.prepared_query import Values
    from newsgraph.store.store import Store


class Context(TypedDict):
    """What an operation is given.

    Attributes:
        store: answers it.
        schema: graphql-core's own schema.
        options: what it may take.
        operations: keeps those that have been planned.
        splices: whether the answer goes out as bytes; else others take it apart.
    """

    store: Store
    schema: GraphQLSchema
    options: Options
    operations: Operations
    splices: bool


log = logging.getLogger("newsgraph.gql")


class Execution(SchemaExtension):
    """Strawberry's hook around an execution.

    The store's JSON is the answer. Where graphql-core is needed (for errors and introspection)
    it becomes the root value, in which every field finds its value under its own key.
    """

    _told: Mapping[str, Any] | None = None

    async def on_execute(self) -> AsyncIterator[None]:
        """Answer the root fields before they are looked at."""
        context = self.execution_context
        document = context.graphql_document
        assert document is not None  # noqa: S101 - it has been parsed and validated
        # Strawberry's own `operation_name` is the first operation's where none is given.
        operation = get_operation_ast(document, context._provided_operation_name)
        assert operation is not None  # noqa: S101 - `gql.documents.request_validation` has made sure
        given: Context = context.context
        try:
            await self._run(given, document, operation)
        except TOLD as error:
            # Each field has an error of its own: graphql-core gives it the field's place.
            context.root_value = _Refused(refused(error))
        except Exception:
            # A client sees nothing of what is inside, whatever went wrong.
            log.exception("an operation could not be planned or answered")
            context.root_value = _Refused(Unanswered())
        yield

    async def _run(
        self, given: Context, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        """Leave the result, or the root value that graphql-core completes, in the context."""
        context, options = self.execution_context, given["options"]
        variables, name = context.variables or {}, context._provided_operation_name
        found = given["operations"].find(context.query or "", name, variables)
        if found is not None:
            self._told = found[0].extensions
        else:
            following = operation.operation is OperationType.SUBSCRIPTION
            planned = plan(given["schema"], document, operation, variables, typed=following)
            costs = together(cost(one) for one in planned.selections.values())
            self._told = {
                "cost": {"requested": min(costs.total, MOST_SAID), "limit": options.max_cost}
            }
            if costs.total > options.max_cost:
                told = self._too_dear(planned, costs, options.max_cost)
                context.result, context.root_value = ExecutionResult(None, [told]), told
                return
            if following:
                context.root_value = follow(given["store"], planned, costs, options)
                return
            if planned.complete:
                asked = Request(context.query or "", name, document, operation, variables)
                found = await given["operations"].prepare(
                    given["store"], asked, planned, self._told
                )
        if found is not None and await self._is_whole(given, *found):
            return
        # An error belongs to the answer, or introspection does: the rest is graphql-core's,
        # which looks for the type of an interface's value.
        planned = plan(given["schema"], document, operation, variables, typed=True)
        context.root_value = await answer(given["store"], planned, options)

    async def _is_whole(self, given: Context, ready: Ready, values: Sequence[Values]) -> bool:
        """Leave the store's answer as the result, unless a cursor's time has passed."""
        question, limits = ready.prepared.question, limits_of(given["options"])
        reading = await given["store"].ask(question, values, limits)
        if ready.has_passed(reading):
            return False
        # The database has built what graphql-core would come to, leaf by leaf.
        data = ready.data(reading)
        whole: Any = Spliced(data, reading.revision) if given["splices"] else json.loads(data)
        self.execution_context.result = ExecutionResult(whole, None)
        return True

    def get_results(self) -> dict[str, Any]:
        """Return what an answer's extensions tell: the operation's cost."""
        return dict(self._told or {})

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


class _Refused(dict[str, Any]):
    """A root whose every field is the same error."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__()
        self._error = error

    def __missing__(self, key: str) -> GraphQLError:
        return self._error


async def answer(store: Store, planned: Plan, options: Options) -> dict[str, Any]:
    """Return the value, or the error, of each planned root field by its key.

    Raises:
        StoreError: the store could not answer.
    """
    answers: dict[str, Any] = dict(planned.roots)
    asked = planned.selections
    if not asked:
        return answers
    reading = await store.read(*asked.values(), limits=limits_of(options))
    for key, text in zip(asked, reading.answers, strict=True):
        value = json.loads(text)[key]
        answers[key] = planned.passed[key] if value is None and key in planned.passed else value
    return answers


def limits_of(options: Options) -> Limits:
    """Return what the reads of one operation may take together."""
    return Limits(options.operation_seconds, options.response_bytes)
