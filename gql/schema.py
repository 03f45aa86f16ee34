"""The schema, made by Strawberry; its fields take what the database has answered."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, is_introspection_type
from strawberry.schema.config import StrawberryConfig

from gql.execution import Execution
from gql.plan import TYPE_KEY
from gql.query import Query
from gql.scalars import SCALARS
from gql.types import RelatedLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema
    from strawberry.types import ExecutionContext

log = logging.getLogger("newsgraph.gql")


class Schema(strawberry.Schema):
    """Strawberry's schema over answers of the database."""

    def __init__(self) -> None:
        super().__init__(
            query=Query,
            types=[RelatedLink],
            extensions=[Execution],
            config=StrawberryConfig(scalar_map=SCALARS),
        )
        _take_answers(self.graphql)

    @property
    def graphql(self) -> GraphQLSchema:
        """graphql-core's own schema."""
        return self._schema

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Keep clients' mistakes out of the log; ours are logged where they happen."""
        for error in errors:
            log.debug("%s", error, extra={"context": execution_context})


def _take_answers(schema: GraphQLSchema) -> None:
    """Let every field take its value from the database's JSON, by its key in the response.

    An alias is such a key, which Strawberry's own default resolver is not told of.
    """
    for one in schema.type_map.values():
        if is_introspection_type(one):
            continue
        if isinstance(one, GraphQLInterfaceType):
            one.resolve_type = _type_name
        elif isinstance(one, GraphQLObjectType):
            one.is_type_of = None
            for field in one.fields.values():
                field.resolve = _answer


def _answer(row: Mapping[str, Any], info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:  # noqa: ANN401 - any field's value
    return row[str(info.path.key)]


def _type_name(row: Mapping[str, Any], *_: Any) -> str:  # noqa: ANN401 - graphql-core's signature
    return str(row[TYPE_KEY])


def sdl() -> str:
    """Return the schema in the Schema Definition Language, with a newline at its end."""
    return Schema().as_str() + "\n"
