"""The page of a story."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.article_query import Subject
from newsgraph.server.feeds import entries
from newsgraph.server.pages import article_selection
from newsgraph.server.pages.body import begins_with, body_html
from newsgraph.server.pages.directory import offer_of
from newsgraph.server.pages.graph.select import coverage
from newsgraph.server.pages.graph.view_model import figure
from newsgraph.server.pages.metadata import Head, Offer
from newsgraph.server.pages.pagination import beside, joined, turn_of
from newsgraph.server.pages.renderer import unknown
from newsgraph.server.redirects import moved
from newsgraph.server.urls import page_path
from newsgraph.store.documents.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import Frame
    from newsgraph.store.store import Reading, State

LINKS_HERE = "links-here"
"""The part of a story's page that lists the stories that link to it."""

_USUAL = ("article", "news")


class Articles:
    """Pages of stories."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/articles/{name:path}", self._article)]

    async def _article(self, request: Request) -> Response:
        slug, turn = request.path_params["name"], turn_of(request.url.query)
        path = page_path("articles", slug)
        if not slug:
            raise moved(f"{self._frame.addresses.prefix}/articles")

        async def page(state: State, reading: Reading) -> Response:
            article = json.loads(reading.answers[0])["article"]
            if article is None:
                raise unknown("article", slug)
            return self._page(state, path, article)

        resource = joined(path, turn.query)
        return await self._frame.give(
            request, resource, (article_selection.article(slug, turn),), page
        )

    def _page(self, state: State, path: str, article: Mapping[str, Any]) -> Response:
        address = self._frame.addresses.at(path)
        # Where a document names no address of its story, ours is that.
        elsewhere = article["webUrl"] if canonical(article["webUrl"]) != canonical(address) else ""
        picture = next((one for one in article["images"] if canonical(one["url"])), None)
        around = coverage(article)
        linking = article["relatedBy"]
        body = body_html(
            article["bodyHtml"],
            elsewhere or address,
            state.collection.url,
            pictures=self._frame.pictures,
        )
        excerpt = entries.plain(article["excerpt"]) or ""
        head = Head(
            path,
            title=article["title"],
            description=article["excerpt"],
            offers=_offers(article),
            picture=picture["url"] if picture else None,
            published_at=article["publishedAt"],
        )
        return self._frame.render(
            "article.html",
            head,
            state,
            article=article,
            kinds=_kinds(article),
            picture=picture,
            body=body,
            excerpt="" if body and begins_with(body, excerpt) else excerpt,
            elsewhere=elsewhere if canonical(elsewhere) else "",
            figure=figure(around, self._frame.addresses.prefix, pictures=self._frame.pictures),
            all_shown=linking["totalCount"] <= sum(one.links_here for one in around.neighbours),
            linking=linking,
            turned=beside(path, linking),
            part=LINKS_HERE,
            structured=_structured(article, address, elsewhere, picture),
        )


def _offers(article: Mapping[str, Any]) -> tuple[Offer, ...]:
    """Return the feeds that the story is in and that go on, beside that of everything."""
    told = (offer_of("topics", one) for one in article["topics"])
    offers = [offer for offer in told if offer is not None]
    if (provider := article["provider"]) is not None:
        offers.append(Offer(provider["name"], Subject(providers=(provider["domain"],))))
    return tuple(offers)


def _kinds(article: Mapping[str, Any]) -> list[str]:
    """Return what kind of story it is, where that is not the usual."""
    said = (article["category"], article["type"])
    return [one for one in dict.fromkeys(said) if one and one.lower() not in _USUAL]


def _structured(
    article: Mapping[str, Any], address: str, elsewhere: str, picture: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return what programs read of a story, by schema.org's names (its ``NewsArticle``)."""
    provider = article["provider"]
    said = {
        "headline": article["title"],
        "url": address,
        "isBasedOn": elsewhere,
        "datePublished": article["publishedAt"],
        "dateModified": article["updatedAt"],
        "description": entries.plain(article["excerpt"]),
        "image": picture and picture["url"],
        "author": [{"@type": "Person", "name": one["name"]} for one in article["authors"]],
        "publisher": provider and {"@type": "Organization", "name": provider["name"]},
        "keywords": [one["name"] for one in article["topics"]],
    }
    known = {name: value for name, value in said.items() if value}
    return {"@context": "https://schema.org", "@type": "NewsArticle"} | known
