"""The page of an article."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.article_query import ArticleQuery
from newsgraph.server.pages import article_page_selection
from newsgraph.server.pages.article_page_selection import MAX_SIMILAR_SHOWN
from newsgraph.server.pages.body import contains_excerpt, render_body
from newsgraph.server.pages.body_ids import PAGE_ID_PREFIX
from newsgraph.server.pages.directory import feed_link_of
from newsgraph.server.pages.graph.select import build_story_graph
from newsgraph.server.pages.graph.view_model import build_figure
from newsgraph.server.pages.lead_picture import shows_picture
from newsgraph.server.pages.metadata import FeedLink, PageMetadata
from newsgraph.server.pages.pagination import adjacent_pages, append_query, parse_page_params
from newsgraph.server.pages.renderer import not_found_error
from newsgraph.server.pages.story_heading import story_heading
from newsgraph.server.redirects import permanent_redirect
from newsgraph.server.urls import page_path
from newsgraph.store.documents.urls import canonicalize_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.store.store import QueryResult, StoreState

LINKING_SECTION_ID = f"{PAGE_ID_PREFIX}links-here"
"""HTML id of the section that lists the articles that link to the page's article."""

_DEFAULT_KINDS = ("article", "news")


class ArticlePage:
    """Handles requests for pages of articles."""

    def __init__(self, renderer: PageRenderer) -> None:
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/articles/{name:path}", self._handle)]

    async def _handle(self, request: Request) -> Response:
        slug, cursor = request.path_params["name"], parse_page_params(request.url.query)
        path = page_path("articles", slug)
        if not slug:
            raise permanent_redirect(f"{self._renderer.urls.path_prefix}/articles")

        async def render(state: StoreState, result: QueryResult) -> Response:
            article = json.loads(result.results[0])["article"]
            if article is None:
                raise not_found_error("article", slug)
            return self._render(state, path, article)

        resource = append_query(path, cursor.query_string)
        selections = (article_page_selection.select_article(slug, cursor),)
        return await self._renderer.respond(request, resource, selections, render)

    def _render(self, state: StoreState, path: str, article: Mapping[str, Any]) -> Response:
        page_url = self._renderer.urls.absolute(path)
        # The page itself is the story's URL if the document has no other.
        is_external = canonicalize_url(article["webUrl"]) != canonicalize_url(page_url)
        external_url = article["webUrl"] if is_external else ""
        image = next((image for image in article["images"] if canonicalize_url(image["url"])), None)
        graph = build_story_graph(article)
        linking = article["relatedBy"]
        linking_in_graph = sum(neighbor.is_link_source for neighbor in graph.neighbors)
        body = render_body(
            article["bodyHtml"],
            external_url or page_url,
            self._renderer.urls.base_url,
            show_images=self._renderer.show_images,
        )
        in_body = image and shows_picture(body.html, image["url"], self._renderer.urls.base_url)
        excerpt = article["excerpt"] or ""
        head = PageMetadata(
            path,
            title=story_heading(article),
            description=article["excerpt"],
            feed_links=_feed_links(article),
            image_url=image["url"] if image else None,
            published_at=article["publishedAt"],
        )
        return self._renderer.render_page(
            "article.html",
            head,
            state,
            article=article,
            kinds=_unusual_kinds(article),
            translations=[item for item in article["translations"] if item["language"]],
            image=None if in_body else image,
            credit=image["attribution"] if image and in_body else None,
            has_embeds=body.has_load_buttons,
            body_html=body.html,
            excerpt="" if body.html and contains_excerpt(body.html, excerpt) else excerpt,
            external_url=external_url if canonicalize_url(external_url) else "",
            figure=build_figure(
                graph,
                self._renderer.urls.path_prefix,
                show_images=self._renderer.show_images,
            ),
            all_linking_in_figure=linking["totalCount"] <= linking_in_graph,
            linking=linking,
            linking_pages=adjacent_pages(path, linking),
            linking_section_id=LINKING_SECTION_ID,
            similar=_similar_articles(article),
            json_ld=_json_ld(article, page_url, external_url, image),
        )


def _similar_articles(article: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first similar articles that are not shown as related ones, as a connection."""
    linked = (link["article"] for link in article["related"] if link["article"])
    linking = (
        edge["node"] for name in ("linkingArticles", "relatedBy") for edge in article[name]["edges"]
    )
    shown = {other["slug"] for other in (*linked, *linking)}
    similar = [other for other in article["similar"] if other["slug"] not in shown]
    return {"edges": [{"node": other} for other in similar[:MAX_SIMILAR_SHOWN]]}


def _feed_links(article: Mapping[str, Any]) -> tuple[FeedLink, ...]:
    """Return links to the active feeds of the article's topics, publisher and authors."""
    topic_links = (feed_link_of("topics", topic) for topic in article["topics"])
    feed_links = [link for link in topic_links if link is not None]
    if (provider := article["provider"]) is not None:
        feed_links.append(FeedLink(provider["name"], ArticleQuery(providers=(provider["domain"],))))
    author_links = (feed_link_of("authors", author) for author in article["authors"])
    return (*feed_links, *(link for link in author_links if link is not None))


def _unusual_kinds(article: Mapping[str, Any]) -> list[str]:
    """Return the article's category and type, without duplicates and without the usual ones."""
    kinds = (article["category"], article["type"])
    return [kind for kind in dict.fromkeys(kinds) if kind and kind.lower() not in _DEFAULT_KINDS]


def _json_ld(
    article: Mapping[str, Any],
    page_url: str,
    external_url: str,
    image: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return the article as JSON-LD, a ``NewsArticle`` of schema.org.

    Args:
        article: result of `article_page_selection.select_article`.
        page_url: URL of the article's page.
        external_url: URL where the story was first published; empty if it is the page.
        image: the article's main image.
    """
    provider = article["provider"]
    properties = {
        "headline": story_heading(article),
        "inLanguage": article["language"],
        "url": page_url,
        "isBasedOn": external_url,
        "datePublished": article["publishedAt"],
        "dateModified": article["updatedAt"],
        "description": article["excerpt"],
        "image": image and image["url"],
        "author": [{"@type": "Person", "name": author["name"]} for author in article["authors"]],
        "publisher": provider and {"@type": "Organization", "name": provider["name"]},
        "keywords": [topic["name"] for topic in article["topics"]],
    }
    non_empty = {name: value for name, value in properties.items() if value}
    return {"@context": "https://schema.org", "@type": "NewsArticle"} | non_empty
