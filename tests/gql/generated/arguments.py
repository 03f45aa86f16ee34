"""Draws arguments of fields: values that occur in the store, and some that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    value_from_ast_untyped,
)

from newsgraph.store.documents.identity import encode_node_id
from tests.gql.generated.values import ABSENT, Drawn, Enum
from tests.gql.reference.pages import BY_NAME, FIELD_ORDERS, NEWEST, ORDERS, get_order
from tests.gql.reference.resolvers import END, format_token

if TYPE_CHECKING:
    from graphql import GraphQLArgument, GraphQLField, GraphQLInputField

    from tests.gql.generated.choices import ChoiceSource
    from tests.gql.generated.values import Variables
    from tests.gql.reference.rows import GraphObject, StoreContents

SEARCH_QUERIES = (
    "robots",
    "learn",
    "deep learning",
    '"deep learning"',
    "learning -robots",
    "robot*",
    "Roboter OR learn",
    "koln",
    "ÜBERBLICK",
    '"learns from" videos',
    "ethique",
    "angstrom",
    "cnet.com",
    "日本語",
    "роботах",
    "state-of-the-art",
    "-robots",
    "🤖",
    "",
    '"',
    "nothing-of-the-kind",
    "gpt*",
    "title:robots NEAR(a b) * AND",
    '-"deep learning" from',
    "a* b* -c*",
)
"""Queries of searches and of text filters."""

TIMES = (
    "2021-03-12T21:41:00Z",
    "2021-03-12",
    "2021-03-12T23:41:00+02:00",
    "2020-01-01T00:00:00Z",
    "2021-04-01",
    "1969-12-31T23:59:59-00:30",
    "2019-12-31T23:59:59Z",
)

NUMBERS = (50, 0, 87, 70, -5, 2**31 - 1, -(2**31), 49, 51)

INVALID_VALUES = ("", "zz", "6e", "robots", "ÿ", "6e6577657374", "😀" * 3)
"""Values that are not valid as a cursor, an id or a token."""


CURSOR_ARGUMENTS = ("after", "before")

ARGUMENT_ODDS = {"last": 5, "after": 4, "before": 5}
"""An argument is used one time in this number; arguments not listed every second time."""


class ValuePool:
    """Values of arguments that occur in a store, and some that do not.

    Attributes:
        contents: the contents of the store.
        search_cursors: the cursors of each search query's results.
        slugs: slugs of articles.
        topics: slugs and aliases of topics.
        domains: domains of providers.
        ids: ids of nodes.
        urls: URLs of articles.
        texts: values of the fields ``type`` and ``category``.
    """

    def __init__(self, contents: StoreContents, search_cursors: dict[str, list[str]]) -> None:
        self.contents, self.search_cursors = contents, search_cursors
        articles = contents.articles
        self.slugs = [article["slug"] for article in articles] + ["no-such"]
        self.topics = [topic["slug"] for topic in contents.topics]
        self.topics += [*contents.topics_by_alias, "no-such"]
        self.domains = [provider["domain"] for provider in contents.providers]
        self.domains.append("no-such.example")
        self.topics.sort()
        self.domains.sort()
        nodes = (*contents.topics, *contents.providers, *articles, *contents.links)
        unknown_ids = [
            encode_node_id(type_, 5) for type_ in ("Article", "Topic", "Provider", "RelatedLink")
        ]
        self.ids = sorted(node["id"] for node in nodes) + unknown_ids
        url_fields = ("webUrl", "originalUrl", "ampUrl")
        urls = {article[name] for article in articles for name in url_fields}
        known = sorted(url for url in urls if url)
        tracked = [url.replace("https://", "http://www.") + "&utm_source=x#y" for url in known[:9]]
        former = [f"{url}/?utm_source=x#top" for url in sorted(contents.keys_by_alias)]
        self.urls = [*known, *tracked, *former, "https://nowhere.example/", "not a URL"]
        values_by_field = {
            name: {article[name] for article in articles} - {None} for name in ("type", "category")
        }
        self.texts = {
            name: [*sorted(values), "no-such"] for name, values in values_by_field.items()
        }


class ArgumentGenerator:
    """Draws the arguments of fields.

    Args:
        source: makes the choices.
        pool: the values to choose from.
        variables: the variables of the operation.
        small_pages: whether every page and list gets a small ``first`` or ``last``.
    """

    def __init__(
        self, source: ChoiceSource, pool: ValuePool, variables: Variables, *, small_pages: bool
    ) -> None:
        self._source, self._pool, self._variables = source, pool, variables
        self._small_pages = small_pages

    def draw_arguments(
        self, parent: str, name: str, field: GraphQLField, max_rows: int
    ) -> dict[str, Drawn]:
        """Draw the arguments of a field.

        Args:
            parent: the type that has the field.
            name: name of the field.
            field: definition of the field.
            max_rows: maximum number of rows that the field may request.
        """
        drawn: dict[str, Drawn] = {}
        max_rows = min(max_rows, 2) if self._small_pages else max_rows
        chosen = self._choose_arguments(parent, name, field)
        # The order decides which cursors are valid, so it is drawn before them.
        for argument in sorted(chosen, key=lambda argument: argument in CURSOR_ARGUMENTS):
            definition = field.args[argument]
            value = self._draw_value(name, argument, definition, drawn, max_rows)
            drawn[argument] = self._variables.maybe_replace(
                value, str(definition.type), _default(definition)
            )
            self._source.used.add(f"{parent}.{name}({argument}:)")
        return {argument: drawn[argument] for argument in chosen}

    def _choose_arguments(self, parent: str, name: str, field: GraphQLField) -> list[str]:
        source = self._source
        if (parent, name) == ("Query", "article"):
            if source.choose_invalid():
                return source.sample(list(field.args), 2)
            return [source.choice(["slug", "url"])]
        required = [
            argument
            for argument, definition in field.args.items()
            if isinstance(definition.type, GraphQLNonNull) and _default(definition) is ABSENT
        ]
        optional = [argument for argument in field.args if argument not in required]
        chosen = [
            argument for argument in optional if source.one_in(ARGUMENT_ODDS.get(argument, 2))
        ]
        if {"first", "last"} <= set(chosen) and not source.choose_invalid():
            chosen.remove("first")
        if self._small_pages and "first" in optional and not {"first", "last"} & set(chosen):
            chosen.append("first")
        return [*required, *chosen]

    def _draw_value(
        self,
        name: str,
        argument: str,
        definition: GraphQLArgument,
        drawn: dict[str, Drawn],
        max_rows: int,
    ) -> Drawn:
        source, pool = self._source, self._pool
        if not isinstance(definition.type, GraphQLNonNull) and source.one_in(12):
            return Drawn(None, None)
        match argument:
            case "first" | "last":
                return self._draw_size(max_rows)
            case "after" | "before":
                return _constant(self._draw_cursor(name, drawn))
            case "slug":
                return _constant(source.choice(pool.slugs if name == "article" else pool.topics))
            case "domain":
                return _constant(source.choice(pool.domains))
            case "url":
                return _constant(source.choice(pool.urls))
            case "id":
                return _constant(self._draw_id())
            case "ids":
                count = (
                    101
                    if source.choose_invalid() and source.choose_invalid()
                    else source.integer(5)
                )
                ids = [self._draw_id() for _ in range(min(count, 5))]
                return _constant(ids + ids[:1] * (count - len(ids)))
            case "query":
                return _constant(source.choice(SEARCH_QUERIES))
            case "since":
                return _constant(self._draw_token())
        return self._draw_input(argument, definition.type)

    def _draw_size(self, max_rows: int) -> Drawn:
        if self._source.choose_invalid():
            return _constant(self._source.choice([-1, 101, 1001, -(2**31)]))
        return _constant(
            self._source.choice(
                [number for number in (1, 2, 0, 3, 5, 7, 20, 100) if number <= max_rows]
            )
        )

    def _draw_id(self) -> str:
        if self._source.choose_invalid():
            return self._source.choice([*INVALID_VALUES, encode_node_id("Image", 5)])
        return self._source.choice(self._pool.ids)

    def _draw_token(self) -> str:
        source, contents = self._source, self._pool.contents
        if source.choose_invalid():
            foreign = f"log|elsewhere|1|{END}|1".encode().hex()
            return source.choice([*INVALID_VALUES, foreign, format_token(contents, 9, 0, 9)])
        change = source.choice(contents.log)
        revision, position = change["revision"], change["_position"]
        return format_token(
            contents, revision, source.choice((position, END)), source.choice((revision, 2))
        )

    def _draw_cursor(self, name: str, drawn: dict[str, Drawn]) -> str:
        source, contents = self._source, self._pool.contents
        if source.choose_invalid():
            others = [order.cursor(contents.articles[0]) for order in ORDERS.values()]
            return source.choice([*INVALID_VALUES, *others, BY_NAME.cursor(contents.topics[0])])
        order_by = drawn.get("orderBy")
        if name == "search":
            if order_by is not None and order_by.value == "DATE":
                return NEWEST.cursor(source.choice(contents.articles))
            cursors = self._pool.search_cursors.get(drawn["query"].value, [])
            # A search without results has no valid cursor.
            return source.choice(cursors or list(INVALID_VALUES))
        rows_by_field: dict[str, list[GraphObject]] = {
            "topics": contents.topics,
            "providers": contents.providers,
            "relatedLinks": contents.links,
            "diagnostics": contents.diagnostics,
        }
        order, rows = FIELD_ORDERS.get(name, NEWEST), rows_by_field.get(name, contents.articles)
        if (
            order_by is not None
            and order_by.value is not ABSENT
            and None not in (order_by.value or {}).values()
        ):
            order = get_order(order_by.value)
        row = source.choice(rows)
        if source.one_in(6):
            # A cursor stays valid after its row was removed.
            value, _ = order.position(row)
            return order.format_cursor(value, source.choice([1, 2**62, 2**63 - 1]))
        return order.cursor(row)

    def _draw_input(self, name: str, type_: Any, depth: int = 0) -> Drawn:
        """Draw a value of an input type.

        Args:
            name: name of the argument or input field.
            type_: its type.
            depth: number of input objects around the value.
        """
        source = self._source
        type_ = get_nullable_type(type_)
        if isinstance(type_, GraphQLList):
            maximum = 2 if name in ("and", "or") else 3
            items = [
                self._draw_input(name, type_.of_type, depth) for _ in range(source.integer(maximum))
            ]
            if len(items) == 1 and source.one_in(4):
                return items[0]  # GraphQL coerces a single value to a list.
            items = [self._variables.maybe_replace(item, str(type_.of_type)) for item in items]
            return Drawn([item.written for item in items], [item.value for item in items])
        if isinstance(type_, GraphQLInputObjectType):
            return self._draw_object(type_, depth)
        if isinstance(type_, GraphQLEnumType):
            value = source.choice(list(type_.values))
            source.used.add(f"{type_.name}.{value}")
            return _constant(Enum(value))
        return _constant(self._draw_scalar(name, get_named_type(type_).name))

    def _draw_object(self, type_: GraphQLInputObjectType, depth: int) -> Drawn:
        recursive = ("and", "or", "not")
        names = [name for name in type_.fields if depth < 3 or name not in recursive]
        written, value = {}, {}
        for name in self._source.sample(names, 2) or names[self._source.integer(len(names)) :][:1]:
            drawn = self._draw_input_field(type_, name, type_.fields[name], depth + 1)
            written[name] = drawn.written
            if drawn.value is not ABSENT:
                value[name] = drawn.value
        for name, field in type_.fields.items():
            if (default := _default(field)) is not ABSENT:
                value.setdefault(name, default)
        return Drawn(written, value)

    def _draw_input_field(
        self, type_: GraphQLInputObjectType, name: str, field: GraphQLInputField, depth: int
    ) -> Drawn:
        self._source.used.add(f"{type_.name}.{name}")
        if not isinstance(field.type, GraphQLNonNull) and self._source.one_in(10):
            drawn = Drawn(None, None)
        else:
            drawn = self._draw_input(name, field.type, depth)
        return self._variables.maybe_replace(drawn, str(field.type), _default(field))

    def _draw_scalar(self, name: str, type_name: str) -> Any:
        source, pool = self._source, self._pool
        match type_name, name:
            case "Boolean", _:
                return source.one_in(2)
            case "Int", _:
                return source.choice(NUMBERS)
            case "DateTime", _:
                return "yesterday" if source.choose_invalid() else source.choice(TIMES)
            case _, "providers":
                return source.choice(pool.domains)
            case _, "any" | "all" | "none":
                return source.choice(pool.topics)
            case _, "text":
                return source.choice(SEARCH_QUERIES)
        return source.choice(pool.texts["category"] + pool.texts["type"])


def _constant(value: Any) -> Drawn:
    """Return a value without variables."""
    return Drawn(value, value)


def _default(definition: GraphQLArgument | GraphQLInputField) -> Any:
    """Return the default value of an argument or input field, or `ABSENT`."""
    if definition.default is None or definition.default.literal is None:
        return ABSENT
    return value_from_ast_untyped(definition.default.literal)
