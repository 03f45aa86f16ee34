"""Operations that have been planned before, ready to be asked again with other variables.

What is kept has been parsed, validated, held to every limit and planned once, by
Strawberry's hooks. Again, only its variables are coerced and bound. Whatever is new about
a request (another shape of its variables, or a mistake in them) is not found here, and goes
the long way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from cachetools import LRUCache
from graphql import GraphQLError
from graphql.execution.values import get_variable_values

from newsgraph.gql.documents.document_cache import weight
from newsgraph.gql.execution.raw_json import data_of, passed, pieces
from newsgraph.gql.http.protocol import told
from newsgraph.gql.planning.shape_variables import Shaping, shape_of, shaping
from newsgraph.store.errors import StoreError
from newsgraph.store.query.argument_slots import slot

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from graphql import (
        DocumentNode,
        GraphQLSchema,
        OperationDefinitionNode,
        VariableDefinitionNode,
    )

    from newsgraph.gql.planning.plan import Plan
    from newsgraph.store.query.prepared_query import Prepared, Values
    from newsgraph.store.query.selection import Arguments
    from newsgraph.store.store import Reading, Store

KEPT_BYTES = 50_000_000
"""How much memory the operations that are kept may take."""

_EACH = 5_000
"""What a question takes beside its statements."""

Again: TypeAlias = "Callable[[Any], Arguments]"


@dataclass(frozen=True, slots=True)
class Request:
    """What a request asks, in which nothing is wrong.

    Attributes:
        text: the document's.
        name: what the request calls the operation; None where there is but one.
        document: parsed and valid.
        operation: the one of its operations that is run.
        variables: as the client gave them.
    """

    text: str
    name: str | None
    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ready:
    """What to ask the store, but for the values of some arguments.

    Attributes:
        prepared: the question.
        extensions: the answer's.
        passed: by a root field's place, the answer that means that a cursor's or token's time
            has passed.
        told: the extensions as JSON.
        pieces: of its `data`, as far as they are known beforehand.
    """

    prepared: Prepared
    extensions: Mapping[str, Any]
    passed: Mapping[int, bytes]
    told: bytes
    pieces: tuple[bytes | None, ...]

    def data(self, reading: Reading) -> bytes:
        """Return the `data` of the answer."""
        return data_of(self.pieces, reading.answers)

    def has_passed(self, reading: Reading) -> bool:
        """Tell whether the time of a cursor or token has passed: an error tells of it."""
        return any(reading.answers[place] == null for place, null in self.passed.items())

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        texts = sum(len(one.sql) for one in self.prepared.question.statements)
        return _EACH + 5 * texts


@dataclass(slots=True)
class _Shape:
    """The arguments that hang on variables, and what they can ask for."""

    again: tuple[Again, ...]
    ready: dict[Hashable, Ready] = field(default_factory=dict)


@dataclass(slots=True)
class _Known:
    variables: Sequence[VariableDefinitionNode]
    shaping: Shaping
    size: int
    shapes: dict[Hashable, _Shape] = field(default_factory=dict)


class Operations:
    """Knows operations by their documents' texts and their names."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: LRUCache[tuple[str, str | None], _Known] = LRUCache(
            KEPT_BYTES, getsizeof=lambda known: known.size
        )

    def find(
        self, text: str, name: str | None, variables: Mapping[str, Any]
    ) -> tuple[Ready, Sequence[Values]] | None:
        """Return what a request asks, and with what values, if such a one was kept.

        Args:
            text: the document's.
            name: which of its operations; None where it has one.
            variables: as the client gave them, not nested too deep to be looked at.
        """
        known = self._known.get((text, name))
        if known is None:
            return None
        coerced = get_variable_values(self._schema, known.variables, dict(variables))
        if isinstance(coerced, list):
            return None
        shape = known.shapes.get(shape_of(known.shaping, coerced.coerced))
        if shape is None:
            return None
        try:
            given = [again(coerced) for again in shape.again]
            ready = shape.ready.get(_signature(given))
            return None if ready is None else (ready, ready.prepared.values(given))
        except (GraphQLError, StoreError):
            # Somebody else says what is wrong.
            return None

    async def prepare(
        self, store: Store, asked: Request, planned: Plan, extensions: Mapping[str, Any]
    ) -> tuple[Ready, Sequence[Values]]:
        """Return what a request asks, and with what values, and keep it for others.

        Args:
            store: will be asked.
            asked: the request.
            planned: the whole answer is the store's.
            extensions: the answer's.

        Raises:
            StoreError: it cannot be asked.
        """
        coerced = get_variable_values(
            self._schema, asked.operation.variable_definitions or (), dict(asked.variables)
        )
        assert not isinstance(coerced, list)  # noqa: S101 - it has been planned
        open_, again, given = [], [], []
        for number, edges in enumerate(planned.given.values()):
            for place, edge in enumerate(edges):
                if edge.again is not None:
                    open_.append((number, place))
                    again.append(edge.again)
                    given.append(edge.arguments)
        prepared = await store.prepare(list(planned.selections.values()), open_)
        ready = Ready(prepared, extensions, passed(planned), told(extensions), pieces(planned))
        key = (asked.text, asked.name)
        known = self._known.pop(key, None) or self._new(asked)
        shape = shape_of(known.shaping, coerced.coerced)
        known.shapes.setdefault(shape, _Shape(tuple(again))).ready[_signature(given)] = ready
        known.size += ready.size
        if known.size <= KEPT_BYTES:
            self._known[key] = known
        return ready, prepared.values(given)

    def _new(self, asked: Request) -> _Known:
        variables = asked.operation.variable_definitions or ()
        return _Known(variables, shaping(self._schema, asked.document), weight(asked.document))


def _signature(given: Sequence[Arguments]) -> Hashable:
    """Return what decides a statement and its cost, without the values that it leaves open."""
    return tuple((slot(0, one), one.first, one.last) for one in given)
