"""Executes operations with graphql-core and the reference resolvers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, build_schema, execute_sync, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values

from tests.gql.reference.errors import ErrorFinder
from tests.gql.reference.resolvers import Resolvers

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLResolveInfo

    from tests.gql.reference.resolvers import Ranking
    from tests.gql.reference.rows import StoreContents


class ReferenceEngine:
    """Executes operations over the contents of one store.

    Attributes:
        contents: all objects in the store.
        schema: the schema with the reference resolvers.
    """

    def __init__(self, sdl: str, contents: StoreContents, ranking: Ranking) -> None:
        self.contents = contents
        self.schema = build_schema(sdl)
        Resolvers(contents, ranking).attach(self.schema)
        query = self.schema.query_type
        assert query is not None
        for field in query.fields.values():
            assert field.resolve is not None
            field.resolve = _raise_expected_error(field.resolve)

    def execute(
        self, text: str, variables: dict[str, Any], operation_name: str | None = None
    ) -> dict[str, Any]:
        """Return the expected ``data``, and the expected ``errors`` by root field.

        Without execution, because of invalid variables or an invalid document, there is no
        ``data``.
        """
        document = parse(text)
        if errors := validate(self.schema, document):
            return {"errors": {"": [error.message for error in errors]}}
        operation = get_operation_ast(document, operation_name)
        assert operation is not None
        coerced = get_variable_values(self.schema, operation.variable_definitions or (), variables)
        if isinstance(coerced, list):
            return {"errors": {"": [error.message for error in coerced]}}
        finder = ErrorFinder(self.schema, self.contents, document, coerced)
        expected_errors = finder.find(operation)
        result: Any = execute_sync(
            self.schema,
            document,
            context_value=expected_errors,
            variable_values=variables,
            operation_name=operation_name,
        )
        unexpected = [
            error
            for error in result.errors or ()
            if error.path and error.path[0] not in expected_errors
        ]
        assert not unexpected, unexpected
        return {"data": result.data, "errors": expected_errors}


def _raise_expected_error(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a root field's resolver so that it raises the error that is expected for the field."""

    def resolve_or_raise(root: object, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if codes := info.context.get(info.path.key):
            raise GraphQLError("expected error", extensions={"code": codes[0]})
        return resolve(root, info, **arguments)

    return resolve_or_raise
