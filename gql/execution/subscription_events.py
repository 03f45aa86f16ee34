"""Follows the store's log: the events of a subscription.

Each subscriber reads the log itself, from its own token on, whenever the revision changes:
there is no queue that could fill, and a slow one holds nobody up.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from newsgraph.gql.errors import TOLD, Unanswered, refused
from newsgraph.gql.planning.plan import MORE_KEY, ROWS_KEY, TOKEN_KEY
from newsgraph.store.errors import AnswerTooLarge, StoreError
from newsgraph.store.limits import Limits
from newsgraph.store.query.change_log import token
from newsgraph.store.query.selection import Arguments, Constant, Edge, Selection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from graphql import GraphQLError

    from newsgraph.gql.options import Options
    from newsgraph.gql.planning.cost import Cost
    from newsgraph.gql.planning.plan import Plan
    from newsgraph.store.store import Store

AT_ONCE: Final = 100
"""How many events are read at a time."""

log = logging.getLogger("newsgraph.gql")


def follow(
    store: Store, planned: Plan, each: Cost, options: Options
) -> Mapping[str, AsyncIterator[dict[str, Any]] | GraphQLError]:
    """Return the events of a subscription's field, or its error, by its key.

    Args:
        store: whose log it is.
        planned: the operation's one root field; its arguments tell where to begin.
        each: what one event costs.
        options: what reading them may take.
    """
    at_once = min(AT_ONCE, max(1, options.max_cost // max(1, each.total)))
    limits = Limits(options.operation_seconds, options.response_bytes)
    return {
        key: _events(store, one, planned.passed[key], at_once, limits)
        if isinstance(one, Selection)
        else one
        for key, one in planned.roots.items()
        if not isinstance(one, Constant)
    }


async def _events(
    store: Store, selection: Selection, passed: GraphQLError, at_once: int, limits: Limits
) -> AsyncIterator[dict[str, Any]]:
    """Yield an event for each change, for ever.

    Raises:
        GraphQLError: the token's time has passed, an event asks for too much, or the store
            does not answer.
    """
    (edge,) = selection.items
    assert isinstance(edge, Edge)  # noqa: S101 - so it is planned
    assert isinstance(edge.arguments, Arguments)  # noqa: S101 - as above
    try:
        since = edge.arguments.after
        if since is None:
            state = await store.state()
            since = token(state.store_id, state.revision)
        while True:
            arguments = replace(edge.arguments, first=at_once, after=since)
            asked = Selection((replace(edge, arguments=arguments),))
            try:
                reading = await store.read(asked, limits=limits)
            except AnswerTooLarge:
                if at_once == 1:
                    raise
                at_once //= 2
                continue
            found = json.loads(reading.answers[0])[edge.key]
            if found is None:
                raise passed
            for row in found[ROWS_KEY]:
                yield {edge.key: row}
            since = found[TOKEN_KEY]
            if not found[MORE_KEY]:
                await store.changed(reading.revision)
    except TOLD as error:
        raise refused(error) from error
    except StoreError as error:
        log.exception("a subscription ends")
        raise Unanswered from error
