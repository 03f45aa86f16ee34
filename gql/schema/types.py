"""The types of the graph. Their fields and edges are those of `store.query.graph_map`."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from newsgraph.gql.schema.fields import articles, described, listed, page
from newsgraph.gql.schema.scalars import JSON, URL, DateTime

if TYPE_CHECKING:
    from newsgraph.gql.schema.connections import (
        ArticleConnection,
        DiagnosticConnection,
        RelatedLinkConnection,
    )

_CONNECTIONS = "newsgraph.gql.schema.connections"
Articles: TypeAlias = Annotated["ArticleConnection", strawberry.lazy(_CONNECTIONS)]
Diagnostics: TypeAlias = Annotated["DiagnosticConnection", strawberry.lazy(_CONNECTIONS)]
RelatedLinks: TypeAlias = Annotated["RelatedLinkConnection", strawberry.lazy(_CONNECTIONS)]


@strawberry.interface(description="Anything that has an id of its own and can be found by it.")
class Node:
    """Relay's Global Object Identification."""

    id: strawberry.ID = described("Opaque; the same in every store made from the same files.")


@strawberry.type(description="A picture.")
class Image:
    """A picture by its address."""

    url: URL = described("Where the picture is.")
    width: int | None = described("In pixels.")
    height: int | None = described("In pixels.")
    is_cached: bool | None = described("Whether the collection keeps a copy of it.")
    title: str | None = described("What the picture shows.")
    attribution: str | None = described("Whom to name beside it.")


@strawberry.type(description="Who wrote an article.")
class Author:
    """Who wrote an article."""

    name: str = described("As the document has it.")
    url: URL | None = described("Their page.")


@strawberry.type(description="The addresses of a topic's or provider's feeds.")
class Feeds:
    """Addresses of feeds."""

    rss: URL = described("RSS 2.0.")
    atom: URL = described("Atom 1.0 (RFC 4287).")
    json: URL = described("JSON Feed 1.1.")


@strawberry.type(description="Where an article was imported from.")
class Source:
    """Where an article was imported from."""

    path: str = described("The file, relative to the imported folder.")
    sha256: str = described("Digest of the file's bytes, in hexadecimal.")
    imported_at: DateTime = described("When this version of the file came in.")
    revision: int = described("The store's revision that it came in with.")


@strawberry.interface(
    description="What articles and the links between them have in common: a story, published "
    "somewhere."
)
class Story:
    """A story, published somewhere."""

    title: str = described("The headline.")
    excerpt: str | None = described("A few sentences of it, as plain text.")
    published_at: DateTime | None = described("When it was published.")
    web_url: URL | None = described("Where to read it.")
    original_url: URL | None = described("Where it was found first.")
    amp_url: URL | None = described("Its AMP page.")
    cdn_amp_url: URL | None = described("Its AMP page in a cache.")
    type: str | None = described("Such as `article` or `video`.")
    quality: int | None = described("The collection's rating: more is better.")
    provider: Provider | None = described("Who published it.")
    images: list[Image] = described("Its pictures, the main one first.")


@strawberry.type(description="A news document of the collection.")
class Article(Node, Story):
    """A news document."""

    slug: str = described("Its name in addresses, unique in the store.")
    web_url: URL = described(
        "Where to read it: the publisher's page, or our own where the document names none."
    )
    updated_at: DateTime = described("When the document last changed.")
    category: str | None = described("Such as `news`.")
    heat: int | None = described("How much it is talked about, by the collection's measure.")
    published: bool = described("False where the document is marked as unpublished.")
    topics: list[Topic] = described("What it is about, in the document's order.")
    authors: list[Author] = described("Who wrote it.")
    related: list[RelatedLink] = listed("What it links to, in the document's order.")
    related_by: Articles = articles("Articles that link to it, newest first.")
    body: str = described("The document's text below its front matter, in Markdown.")
    body_html: str = described("The text as HTML that is safe to show.")
    front_matter: JSON = described("All that the document's front matter says, unknown keys too.")
    source: Source = described("The file that it comes from.")


@strawberry.type(
    description="A story that an article links to. What the document says of it can differ from "
    "what the collection's own article of it says; both are kept."
)
class RelatedLink(Node, Story):
    """A link from an article to a story."""

    position: int = described("Its place among the article's links, from 0.")
    article: Article | None = described("The collection's own article of this story, if it has it.")
    from_: Article = described("The article that has the link.", name="from")


@strawberry.type(description="A publisher; it is known by its domain.")
class Provider(Node):
    """A publisher."""

    name: str = described("Its name: the taxonomy's, or else as most documents spell it.")
    domain: str = described("Its domain, without `www`.")
    description: str | None = described("What it says of itself, from the taxonomy.")
    images: list[Image] = described("Its logos.")
    articles: Articles = articles("What it published.")
    related_links: RelatedLinks = page("Where articles link to stories of its, newest first.")
    article_count: int = described("How many articles of its the store has.")
    feeds: Feeds = described("Feeds of its articles.")


@strawberry.type(description="What articles are about.")
class Topic(Node):
    """A topic."""

    name: str = described("Its name: the taxonomy's, or else as most documents spell it.")
    slug: str = described("Its name in addresses.")
    aliases: list[str] = described("Slugs that lead to it since it was renamed or merged, sorted.")
    shortname: str | None = described("A shorter name, from the taxonomy.")
    description: str | None = described("What it is, from the taxonomy.")
    keywords: list[str] = described("Words that tell of it, from the taxonomy.")
    parent: Topic | None = described("The wider topic.")
    children: list[Topic] = described("The narrower topics, by name.")
    articles: Articles = articles("The articles about it.")
    article_count: int = described("How many articles are about it.")
    feeds: Feeds = described("Feeds of its articles.")


@strawberry.type(description="The store that answers.")
class Store:
    """Where the store stands."""

    revision: int = described("One more with each import that changed anything.")
    imported_at: DateTime | None = described("When the revision was made; null before the first.")
    article_count: int = described("How many articles there are.")
    hidden_count: int = described("How many more are imported but not shown.")
    provider_count: int = described("How many providers there are.")
    topic_count: int = described("How many topics there are.")
    diagnostics: Diagnostics = page("What the last imports found wrong, by file and line.")


@strawberry.enum(description="How bad it is.")
class Severity(Enum):
    """How bad a diagnostic is."""

    ERROR = strawberry.enum_value("ERROR", description="A document or a field was left out.")
    WARNING = strawberry.enum_value("WARNING", description="Something was mended, or looks odd.")


@strawberry.type(description="What an import found wrong with a document.")
class Diagnostic:
    """What an import found wrong."""

    path: str = described("The file, relative to the imported folder.")
    line: int | None = described("The line, from 1.")
    column: int | None = described("The column, from 1.")
    code: str = described("What kind of thing it is; docs/documents.md lists them.")
    severity: Severity = described("How bad it is.")
    message: str = described("What is wrong.")
    advice: str = described("What to do.")
