"""Arguments: values that mean something to the store that is asked, and some that do not."""

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

from newsgraph.store.documents.identity import node_id
from tests.gql.generated.values import ABSENT, Drawn, Enum
from tests.gql.reference.pages import BY_NAME, NEWEST, OF_FIELD, ORDERS, order_of
from tests.gql.reference.resolvers import END, token

if TYPE_CHECKING:
    from graphql import GraphQLArgument, GraphQLField, GraphQLInputField

    from tests.gql.generated.randomness import Dice
    from tests.gql.generated.values import Variables
    from tests.gql.reference.rows import Thing, World

TEXTS = (
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
"""What is searched for."""

MOMENTS = (
    "2021-03-12T21:41:00Z",
    "2021-03-12",
    "2021-03-12T23:41:00+02:00",
    "2020-01-01T00:00:00Z",
    "2021-04-01",
    "1969-12-31T23:59:59-00:30",
    "2019-12-31T23:59:59Z",
)

NUMBERS = (50, 0, 87, 70, -5, 2**31 - 1, -(2**31), 49, 51)

GARBAGE = ("", "zz", "6e", "robots", "ÿ", "6e6577657374", "😀" * 3)
"""What is no cursor, no id and no token."""


CURSORS = ("after", "before")

ODDS = {"last": 5, "after": 4, "before": 5}
"""One time in how many an argument is given; others every second time."""


class Pool:
    """What a store has, as values of arguments."""

    def __init__(self, world: World, cursors_of: dict[str, list[str]]) -> None:
        self.world, self.cursors_of = world, cursors_of
        articles = world.articles
        self.slugs = [one["slug"] for one in articles] + ["no-such"]
        self.topics = [one["slug"] for one in world.topics] + [*world.aliased, "no-such"]
        self.domains = [one["domain"] for one in world.providers] + ["no-such.example"]
        self.topics.sort()
        self.domains.sort()
        things = (*world.topics, *world.providers, *articles, *world.links)
        gone = [node_id(kind, 5) for kind in ("Article", "Topic", "Provider", "RelatedLink")]
        self.ids = sorted(one["id"] for one in things) + gone
        urls = {one[name] for one in articles for name in ("webUrl", "originalUrl", "ampUrl")}
        known = sorted(url for url in urls if url)
        tracked = [url.replace("https://", "http://www.") + "&utm_source=x#y" for url in known[:9]]
        self.urls = [*known, *tracked, "https://nowhere.example/", "no address"]
        of_kind = {name: {one[name] for one in articles} - {None} for name in ("type", "category")}
        self.texts = {name: [*sorted(values), "no-such"] for name, values in of_kind.items()}


class Arguments:
    """Draws the arguments of fields.

    Args:
        dice: makes the choices.
        pool: what the store has.
        variables: of the operation.
        sized: whether all pages and lists are given their size, and a small one.
    """

    def __init__(self, dice: Dice, pool: Pool, variables: Variables, *, sized: bool) -> None:
        self._dice, self._pool, self._variables, self._sized = dice, pool, variables, sized

    def of(self, parent: str, name: str, field: GraphQLField, rows: int) -> dict[str, Drawn]:
        """Draw the arguments of a field.

        Args:
            parent: the type that has the field.
            name: of the field.
            field: its definition.
            rows: how many rows it may ask for.
        """
        drawn: dict[str, Drawn] = {}
        rows = min(rows, 2) if self._sized else rows
        chosen = self._chosen(parent, name, field)
        # The order decides which cursors are right, so it is drawn before them.
        for argument in sorted(chosen, key=lambda one: one in CURSORS):
            definition = field.args[argument]
            value = self._value(name, argument, definition, drawn, rows)
            drawn[argument] = self._variables.maybe(
                value, str(definition.type), _default(definition)
            )
            self._dice.used.add(f"{parent}.{name}({argument}:)")
        return {argument: drawn[argument] for argument in chosen}

    def _chosen(self, parent: str, name: str, field: GraphQLField) -> list[str]:
        dice = self._dice
        if (parent, name) == ("Query", "article"):
            if dice.mischief():
                return dice.some_of(list(field.args), 2)
            return [dice.one_of(["slug", "url"])]
        required = [
            one
            for one, definition in field.args.items()
            if isinstance(definition.type, GraphQLNonNull) and _default(definition) is ABSENT
        ]
        optional = [one for one in field.args if one not in required]
        chosen = [one for one in optional if dice.chance(ODDS.get(one, 2))]
        if {"first", "last"} <= set(chosen) and not dice.mischief():
            chosen.remove("first")
        if self._sized and "first" in optional and not {"first", "last"} & set(chosen):
            chosen.append("first")
        return [*required, *chosen]

    def _value(
        self,
        name: str,
        argument: str,
        definition: GraphQLArgument,
        drawn: dict[str, Drawn],
        rows: int,
    ) -> Drawn:
        dice, pool = self._dice, self._pool
        if not isinstance(definition.type, GraphQLNonNull) and dice.chance(12):
            return Drawn(None, None)
        match argument:
            case "first" | "last":
                return self._size(rows)
            case "after" | "before":
                return _same(self._cursor(name, drawn))
            case "slug":
                return _same(dice.one_of(pool.slugs if name == "article" else pool.topics))
            case "domain":
                return _same(dice.one_of(pool.domains))
            case "url":
                return _same(dice.one_of(pool.urls))
            case "id":
                return _same(self._id())
            case "ids":
                number = 101 if dice.mischief() and dice.mischief() else dice.number(5)
                ids = [self._id() for _ in range(min(number, 5))]
                return _same(ids + ids[:1] * (number - len(ids)))
            case "query":
                return _same(dice.one_of(TEXTS))
            case "since":
                return _same(self._token())
        return self.input(argument, definition.type)

    def _size(self, rows: int) -> Drawn:
        if self._dice.mischief():
            return _same(self._dice.one_of([-1, 101, 1001, -(2**31)]))
        return _same(
            self._dice.one_of([number for number in (1, 2, 0, 3, 5, 7, 20, 100) if number <= rows])
        )

    def _id(self) -> str:
        if self._dice.mischief():
            return self._dice.one_of([*GARBAGE, node_id("Image", 5)])
        return self._dice.one_of(self._pool.ids)

    def _token(self) -> str:
        dice, world = self._dice, self._pool.world
        if dice.mischief():
            foreign = f"log|elsewhere|1|{END}|1".encode().hex()
            return dice.one_of([*GARBAGE, foreign, token(world, 9, 0, 9)])
        change = dice.one_of(world.log)
        revision, position = change["revision"], change["_position"]
        return token(world, revision, dice.one_of((position, END)), dice.one_of((revision, 2)))

    def _cursor(self, name: str, drawn: dict[str, Drawn]) -> str:
        dice, world = self._dice, self._pool.world
        if dice.mischief():
            others = [order.cursor(world.articles[0]) for order in ORDERS.values()]
            return dice.one_of([*GARBAGE, *others, BY_NAME.cursor(world.topics[0])])
        if name == "search":
            known = self._pool.cursors_of.get(drawn["query"].value, [])
            # Without one it is refused, and rightly.
            return dice.one_of(known or list(GARBAGE))
        things: dict[str, list[Thing]] = {
            "topics": world.topics,
            "providers": world.providers,
            "relatedLinks": world.links,
            "diagnostics": world.diagnostics,
        }
        order, rows = OF_FIELD.get(name, NEWEST), things.get(name, world.articles)
        asked = drawn.get("orderBy")
        if (
            asked is not None
            and asked.value is not ABSENT
            and None not in (asked.value or {}).values()
        ):
            order = order_of(asked.value)
        row = dice.one_of(rows)
        if dice.chance(6):
            # The row is gone, its place is not.
            value, _ = order.place(row)
            return order.written(value, dice.one_of([1, 2**62, 2**63 - 1]))
        return order.cursor(row)

    def input(self, name: str, type_: Any, depth: int = 0) -> Drawn:
        """Draw a value of an input type.

        Args:
            name: of the argument, or of the part.
            type_: its type.
            depth: how many filters stand around it.
        """
        dice = self._dice
        type_ = get_nullable_type(type_)
        if isinstance(type_, GraphQLList):
            most = 2 if name in ("and", "or") else 3
            each = [self.input(name, type_.of_type, depth) for _ in range(dice.number(most))]
            if len(each) == 1 and dice.chance(4):
                return each[0]  # GraphQL takes one value for a list of one
            each = [self._variables.maybe(one, str(type_.of_type)) for one in each]
            return Drawn([one.written for one in each], [one.value for one in each])
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, depth)
        if isinstance(type_, GraphQLEnumType):
            value = dice.one_of(list(type_.values))
            dice.used.add(f"{type_.name}.{value}")
            return _same(Enum(value))
        return _same(self._scalar(name, get_named_type(type_).name))

    def _object(self, type_: GraphQLInputObjectType, depth: int) -> Drawn:
        nested = ("and", "or", "not")
        names = [one for one in type_.fields if depth < 3 or one not in nested]
        written, value = {}, {}
        for name in self._dice.some_of(names, 2) or names[self._dice.number(len(names)) :][:1]:
            part = self._part(type_, name, type_.fields[name], depth + 1)
            written[name] = part.written
            if part.value is not ABSENT:
                value[name] = part.value
        for name, field in type_.fields.items():
            if (default := _default(field)) is not ABSENT:
                value.setdefault(name, default)
        return Drawn(written, value)

    def _part(
        self, type_: GraphQLInputObjectType, name: str, field: GraphQLInputField, depth: int
    ) -> Drawn:
        self._dice.used.add(f"{type_.name}.{name}")
        if not isinstance(field.type, GraphQLNonNull) and self._dice.chance(10):
            drawn = Drawn(None, None)
        else:
            drawn = self.input(name, field.type, depth)
        return self._variables.maybe(drawn, str(field.type), _default(field))

    def _scalar(self, name: str, kind: str) -> Any:
        dice, pool = self._dice, self._pool
        match kind, name:
            case "Boolean", _:
                return dice.chance(2)
            case "Int", _:
                return dice.one_of(NUMBERS)
            case "DateTime", _:
                return "yesterday" if dice.mischief() else dice.one_of(MOMENTS)
            case _, "providers":
                return dice.one_of(pool.domains)
            case _, "any" | "all" | "none":
                return dice.one_of(pool.topics)
            case _, "text":
                return dice.one_of(TEXTS)
        return dice.one_of(pool.texts["category"] + pool.texts["type"])


def _same(value: Any) -> Drawn:
    return Drawn(value, value)


def _default(place: GraphQLArgument | GraphQLInputField) -> Any:
    """Return what an argument or a part of one is where it is not given."""
    if place.default is None or place.default.literal is None:
        return ABSENT
    return value_from_ast_untyped(place.default.literal)
