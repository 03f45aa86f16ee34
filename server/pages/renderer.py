"""The frame that all pages share: how they are rendered, and what headers they have."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from newsgraph.feeds.text import one_line
from newsgraph.server.feeds import entries
from newsgraph.server.pages.metadata import EVERYTHING, FORMATS, Head, number
from newsgraph.server.pages.snippet import marked
from newsgraph.server.urls import page_path
from newsgraph.store.documents.urls import canonical
from newsgraph.store.errors import BadCursor
from newsgraph.store.limits import NO_LIMITS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.http_cache.conditional_get import Answers
    from newsgraph.server.urls import Addresses
    from newsgraph.store.limits import Limits
    from newsgraph.store.query.selection import Selection
    from newsgraph.store.store import Reading, State, Store

_DESCRIBED = 300
"""How many letters of a description are worth telling; search engines cut them off earlier."""


def policy(*, pictures: bool) -> str:
    """Return the Content-Security-Policy of pages.

    Bodies come from elsewhere. They are sanitised when they are imported; this is the second
    line of defence: a page runs no script but ours whatever a body says, sends no form
    elsewhere, and is in nobody's frame.

    Args:
        pictures: whether those of publishers are shown.
    """
    shown = "img-src 'self' http: https:" if pictures else "img-src 'self'"
    # Programs that audit a page read robots.txt from within it.
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; {shown}; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def headers(policy: str) -> dict[str, str]:
    """Return the headers of a page that its policy is told by."""
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


@cache
def _templates() -> Environment:
    """Return the templates, each compiled when it is first rendered."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        plain=entries.plain,
        loadable=_loadable,
        date=_date,
        shortened=_shortened,
        marked=marked,
        quoted=_quoted,
    )
    templates.globals.update(
        page_path=page_path, formats=FORMATS, number=number, everything=EVERYTHING
    )
    return templates


class Frame:
    """Renders pages, and answers with them.

    Attributes:
        store: what pages show.
        addresses: our own.
        pictures: whether those of publishers are shown.

    With `introspection` the schema is there to be linked to.
    """

    def __init__(
        self,
        store: Store,
        answers: Answers,
        addresses: Addresses,
        *,
        pictures: bool = True,
        introspection: bool = True,
    ) -> None:
        self.store, self.addresses, self.pictures = store, addresses, pictures
        self._answers = answers
        self._headers = headers(policy(pictures=pictures))
        self._shared = {
            "prefix": addresses.prefix,
            "at": addresses.at,
            "pictures": pictures,
            "introspection": introspection,
        }

    async def give(
        self,
        request: Request,
        resource: str,
        selections: tuple[Selection, ...],
        page: Callable[[State, Reading], Awaitable[Response]],
        limits: Limits = NO_LIMITS,
    ) -> Response:
        """Answer with a page of one revision, or say that it has not changed.

        Args:
            request: GET.
            resource: the page's address below the site.
            selections: what it shows.
            page: makes it of what was read. It raises as `Answers.give` says.
            limits: what reading may take.

        Raises:
            HTTPException: there is no such page.
            StoreError: the store could not be read.
        """
        read = partial(self.store.read, *selections, limits=limits)
        try:
            return await self._answers.give(request, resource, read, page)
        except BadCursor as error:
            told = "This address names no place in the list."
            raise HTTPException(404, told) from error

    def render(
        self, template: str, head: Head, state: State | None, status: int = 200, **values: object
    ) -> Response:
        """Return a page.

        Args:
            template: its file.
            head: what it says of itself.
            state: where the store stands; None where that is not known.
            status: of the answer.
            values: what the template asks for.
        """
        text = self.text(template, state, head=head, **values)
        return HTMLResponse(text, status, self._headers)

    def text(self, template: str, state: State | None, **values: object) -> str:
        """Return what a template says.

        Args:
            template: its file.
            state: where the store stands; None where that is not known.
            **values: what it asks for.
        """
        collection = state and state.collection
        page = _templates().get_template(template)
        return page.render(
            self._shared,
            state=state,
            collection=collection,
            site_title=one_line((collection and collection.title) or "") or entries.UNTITLED,
            language=collection and collection.language,
            **values,
        )


def unknown(what: str, name: str) -> HTTPException:
    """Return the answer that there is no such topic, provider or article."""
    return HTTPException(404, f"There is no {what} {name!r}.")


def _date(when: str) -> str:
    """Say a time's day for people: ``12 March 2021``."""
    day = datetime.fromisoformat(when)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


# strftime would say the month in the language of the machine.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def _loadable(images: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the first picture that a browser can fetch where it says."""
    return next((one for one in images if canonical(one["url"])), None)


def _quoted(text: str) -> Markup:
    """Show as code what a message has between backticks."""
    parts = [escape(part) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return escape(text)
    code = Markup("<code>{}</code>")
    return Markup().join(code.format(part) if at % 2 else part for at, part in enumerate(parts))


def _shortened(text: str | None) -> str | None:
    words = " ".join((text or "").split())
    return words if len(words) <= _DESCRIBED else f"{words[: _DESCRIBED - 1].rstrip()}…"
