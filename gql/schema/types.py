"""The object types of the schema. Fields and edges are those of `store.query.graph_map`."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from newsgraph.gql.schema.fields import (
    article_connection_field,
    connection_field,
    list_field,
    plain_field,
    similar_articles_field,
)
from newsgraph.gql.schema.scalars import JSON, URL, DateTime

if TYPE_CHECKING:
    from newsgraph.gql.schema.connections import (
        ArticleConnection,
        DiagnosticConnection,
        RelatedLinkConnection,
    )

_CONNECTIONS_MODULE = "newsgraph.gql.schema.connections"
LazyArticleConnection: TypeAlias = Annotated[
    "ArticleConnection", strawberry.lazy(_CONNECTIONS_MODULE)
]
LazyDiagnosticConnection: TypeAlias = Annotated[
    "DiagnosticConnection", strawberry.lazy(_CONNECTIONS_MODULE)
]
LazyRelatedLinkConnection: TypeAlias = Annotated[
    "RelatedLinkConnection", strawberry.lazy(_CONNECTIONS_MODULE)
]

_NAME = "The taxonomy's name, or else the most common spelling in the documents."


@strawberry.interface(description="An object that can be fetched by its id.")
class Node:
    """Relay's Global Object Identification."""

    id: strawberry.ID = plain_field("Opaque; the same in every store made from the same files.")


@strawberry.type(description="An image.")
class Image:
    """An image by its URL."""

    url: URL = plain_field("The image's URL.")
    width: int | None = plain_field("Width in pixels.")
    height: int | None = plain_field("Height in pixels.")
    is_cached: bool | None = plain_field("Whether the collection has a copy of the image.")
    title: str | None = plain_field("Title or caption of the image, else its alternative text.")
    attribution: str | None = plain_field("Credit line to show with the image.")
    alt: str | None = plain_field("What the image shows, for people who do not see it.")


@strawberry.type(description="An author of an article.")
class Author:
    """An author of an article."""

    name: str = plain_field("As in the site's author file, or else as written in the document.")
    slug: str = plain_field("The author's name in URLs, unique in the store.")
    url: URL | None = plain_field("The author's page.")
    image_url: URL | None = plain_field("URL of a picture of the author.")


@strawberry.type(description="The URLs of a topic's or provider's feeds.")
class Feeds:
    """URLs of feeds."""

    rss: URL = plain_field("RSS 2.0.")
    atom: URL = plain_field("Atom 1.0 (RFC 4287).")
    json: URL = plain_field("JSON Feed 1.1.")


@strawberry.type(description="The file that an article was imported from.")
class Source:
    """The file that an article was imported from."""

    path: str = plain_field("The file's path, relative to the imported folder.")
    sha256: str = plain_field("SHA-256 of the file's bytes, in hexadecimal.")
    imported_at: DateTime = plain_field("When this version of the file was imported.")
    revision: int = plain_field("The store's revision after the import of this version.")


@strawberry.interface(
    description="A published story: what articles and links between them have in common."
)
class Story:
    """A published story."""

    title: str = plain_field("The headline.")
    excerpt: str | None = plain_field("A few sentences of the text, as plain text.")
    published_at: DateTime | None = plain_field("When the story was published.")
    web_url: URL | None = plain_field("URL of the page to read the story on.")
    original_url: URL | None = plain_field("URL where the story was first found.")
    amp_url: URL | None = plain_field("URL of the AMP page.")
    cdn_amp_url: URL | None = plain_field("URL of the AMP page in an AMP cache.")
    type: str | None = plain_field("Such as `article` or `video`.")
    quality: int | None = plain_field("The collection's rating; higher is better.")
    provider: Provider | None = plain_field("The publisher.")
    images: list[Image] = plain_field("The images, the main one first.")


