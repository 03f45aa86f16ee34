"""Rendering of HTML pages from Jinja templates, and the security headers that they carry."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from newsgraph.feeds.text import clean_line
from newsgraph.server.feeds import entries
from newsgraph.server.pages.dates import format_date
from newsgraph.server.pages.metadata import (
    ALL_ARTICLES_FEED,
    FEED_FORMATS,
    PageMetadata,
    count_stories,
    format_count,
)
from newsgraph.server.pages.snippet import render_snippet
from newsgraph.server.pages.story_heading import story_heading
from newsgraph.server.urls import page_path
from newsgraph.store.documents.urls import canonicalize_url
from newsgraph.store.errors import BadCursor
from newsgraph.store.query_limits import NO_LIMITS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.query.selection import Selection
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import QueryResult, Store, StoreState

_DESCRIPTION_MAX_CHARACTERS = 300
"""Search engines cut descriptions off earlier than this."""


def content_security_policy(*, show_images: bool, has_embeds: bool = False) -> str:
    """Return the Content-Security-Policy of pages.

    Bodies come from other sites. They are sanitized when they are imported; this is the second
    line of defense: whatever a body contains, a page runs only the site's own scripts, submits
    forms only to the site, and cannot be framed.

    Args:
        show_images: whether pages load the publishers' images.
        has_embeds: whether the page has buttons that load players (`server.pages.embeds`).
    """
    embed_sources = "frame-src https:; media-src 'self' https:; " if has_embeds else ""
    image_sources = "img-src 'self' http: https:" if show_images else "img-src 'self'"
    # connect-src: tools that audit a page fetch robots.txt from within it.
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; {image_sources}; "
        f"{embed_sources}"
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def security_headers(policy: str) -> dict[str, str]:
    """Return the security headers of a page.

    Args:
        policy: value of its Content-Security-Policy header.
    """
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


@cache
def _environment() -> Environment:
    """Return the Jinja environment, with all templates compiled."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        first_loadable_image=_first_loadable_image,
        format_date=format_date,
        shorten=_shorten,
        story_heading=story_heading,
        render_snippet=render_snippet,
        backticks_to_code=_backticks_to_code,
    )
    environment.globals.update(
        page_path=page_path,
        feed_formats=FEED_FORMATS,
        format_count=format_count,
        count_stories=count_stories,
        all_articles_feed=ALL_ARTICLES_FEED,
    )
    # Later there may be no free file descriptor to read one.
    for name in environment.list_templates():
        environment.get_template(name)
    return environment


class PageRenderer:
    """Renders pages and responds to requests for them.

    Attributes:
        store: the store that pages show.
        urls: builds the site's URLs.
        show_images: whether pages load the publishers' images.
    """

    def __init__(
        self,
        store: Store,
        responder: ConditionalResponder,
        urls: SiteUrls,
        *,
        show_images: bool = True,
        introspection: bool = True,
    ) -> None:
        """Set up rendering; with `introspection`, pages link to the GraphQL schema."""
        self.store, self.urls, self.show_images = store, urls, show_images
        self._responder, self._templates = responder, _environment()
        self._headers = {
            has_embeds: security_headers(
                content_security_policy(show_images=show_images, has_embeds=has_embeds)
            )
            for has_embeds in (False, True)
        }
        self._shared_context = {
            "path_prefix": urls.path_prefix,
            "absolute_url": urls.absolute,
            "show_images": show_images,
            "introspection": introspection,
        }

    async def respond(
        self,
        request: Request,
        resource: str,
        selections: tuple[Selection, ...],
        render: Callable[[StoreState, QueryResult], Awaitable[Response]],
        limits: QueryLimits = NO_LIMITS,
    ) -> Response:
        """Respond with a page of one revision of the store, or with 304 if it has not changed.

        Args:
            request: a GET request.
            resource: path and query string of the page, relative to the site.
            selections: what to read from the store for the page.
            render: renders the page from the results; raises HTTPException for a 404 like the
                callback of `ConditionalResponder.respond`.
            limits: resource limits of reading the store.

        Raises:
            HTTPException: the page does not exist.
            StoreError: the store could not be read.
        """
        read = partial(self.store.read, *selections, limits=limits)
        try:
            return await self._responder.respond(request, resource, read, render)
        except BadCursor as error:
            message = "There is no such page in this list."
            raise HTTPException(404, message) from error

    def render_page(
        self,
        template_name: str,
        head: PageMetadata,
        state: StoreState | None,
        status_code: int = 200,
        *,
        has_embeds: bool = False,
        **context: object,
    ) -> Response:
        """Return the response with a page.

        Args:
            template_name: file name of the template.
            head: metadata for the page's ``head`` element.
            state: state of the store; None if it is not known.
            status_code: HTTP status of the response.
            has_embeds: whether the page has buttons that load players of other sites.
            **context: the template's own variables.
        """
        text = self.render_template(
            template_name, state, head=head, has_embeds=has_embeds, **context
        )
        return HTMLResponse(text, status_code, self._headers[has_embeds])

    def render_template(
        self, template_name: str, state: StoreState | None, **context: object
    ) -> str:
        """Return the text of a template, rendered with the variables that all templates share.

        Args:
            template_name: file name of the template.
            state: state of the store; None if it is not known.
            **context: the template's own variables.
        """
        collection = state and state.collection
        template = self._templates.get_template(template_name)
        return template.render(
            self._shared_context,
            state=state,
            collection=collection,
            site_title=clean_line((collection and collection.title) or "") or entries.DEFAULT_TITLE,
            language=collection and collection.language,
            **context,
        )


def not_found_error(kind: str, name: str) -> HTTPException:
    """Return the 404 error for a topic, provider or article that does not exist.

    Args:
        kind: such as ``topic``.
        name: its slug or domain in the request.
    """
    return HTTPException(404, f"There is no {kind} {name!r}.")


def _first_loadable_image(images: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the first image whose URL a browser can fetch."""
    return next((image for image in images if canonicalize_url(image["url"])), None)


def _backticks_to_code(text: str) -> Markup:
    """Escape text and turn its parts between backticks into ``code`` elements."""
    parts = [escape(part) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return escape(text)
    code = Markup("<code>{}</code>")
    return Markup().join(
        code.format(part) if index % 2 else part for index, part in enumerate(parts)
    )


def _shorten(text: str | None) -> str | None:
    """Collapse white space and cut text off at the length of a description."""
    collapsed = " ".join((text or "").split())
    if len(collapsed) <= _DESCRIPTION_MAX_CHARACTERS:
        return collapsed
    return f"{collapsed[: _DESCRIPTION_MAX_CHARACTERS - 1].rstrip()}…"
