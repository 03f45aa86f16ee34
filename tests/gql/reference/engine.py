"""Runs operations with graphql-core over the reference's resolvers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, build_schema, execute_sync, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values

from tests.gql.reference.errors import Refusals
from tests.gql.reference.resolvers import Resolvers

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLResolveInfo

    from tests.gql.reference.resolvers import Ranking
    from tests.gql.reference.rows import World


class Reference:
    """The naive engine over one store.

    Attributes:
        world: all there is in the store.
    """

    def __init__(self, sdl: str, world: World, ranking: Ranking) -> None:
        self.world = world
        self.schema = build_schema(sdl)
        Resolvers(world, ranking).attach(self.schema)
        query = self.schema.query_type
        assert query is not None
        for field in query.fields.values():
            assert field.resolve is not None
            field.resolve = _unless_refused(field.resolve)

    def answer(
        self, text: str, variables: dict[str, Any], operation_name: str | None = None
    ) -> dict[str, Any]:
        """Return ``data`` and ``refused``: by root field, what is wrong with it.

        Where nothing is run, there is no ``data``.
        """
        document = parse(text)
        if errors := validate(self.schema, document):
            return {"refused": {"": [error.message for error in errors]}}
        operation = get_operation_ast(document, operation_name)
        assert operation is not None
        coerced = get_variable_values(self.schema, operation.variable_definitions or (), variables)
        if isinstance(coerced, list):
            return {"refused": {"": [error.message for error in coerced]}}
        refused = Refusals(self.schema, self.world, document, coerced).walk(operation)
        result: Any = execute_sync(
            self.schema,
            document,
            context_value=refused,
            variable_values=variables,
            operation_name=operation_name,
        )
        unexpected = [one for one in result.errors or () if one.path and one.path[0] not in refused]
        assert not unexpected, unexpected
        return {"data": result.data, "refused": refused}


def _unless_refused(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def checked(root: object, info: GraphQLResolveInfo[Any], **asked: Any) -> Any:
        if codes := info.context.get(info.path.key):
            raise GraphQLError("refused", extensions={"code": codes[0]})
        return resolve(root, info, **asked)

    return checked
