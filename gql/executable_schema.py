"""The schema, made by Strawberry; its fields take what the database has answered."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

import strawberry
from graphql import GraphQLError, GraphQLInterfaceType, GraphQLObjectType, is_introspection_type
from strawberry.schema.config import StrawberryConfig

from newsgraph.gql.documents.document_cache import Documents
from newsgraph.gql.documents.persisted import Persisted
from newsgraph.gql.documents.request_validation import Admission
from newsgraph.gql.execution.executor import Execution
from newsgraph.gql.execution.operation_cache import Operations
from newsgraph.gql.options import DEFAULTS
from newsgraph.gql.planning.selection_builder import TYPE_KEY
from newsgraph.gql.request_errors import coded
from newsgraph.gql.schema.query import Query
from newsgraph.gql.schema.scalars import SCALARS
from newsgraph.gql.schema.subscription import Subscription
from newsgraph.gql.schema.types import RelatedLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLResolveInfo, GraphQLSchema
    from strawberry.types import ExecutionContext

    from newsgraph.gql.options import Options

log = logging.getLogger("newsgraph.gql")


class Schema(strawberry.Schema):
    """Strawberry's schema over answers of the database."""

    def __init__(self, options: Options = DEFAULTS) -> None:
        """Args: options: what clients may do."""
        # No type depends on the options, so the schemas of a process share the types.
        vars(self).update(vars(_types()))
        self.extensions = (self._admission, Execution)
        self.options, self.persisted = options, Persisted(options)
        self.documents = Documents(self.graphql, options)
        self.operations = Operations(self.graphql)

    def _admission(self) -> Admission:
        return Admission(self.documents, self.persisted, self.options)

    @property
    def graphql(self) -> GraphQLSchema:
        """graphql-core's own schema."""
        return self._schema

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Give each error its code, and keep clients' mistakes out of the log."""
        hide = not self.options.introspection
        errors[:] = [coded(error, hide_suggestions=hide) for error in errors]
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
    following = schema.subscription_type
    assert following is not None  # noqa: S101 - `Subscription` is it
    for field in following.fields.values():
        field.subscribe = _events


def _events(root: Any, info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:  # noqa: ANN401 - graphql-core's signature
    """Return the events that a subscription's field has; raise its error."""
    found = root if isinstance(root, GraphQLError) else root[str(info.path.key)]
    if isinstance(found, GraphQLError):
        raise found
    return found


def _answer(row: Mapping[str, Any], info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:  # noqa: ANN401 - any field's value
    return row[str(info.path.key)]


def _type_name(row: Mapping[str, Any], *_: Any) -> str:  # noqa: ANN401 - graphql-core's signature
    return str(row[TYPE_KEY])


@cache
def sdl() -> str:
    """Return the schema in the Schema Definition Language, with a newline at its end."""
    return _types().as_str() + "\n"


@cache
def _types() -> strawberry.Schema:
    """Return Strawberry's schema, whose fields take their values from the database's answers."""
    schema = strawberry.Schema(
        query=Query,
        subscription=Subscription,
        types=[RelatedLink],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _take_answers(schema._schema)
    return schema
