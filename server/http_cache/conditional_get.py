"""Answers to GET of what follows from the store: conditional, and of one revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from starlette.responses import Response

from newsgraph.server.http_cache.etags import Changed, Validators, declare, has, revision_of, tags

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from newsgraph.store.store import State, Store


class Found(Protocol):
    """What was read of the store, such as a `Reading`."""

    @property
    def revision(self) -> int:
        """That it was read at."""

    @property
    def answers(self) -> tuple[bytes, ...]:
        """The store's answers, as it gave them."""


Read = TypeVar("Read", bound=Found)


class Answers:
    """Answers GET of what follows from the store, conditional or not."""

    def __init__(self, store: Store, *settings: str, is_dated: bool = True) -> None:
        """Answer from a store.

        Args:
            store: what is read.
            settings: all those that change bytes.
            is_dated: whether answers tell when they last changed. Then other settings, which
                change no date, go unseen by clients that ask by nothing else.
        """
        self._store, self._settings, self._is_dated = store, settings, is_dated

    async def give(
        self,
        request: Request,
        resource: str,
        read: Callable[[], Awaitable[Read]],
        render: Callable[[State, Read], Awaitable[Response]],
        changed: Callable[[State], Awaitable[Changed | None]] | None = None,
    ) -> Response:
        """Answer a request whose validators are known before anything is read.

        Args:
            request: GET.
            resource: what tells this resource from the others.
            read: asks the store, all at one revision.
            render: makes the answer. It raises an `HTTPException` of 404 where what was asked
                for does not exist, and then no condition holds: a client has this very
                revision's tag only of what exists in it.
            changed: tells when this resource last changed, by the revision of a state; None
                where it does not exist or has changed since. Without it, everything changes
                with each revision.

        Raises:
            StoreError: the store could not be read.
        """
        state = await self._store.state()
        validators = await self._validators(state, resource, changed)
        if has(request, validators):
            return _not_modified(request, state, validators)
        found = await read()
        while found.revision != state.revision:
            # An import came between: the tag must belong to the bytes.
            state = await self._store.state()
            validators = await self._validators(state, resource, changed)
            found = await read()
        return await _whole(request, state, validators, render(state, found))

    async def give_as_read(
        self,
        request: Request,
        resource: str,
        read: Callable[[], Awaitable[Read]],
        render: Callable[[State, Read], Awaitable[Response]],
    ) -> Response:
        """Answer a request whose validators follow from what the store answers.

        They stay as long as it answers the same, through imports and in a rebuilt store.

        Args: as of `give`; what the first collection says may be in the body, too.

        Raises:
            StoreError: the store could not be read.
        """
        state, found = await self._store.state(), await read()
        while found.revision != state.revision:
            state, found = await self._store.state(), await read()
        parts = (*self._settings, resource, state.collection.to_json())
        validators = Validators.of_answers(found.answers, state.imported_at, *parts)
        if has(request, validators):
            return _not_modified(request, state, validators)
        return await _whole(request, state, validators, render(state, found))

    def known_since(self, request: Request, resource: str, state: State) -> int | None:
        """Return the revision of a resource that a client has, if it has one of this store.

        Args:
            request: with the tags that the client has.
            resource: as it was given, with `changed`.
            state: where the store stands.
        """
        for tag in tags(request.headers.get("if-none-match", "")):
            revision = revision_of(tag)
            if revision is None or revision > state.revision:
                continue
            then = Changed(revision, None)
            if tag == Validators.since(state.store_id, then, *self._settings, resource).etag:
                return revision
        return None

    async def _validators(
        self,
        state: State,
        resource: str,
        changed: Callable[[State], Awaitable[Changed | None]] | None,
    ) -> Validators:
        last = await changed(state) if changed is not None else None
        if last is not None:
            return Validators.since(state.store_id, last, *self._settings, resource)
        at = Changed(state.revision, state.imported_at if self._is_dated else None)
        return Validators.of(state.store_id, at, *self._settings, resource)


async def _whole(
    request: Request, state: State, validators: Validators, rendering: Awaitable[Response]
) -> Response:
    response = await rendering
    if has(request, validators):
        # An import came after the first look, and it is back where the client has it.
        return _not_modified(request, state, validators)
    declare(request.scope, state.revision)
    response.headers.update(validators.headers())
    return response


def _not_modified(request: Request, state: State, validators: Validators) -> Response:
    declare(request.scope, state.revision)
    return Response(status_code=304, headers=validators.headers())
