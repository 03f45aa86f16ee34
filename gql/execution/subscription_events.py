"""Reads the store's change log as the events of a subscription.

Each subscriber reads the log itself, from its own token on, whenever the revision changes. So
there is no queue that could overflow, and a slow subscriber delays nobody else.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from newsgraph.gql.errors import CLIENT_VISIBLE_STORE_ERRORS, ServerError, to_graphql_error
from newsgraph.gql.planning.plan import HAS_MORE_KEY, ROWS_KEY, TOKEN_KEY
from newsgraph.store.errors import ResultTooLarge, StoreError
from newsgraph.store.query.change_log_query import encode_token
from newsgraph.store.query.selection import Constant, Edge, EdgeArguments, Selection
from newsgraph.store.query_limits import QueryLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from graphql import GraphQLError

    from newsgraph.gql.options import Options
    from newsgraph.gql.planning.cost import Cost
    from newsgraph.gql.planning.plan import Plan
    from newsgraph.store.store import Store

MAX_EVENTS_PER_READ: Final = 100
"""Maximum number of events that one read of the log returns."""

log = logging.getLogger("newsgraph.gql")


def create_event_streams(
    store: Store, plan: Plan, cost_per_event: Cost, options: Options
) -> Mapping[str, AsyncIterator[dict[str, Any]] | GraphQLError]:
    """Return the event stream of a subscription's root field, or its error, by response key.

    Args:
        store: the store whose change log is read.
        plan: the operation's single root field; its arguments contain the token to start after.
        cost_per_event: cost of a single event.
        options: the limits of each read.
    """
    max_events = min(MAX_EVENTS_PER_READ, max(1, options.max_cost // max(1, cost_per_event.total)))
    limits = QueryLimits(options.operation_seconds, options.response_bytes)
    return {
        key: _read_events(store, field, plan.expired_errors[key], max_events, limits)
        if isinstance(field, Selection)
        else field
        for key, field in plan.root_fields.items()
        if not isinstance(field, Constant)
    }


async def _read_events(
    store: Store,
    selection: Selection,
    expired_error: GraphQLError,
    max_events: int,
    limits: QueryLimits,
) -> AsyncIterator[dict[str, Any]]:
    """Yield an event for each change, without end.

    Args:
        store: the store whose change log is read.
        selection: the subscription's root field.
        expired_error: raised if the token has expired.
        max_events: number of events to read at once.
        limits: the limits of each read.

    Raises:
        GraphQLError: the token has expired, an event is too large, or the read failed.
    """
    (edge,) = selection.items
    assert isinstance(edge, Edge)  # noqa: S101 - as it is planned
    assert isinstance(edge.arguments, EdgeArguments)  # noqa: S101 - as above
    try:
        since = edge.arguments.after
        if since is None:
            state = await store.state()
            since = encode_token(state.store_id, state.revision)
        while True:
            arguments = replace(edge.arguments, first=max_events, after=since)
            next_events = Selection((replace(edge, arguments=arguments),))
            try:
                query_result = await store.read(next_events, limits=limits)
            except ResultTooLarge:
                if max_events == 1:
                    raise
                max_events //= 2
                continue
            page = json.loads(query_result.results[0])[edge.key]
            if page is None:
                raise expired_error
            for row in page[ROWS_KEY]:
                yield {edge.key: row}
            since = page[TOKEN_KEY]
            if not page[HAS_MORE_KEY]:
                await store.wait_for_new_revision(query_result.revision)
    except CLIENT_VISIBLE_STORE_ERRORS as error:
        raise to_graphql_error(error) from error
    except StoreError as error:
        log.exception("a subscription failed")
        raise ServerError from error
