"""Caches prepared operations, to be run again with other variables.

A cached operation has been parsed, validated, checked against every limit and planned once, by
the Strawberry extensions. When it is requested again, only its variables are coerced and bound.
A request with other plan variables, or with invalid ones, is a cache miss and is handled
by the extensions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from cachetools import LRUCache
from graphql import GraphQLError
from graphql.execution.values import get_variable_values

from newsgraph.gql.documents.document_cache import estimate_document_bytes
from newsgraph.gql.execution.raw_json import (
    build_data,
    data_template,
    encode_json,
    expired_results,
)
from newsgraph.gql.planning.plan_variables import (
    PlanVariables,
    find_plan_variables,
    plan_variables_key,
)
from newsgraph.store.errors import StoreError
from newsgraph.store.query.argument_slots import argument_slot

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from graphql import (
        DocumentNode,
        GraphQLSchema,
        OperationDefinitionNode,
        VariableDefinitionNode,
    )

    from newsgraph.gql.planning.plan import Plan
    from newsgraph.store.query.prepared_query import ParameterValues, PreparedQuery
    from newsgraph.store.query.selection import EdgeArguments
    from newsgraph.store.store import QueryResult, Store

CACHE_MAX_BYTES = 50_000_000
"""Maximum memory of the cached operations."""

_OVERHEAD_BYTES = 5_000
"""Estimated memory of a prepared operation in addition to its statements."""

ArgumentBinder: TypeAlias = "Callable[[Any], EdgeArguments]"
"""Returns the arguments of an edge for coerced variables."""


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """A validated request.

    Attributes:
        document_text: source text of the document.
        operation_name: the request's `operationName`; None if the document has one operation.
        document: the parsed and validated document.
        operation: the operation of the document that is run.
        variables: the variables before coercion.
    """

    document_text: str
    operation_name: str | None
    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PreparedOperation:
    """A planned operation with compiled statements; only the values of variables are missing.

    Attributes:
        store_query: the prepared query of the store.
        extensions: `extensions` of the response.
        expired_markers: by the index of a store result, the JSON that means an expired cursor
            or token.
        extensions_json: `extensions` as JSON.
        data_template: root fields of `data`, as `data_template` returns them.
    """

    store_query: PreparedQuery
    extensions: Mapping[str, Any]
    expired_markers: Mapping[int, bytes]
    extensions_json: bytes
    data_template: tuple[bytes | None, ...]

    def build_data(self, query_result: QueryResult) -> bytes:
        """Return the `data` of the response as JSON."""
        return build_data(self.data_template, query_result.results)

    def has_expired(self, query_result: QueryResult) -> bool:
        """Return whether a cursor or token has expired, for which the response has an error."""
        return any(
            query_result.results[index] == expired
            for index, expired in self.expired_markers.items()
        )

    @property
    def size_bytes(self) -> int:
        """Estimated memory in bytes."""
        sql_length = sum(len(statement.sql) for statement in self.store_query.query.statements)
        return _OVERHEAD_BYTES + 5 * sql_length


@dataclass(slots=True)
class _PlanVariant:
    """Prepared operations for one combination of the plan variables' values.

    Attributes:
        binders: for each edge whose arguments depend on variables, the function that binds them.
        prepared: prepared operations by the signature of those arguments.
    """

    binders: tuple[ArgumentBinder, ...]
    prepared: dict[Hashable, PreparedOperation] = field(default_factory=dict)


@dataclass(slots=True)
class _CachedOperation:
    """All prepared variants of an operation.

    Attributes:
        variable_definitions: the operation's variables.
        plan_variables: the variables that change the statements.
        size_bytes: estimated memory of the document and of all variants.
        variants: the variants by `plan_variables_key`.
    """

    variable_definitions: Sequence[VariableDefinitionNode]
    plan_variables: PlanVariables
    size_bytes: int
    variants: dict[Hashable, _PlanVariant] = field(default_factory=dict)


class OperationCache:
    """Caches prepared operations by the text of their document and their name.

    Args:
        schema: the schema that variables are coerced by.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._operations: LRUCache[tuple[str, str | None], _CachedOperation] = LRUCache(
            CACHE_MAX_BYTES, getsizeof=lambda operation: operation.size_bytes
        )

    def get(
        self, document_text: str, operation_name: str | None, variables: Mapping[str, Any]
    ) -> tuple[PreparedOperation, Sequence[ParameterValues]] | None:
        """Return a cached operation and the values of its statements; None if it is not cached.

        Args:
            document_text: source text of the document.
            operation_name: the operation to run; None if the document has one operation.
            variables: variables before coercion, not nested too deep for recursion.
        """
        cached = self._operations.get((document_text, operation_name))
        if cached is None:
            return None
        coerced = get_variable_values(self._schema, cached.variable_definitions, dict(variables))
        if isinstance(coerced, list):
            return None
        variant = cached.variants.get(plan_variables_key(cached.plan_variables, coerced.coerced))
        if variant is None:
            return None
        try:
            arguments = [bind(coerced) for bind in variant.binders]
            prepared = variant.prepared.get(_arguments_signature(arguments))
            if prepared is None:
                return None
            return prepared, prepared.store_query.bind(arguments)
        except (GraphQLError, StoreError):
            # The Strawberry extensions repeat the error and report it.
            return None

    async def prepare(
        self, store: Store, request: OperationRequest, plan: Plan, extensions: Mapping[str, Any]
    ) -> tuple[PreparedOperation, Sequence[ParameterValues]]:
        """Prepare an operation, cache it, and return it with the values of its statements.

        Args:
            store: the store that compiles the statements.
            request: the request.
            plan: its plan, whose result is the store's (`Plan.is_passthrough`).
            extensions: `extensions` of the response.

        Raises:
            StoreError: the store cannot compile the selections.
        """
        coerced = get_variable_values(
            self._schema, request.operation.variable_definitions or (), dict(request.variables)
        )
        assert not isinstance(coerced, list)  # noqa: S101 - planning has coerced them before
        positions, binders, arguments = [], [], []
        for selection_index, edges in enumerate(plan.edge_arguments.values()):
            for edge_index, edge in enumerate(edges):
                if edge.rebind is not None:
                    positions.append((selection_index, edge_index))
                    binders.append(edge.rebind)
                    arguments.append(edge.arguments)
        store_query = await store.prepare(list(plan.selections.values()), positions)
        prepared = PreparedOperation(
            store_query,
            extensions,
            expired_results(plan),
            encode_json(extensions),
            data_template(plan),
        )
        key = (request.document_text, request.operation_name)
        cached = self._operations.pop(key, None) or self._new_entry(request)
        variant = cached.variants.setdefault(
            plan_variables_key(cached.plan_variables, coerced.coerced), _PlanVariant(tuple(binders))
        )
        variant.prepared[_arguments_signature(arguments)] = prepared
        cached.size_bytes += prepared.size_bytes
        if cached.size_bytes <= CACHE_MAX_BYTES:
            self._operations[key] = cached
        return prepared, store_query.bind(arguments)

    def _new_entry(self, request: OperationRequest) -> _CachedOperation:
        return _CachedOperation(
            request.operation.variable_definitions or (),
            find_plan_variables(self._schema, request.document),
            estimate_document_bytes(request.document),
        )


def _arguments_signature(arguments: Sequence[EdgeArguments]) -> Hashable:
    """Return a key of the arguments: equal keys need the same statements and cost the same."""
    return tuple(
        (argument_slot(0, edge_arguments), edge_arguments.first, edge_arguments.last)
        for edge_arguments in arguments
    )