@strawberry.type(description="An article of the collection.")
class Article(Node, Story):
    """An article of the collection."""

    slug: str = plain_field("The article's name in URLs, unique in the store.")
    web_url: URL = plain_field(
        "URL of the publisher's page, else of the page that the archive's own generator makes, "
        "else of this site's page."
    )
    updated_at: DateTime = plain_field("When the document last changed.")
    category: str | None = plain_field("Such as `news`.")
    heat: int | None = plain_field(
        "How much the article is discussed, by the collection's measure."
    )
    language: str | None = plain_field(
        "Language of the article (BCP 47), such as `pt-BR`; the collection's if the document and "
        "its path state none."
    )
    translations: list[Article] = list_field("The same article in other languages, by language.")
    published: bool = plain_field("False if the document is marked as unpublished.")
    topics: list[Topic] = plain_field("What the article is about, in the document's order.")
    authors: list[Author] = plain_field("The authors.")
    related: list[RelatedLink] = list_field(
        "The stories that the article links to, in the document's order."
    )
    related_by: LazyArticleConnection = article_connection_field(
        "Articles that link to this article, newest first."
    )
    similar: list[Article] = similar_articles_field(
        "Articles with the same words and topics as this article, the most similar first. Its "
        "translations are left out; articles that it links to, or that link to it, are not. Empty "
        "if no article is similar enough. Finding them takes time, which counts toward the cost "
        "limit."
    )
    body: str = plain_field("The document's text below its front matter, in Markdown.")
    body_html: str = plain_field(
        "The text as sanitized HTML. URLs are absolute, except those of fragments (`#note`), which "
        "lead to an element of the text."
    )
    front_matter: JSON = plain_field("The document's complete front matter, with unknown keys.")
    source: Source = plain_field("The file that the article was imported from.")


@strawberry.type(
    description="A link from an article to a story. What the linking document says of the story "
    "can differ from the collection's own article of it; both are stored."
)
class RelatedLink(Node, Story):
    """A link from an article to a story."""

    position: int = plain_field("The link's position among the article's related items, from 0.")
    article: Article | None = plain_field("The collection's own article of this story, if any.")
    from_: Article = plain_field("The article with the link.", name="from")


@strawberry.type(description="A publisher, identified by its domain.")
class Provider(Node):
    """A publisher."""

    name: str = plain_field(_NAME)
    domain: str = plain_field("The domain, without `www`.")
    description: str | None = plain_field("The taxonomy's description.")
    images: list[Image] = plain_field("The provider's logos.")
    articles: LazyArticleConnection = article_connection_field("The provider's articles.")
    related_links: LazyRelatedLinkConnection = connection_field(
        "Links from articles to the provider's stories, newest first."
    )
    article_count: int = plain_field("Number of the provider's articles in the store.")
    feeds: Feeds = plain_field("Feeds of the provider's articles.")


@strawberry.type(description="A topic of articles.")
class Topic(Node):
    """A topic of articles."""

    name: str = plain_field(_NAME)
    slug: str = plain_field("The topic's name in URLs.")
    aliases: list[str] = plain_field(
        "Slugs of the topic before it was renamed or merged, sorted; they still lead to it."
    )
    shortname: str | None = plain_field("The taxonomy's shorter name.")
    description: str | None = plain_field("The taxonomy's description.")
    keywords: list[str] = plain_field("The taxonomy's keywords.")
    parent: Topic | None = plain_field("The broader topic.")
    children: list[Topic] = plain_field("The narrower topics, by name.")
    articles: LazyArticleConnection = article_connection_field("The topic's articles.")
    article_count: int = plain_field("Number of the topic's articles.")
    feeds: Feeds = plain_field("Feeds of the topic's articles.")


@strawberry.type(description="The store of imported articles.")
class Store:
    """The store's revision and numbers of objects."""

    revision: int = plain_field(
        "Increases by one with each import that changes anything, "
        "and when scheduled articles appear or expire."
    )
    imported_at: DateTime | None = plain_field(
        "When the revision was imported; null before the first."
    )
    article_count: int = plain_field("Number of articles.")
    hidden_count: int = plain_field("Number of articles that are imported but not shown.")
    provider_count: int = plain_field("Number of providers.")
    topic_count: int = plain_field("Number of topics.")
    diagnostics: LazyDiagnosticConnection = connection_field(
        "Problems that the last imports found, by file and line."
    )


@strawberry.enum(description="How severe a diagnostic is.")
class Severity(Enum):
    """How severe a diagnostic is."""

    ERROR = strawberry.enum_value("ERROR", description="A document or a field was left out.")
    WARNING = strawberry.enum_value(
        "WARNING", description="A value was repaired, or looks unintended."
    )


@strawberry.type(description="A problem that an import found in a document.")
class Diagnostic:
    """A problem that an import found in a document."""

    path: str = plain_field("The file's path, relative to the imported folder.")
    line: int | None = plain_field("The line, from 1.")
    column: int | None = plain_field("The column, from 1.")
    code: str = plain_field("The kind of problem; docs/documents.md lists the codes.")
    severity: Severity = plain_field("How severe the problem is.")
    message: str = plain_field("What is wrong.")
    advice: str = plain_field("How to fix it.")
