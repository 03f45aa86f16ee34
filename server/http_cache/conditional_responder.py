"""Conditional GET of resources that are read from the store, each at one revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from starlette.responses import Response

from newsgraph.server.http_cache.etags import (
    Modification,
    Validators,
    is_not_modified,
    mark_cacheable,
    parse_etags,
    parse_revision,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from newsgraph.store.store import Store, StoreState


class StoreResult(Protocol):
    """What a handler has read from the store, such as a `QueryResult`."""

    @property
    def revision(self) -> int:
        """Store revision that all of it was read at."""

    @property
    def results(self) -> tuple[bytes, ...]:
        """Results of the store's queries, as JSON."""


Result = TypeVar("Result", bound=StoreResult)


class ConditionalResponder:
    """Responds to conditional and unconditional GET requests with what is read from a store."""

    def __init__(self, store: Store, *settings: str, send_last_modified: bool = True) -> None:
        """Create a responder.

        Args:
            store: what handlers read from.
            settings: all settings that the bytes of responses depend on; part of each ETag.
            send_last_modified: whether responses have a Last-Modified header. A change of
                settings does not change that date, so clients that send nothing but
                If-Modified-Since do not notice it.
        """
        self._store, self._settings = store, settings
        self._sends_last_modified = send_last_modified

    async def respond(
        self,
        request: Request,
        resource: str,
        read: Callable[[], Awaitable[Result]],
        render: Callable[[StoreState, Result], Awaitable[Response]],
        last_changed: Callable[[StoreState], Awaitable[Modification | None]] | None = None,
    ) -> Response:
        """Respond to a request whose validators are known before anything is read.

        Args:
            request: a GET request.
            resource: identifies the resource among all resources of the responder.
            read: reads from the store, everything at one revision.
            render: renders the response. It raises an `HTTPException` with status 404 if the
                resource does not exist; conditions are not evaluated then, and need not be: a
                client can only have the ETag of this revision if the resource exists in it.
            last_changed: returns the last modification of the resource as of the revision of a
                state; None if the resource does not exist or the store has a newer revision.
                Without this function every revision is a modification.

        Raises:
            StoreError: the store could not be read.
        """
        state = await self._store.state()
        validators = await self._validators(state, resource, last_changed)
        if is_not_modified(request, validators):
            return _not_modified(request, state, validators)
        result = await read()
        while result.revision != state.revision:
            # An import was in between: the ETag must belong to the bytes.
            state = await self._store.state()
            validators = await self._validators(state, resource, last_changed)
            result = await read()
        return await _render_with_validators(request, state, validators, render(state, result))

    async def respond_with_content_etag(
        self,
        request: Request,
        resource: str,
        read: Callable[[], Awaitable[Result]],
        render: Callable[[StoreState, Result], Awaitable[Response]],
    ) -> Response:
        """Respond with an ETag that is a digest of what was read from the store.

        The ETag stays the same as long as the results do: across imports, and in a rebuilt
        store. The arguments are those of `respond`; the response may also depend on the
        metadata of the first collection.

        Raises:
            StoreError: the store could not be read.
        """
        state, result = await self._store.state(), await read()
        while result.revision != state.revision:
            state, result = await self._store.state(), await read()
        parts = (*self._settings, resource, state.collection.to_json())
        validators = Validators.for_results(result.results, state.imported_at, *parts)
        if is_not_modified(request, validators):
            return _not_modified(request, state, validators)
        return await _render_with_validators(request, state, validators, render(state, result))

    def client_revision(self, request: Request, resource: str, state: StoreState) -> int | None:
        """Return the revision of a resource that a client has, or None if it has none.

        Args:
            request: request with the client's ETags in If-None-Match.
            resource: as it was passed to `respond`, together with `last_changed`.
            state: current state of the store.
        """
        for etag in parse_etags(request.headers.get("if-none-match", "")):
            revision = parse_revision(etag)
            if revision is None or revision > state.revision:
                continue
            expected = Validators.with_revision_prefix(
                state.store_id, Modification(revision, None), *self._settings, resource
            )
            if etag == expected.etag:
                return revision
        return None

    async def _validators(
        self,
        state: StoreState,
        resource: str,
        last_changed: Callable[[StoreState], Awaitable[Modification | None]] | None,
    ) -> Validators:
        last = await last_changed(state) if last_changed is not None else None
        if last is not None:
            return Validators.with_revision_prefix(state.store_id, last, *self._settings, resource)
        current = Modification(
            state.revision, state.imported_at if self._sends_last_modified else None
        )
        return Validators.for_revision(state.store_id, current, *self._settings, resource)


async def _render_with_validators(
    request: Request, state: StoreState, validators: Validators, rendering: Awaitable[Response]
) -> Response:
    response = await rendering
    if is_not_modified(request, validators):
        # An import after the first comparison has restored the version that the client has.
        return _not_modified(request, state, validators)
    mark_cacheable(request.scope, state.revision)
    response.headers.update(validators.headers())
    return response


def _not_modified(request: Request, state: StoreState, validators: Validators) -> Response:
    mark_cacheable(request.scope, state.revision)
    return Response(status_code=304, headers=validators.headers())
