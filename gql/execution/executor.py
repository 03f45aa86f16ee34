"""Runs an operation: plans it, queries the store once, and passes the results to graphql-core."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, TypedDict

from graphql import ExecutionResult, GraphQLError, get_operation_ast
from graphql.language import OperationType
from strawberry.extensions import SchemaExtension

from newsgraph.gql.errors import (
    CLIENT_VISIBLE_STORE_ERRORS,
    QueryTooLargeError,
    ServerError,
    to_graphql_error,
)
from newsgraph.gql.execution.operation_cache import OperationRequest
from newsgraph.gql.execution.raw_json import RawData
from newsgraph.gql.execution.subscription_events import create_event_streams
from newsgraph.gql.planning.cost import (
    MAX_REPORTED_COST,
    Cost,
    cost_limit_message,
    estimate_cost,
    sum_costs,
)
from newsgraph.gql.planning.plan import Plan, plan_operation
from newsgraph.store.query_limits import QueryLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

    from newsgraph.gql.execution.operation_cache import OperationCache, PreparedOperation
    from newsgraph.gql.options import Options
    from newsgraph.store.query.prepared_query import ParameterValues
    from newsgraph.store.store import Store


class Context(TypedDict):
    """Strawberry's context value of an operation.

    Attributes:
        store: the store that is read.
        schema: graphql-core's schema.
        options: the limits.
        operations: cache of prepared operations.
        accepts_raw_data: whether the transport can send `RawData`; otherwise the data is parsed.
    """

    store: Store
    schema: GraphQLSchema
    options: Options
    operations: OperationCache
    accepts_raw_data: bool


log = logging.getLogger("newsgraph.gql")


class StoreExecution(SchemaExtension):
    """Strawberry extension that reads the result of an operation from the store.

    The store's JSON is the result. Where graphql-core is needed, for errors and introspection,
    the JSON becomes the root value, in which every field finds its value under its response key.
    """

    _response_extensions: Mapping[str, Any] | None = None

    async def on_execute(self) -> AsyncIterator[None]:
        """Set the result or the root value before graphql-core executes the operation."""
        execution_context = self.execution_context
        document = execution_context.graphql_document
        assert document is not None  # noqa: S101 - it has been parsed and validated
        # Strawberry's own `operation_name` is the first operation's if the request has none.
        operation = get_operation_ast(document, execution_context._provided_operation_name)
        assert operation is not None  # noqa: S101 - `gql.documents.request_validation` checked it
        context: Context = execution_context.context
        try:
            await self._run(context, document, operation)
        except CLIENT_VISIBLE_STORE_ERRORS as error:
            # graphql-core reports an error for each root field, with the field's path.
            execution_context.root_value = _FailedRoot(to_graphql_error(error))
        except Exception:
            # Internal details stay in the log, whatever failed.
            log.exception("an operation could not be planned or executed")
            execution_context.root_value = _FailedRoot(ServerError())
        yield

    async def _run(
        self, context: Context, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        """Set the result, or the root value that graphql-core completes, on the context."""
        execution_context, options = self.execution_context, context["options"]
        variables = execution_context.variables or {}
        operation_name = execution_context._provided_operation_name
        prepared_and_values = context["operations"].get(
            execution_context.query or "", operation_name, variables
        )
        if prepared_and_values is not None:
            self._response_extensions = prepared_and_values[0].extensions
        else:
            is_subscription = operation.operation is OperationType.SUBSCRIPTION
            plan = plan_operation(
                context["schema"],
                document,
                operation,
                variables,
                include_type_names=is_subscription,
            )
            cost = sum_costs(estimate_cost(field) for field in plan.selections.values())
            self._response_extensions = {
                "cost": {
                    "requested": min(cost.total, MAX_REPORTED_COST),
                    "limit": options.max_cost,
                }
            }
            if cost.total > options.max_cost:
                error = self._cost_limit_error(plan, cost, options.max_cost)
                execution_context.result = ExecutionResult(None, [error])
                execution_context.root_value = error
                return
            if is_subscription:
                execution_context.root_value = create_event_streams(
                    context["store"], plan, cost, options
                )
                return
            if plan.is_passthrough:
                request = OperationRequest(
                    execution_context.query or "", operation_name, document, operation, variables
                )
                prepared_and_values = await context["operations"].prepare(
                    context["store"], request, plan, self._response_extensions
                )
        if prepared_and_values is not None and await self._set_store_result(
            context, *prepared_and_values
        ):
            return
        # The response has errors or introspection, which graphql-core adds. It needs the type
        # names of interface values.
        plan = plan_operation(
            context["schema"], document, operation, variables, include_type_names=True
        )
        execution_context.root_value = await read_root_values(context["store"], plan, options)

    async def _set_store_result(
        self, context: Context, prepared: PreparedOperation, values: Sequence[ParameterValues]
    ) -> bool:
        """Set the store's JSON as the result, and return False if a cursor or token has expired."""
        query_result = await context["store"].run(
            prepared.store_query.query, values, operation_limits(context["options"])
        )
        if prepared.has_expired(query_result):
            return False
        # The database has built exactly what graphql-core would complete field by field.
        data_json = prepared.build_data(query_result)
        data: Any = (
            RawData(data_json, query_result.revision)
            if context["accepts_raw_data"]
            else json.loads(data_json)
        )
        self.execution_context.result = ExecutionResult(data, None)
        return True

    def get_results(self) -> dict[str, Any]:
        """Return the `extensions` of the response: the operation's cost."""
        return dict(self._response_extensions or {})

    def _cost_limit_error(self, plan: Plan, cost: Cost, max_cost: int) -> QueryTooLargeError:
        # The operation has not been run, so the error has no path in the response.
        extensions = {
            "field": ".".join(cost.costliest_path),
            "cost": min(cost.total, MAX_REPORTED_COST),
            "limit": "max_cost",
            "allowed": max_cost,
        }
        nodes = plan.field_nodes.get(cost.costliest_path[0])
        message = cost_limit_message(cost, max_cost)
        return QueryTooLargeError(message, nodes, extra_extensions=extensions)


class _FailedRoot(dict[str, Any]):
    """A root value in which every field has the same error."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__()
        self._error = error

    def __missing__(self, key: str) -> GraphQLError:
        return self._error


async def read_root_values(store: Store, plan: Plan, options: Options) -> dict[str, Any]:
    """Read the root fields of an operation; return the value or error of each by response key.

    Args:
        store: the store that is read.
        plan: the planned operation.
        options: the limits.

    Raises:
        StoreError: the read failed.
    """
    values: dict[str, Any] = dict(plan.root_fields)
    selections = plan.selections
    if not selections:
        return values
    query_result = await store.read(*selections.values(), limits=operation_limits(options))
    for key, result in zip(selections, query_result.results, strict=True):
        value = json.loads(result)[key]
        is_expired = value is None and key in plan.expired_errors
        values[key] = plan.expired_errors[key] if is_expired else value
    return values


def operation_limits(options: Options) -> QueryLimits:
    """Return the store's limits for all reads of one operation together."""
    return QueryLimits(options.operation_seconds, options.response_bytes)
