# ruff: noqa: A002, ARG002, D102 - resolvers are named and described by the graph
"""The types of the Strawberry peer: the part of newsgraph's schema that the queries use.

Strawberry evaluates the annotations, so their imports are not only for type checking.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import strawberry

from tests.bench.peers.strawberry_loaders.leaf_types import (
    Anything,
    Author,
    DateTime,
    Filter,
    Image,
    Interval,
    PageInfo,
    Source,
)

if TYPE_CHECKING:
    from tests.bench.peers.strawberry_loaders.rows import RowLoaders

Private = strawberry.Private
Info = strawberry.Info


def row_loaders(info: Info) -> RowLoaders:
    """Return the loaders of the request."""
    return info.context["loaders"]


@strawberry.type
class Topic:
    """A topic."""

    key: Private[int]
    name: str
    slug: str

    @strawberry.field
    def articles(self, info: Info, first: int = 20) -> Connection:
        return info.context["pages"].of_topic(self.key, first)


@strawberry.type
class Provider:
    """A publisher."""

    key: Private[int]
    name: str
    domain: str
    description: str | None

    @strawberry.field
    async def images(self, info: Info) -> list[Image]:
        return await row_loaders(info).provider_images.load(self.key)

    @strawberry.field
    def articles(self, info: Info, filter: Filter | None = None, first: int = 20) -> Connection:
        return info.context["pages"].of_provider(self.key, filter, first)


@strawberry.type
class RelatedLink:
    """A related link."""

    key: Private[int]
    provider_key: Private[int | None]
    target_key: Private[int | None]
    position: int
    title: str
    excerpt: str | None
    published_at: DateTime | None
    web_url: str | None
    quality: int | None

    @strawberry.field
    async def provider(self, info: Info) -> Provider | None:
        return (
            await row_loaders(info).provider.load(self.provider_key) if self.provider_key else None
        )

    @strawberry.field
    async def images(self, info: Info) -> list[Image]:
        return await row_loaders(info).link_images.load(self.key)

    @strawberry.field
    async def article(self, info: Info) -> Article | None:
        return await row_loaders(info).article.load(self.target_key) if self.target_key else None


@strawberry.type
class Article:
    """An article."""

    key: Private[int]
    id: strawberry.ID
    slug: str
    title: str
    excerpt: str | None
    published_at: DateTime | None
    updated_at: DateTime
    web_url: str
    original_url: str | None
    amp_url: str | None
    cdn_amp_url: str | None
    type: str | None
    category: str | None
    quality: int | None
    heat: int | None
    published: bool
    provider_key: Private[int | None]

    @strawberry.field
    async def provider(self, info: Info) -> Provider | None:
        return (
            await row_loaders(info).provider.load(self.provider_key) if self.provider_key else None
        )

    @strawberry.field
    async def topics(self, info: Info) -> list[Topic]:
        return await row_loaders(info).topics.load(self.key)

    @strawberry.field
    async def images(self, info: Info) -> list[Image]:
        return await row_loaders(info).images.load(self.key)

    @strawberry.field
    async def authors(self, info: Info) -> list[Author]:
        return await row_loaders(info).authors.load(self.key)

    @strawberry.field
    async def related(self, info: Info) -> list[RelatedLink]:
        return await row_loaders(info).related.load(self.key)

    @strawberry.field
    def related_by(self, info: Info, first: int = 20) -> Connection:
        return info.context["pages"].linking_articles(self.key, first)

    @strawberry.field
    async def body(self, info: Info) -> str:
        return (await row_loaders(info).text.load(self.key))[1]

    @strawberry.field
    async def body_html(self, info: Info) -> str:
        return (await row_loaders(info).text.load(self.key))[2]

    @strawberry.field
    async def front_matter(self, info: Info) -> Anything:
        return json.loads((await row_loaders(info).text.load(self.key))[3])

    @strawberry.field
    async def source(self, info: Info) -> Source:
        path, sha256, imported_at, revision = (await row_loaders(info).text.load(self.key))[4:]
        return Source(path=path, sha256=sha256, imported_at=imported_at, revision=revision)


@strawberry.type
class Edge:
    """An edge of a connection."""

    cursor: str
    node: Article
    score: float | None = None
    snippet: str | None = None


@strawberry.type
class TopicFacet:
    """The number of articles of a topic."""

    topic: Topic
    count: int


@strawberry.type
class ProviderFacet:
    """The number of articles of a provider."""

    provider: Provider
    count: int


@strawberry.type
class TimeFacet:
    """The number of articles of a month."""

    from_: DateTime = strawberry.field(name="from")
    count: int


@strawberry.type
class Facets:
    """Counts of articles."""

    page: Private[object]

    @strawberry.field
    async def topics(self, info: Info, first: int = 10) -> list[TopicFacet]:
        return await info.context["pages"].topic_facet(self.page, first)

    @strawberry.field
    async def providers(self, info: Info, first: int = 10) -> list[ProviderFacet]:
        return await info.context["pages"].provider_facet(self.page, first)

    @strawberry.field
    async def published_at(self, info: Info, by: Interval = Interval.MONTH) -> list[TimeFacet]:
        return await info.context["pages"].time_facet(self.page)


@strawberry.type
class Connection:
    """A page of articles; each part is only read if it is requested."""

    page: Private[object]

    @strawberry.field
    async def edges(self) -> list[Edge]:
        return (await self.page.read())[0]

    @strawberry.field
    async def page_info(self) -> PageInfo:
        edges, has_more = await self.page.read()
        return PageInfo(end_cursor=edges[-1].cursor if edges else None, has_next_page=has_more)

    @strawberry.field
    async def total_count(self) -> int:
        return await self.page.count()

    @strawberry.field
    def facets(self) -> Facets:
        return Facets(page=self.page)
