"""The mapping of the graph: which column a field is, and which join an edge is.

To add a field to the graph, add it here and to its GraphQL type in `gql.schema`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func

from newsgraph.store.query.edge_joins import (
    all_rows,
    hit_snippet,
    join_aliased_article,
    join_aliased_topic,
    join_all,
    join_article_at_path,
    join_articles_of_author,
    join_articles_of_provider,
    join_articles_of_topic,
    join_attachments,
    join_authors,
    join_diagnostics,
    join_linking_articles,
    join_links_to_provider,
    join_roots,
    join_search_hits,
    join_similar_articles,
    join_topic,
    join_topic_retirement,
    join_topics,
    join_translations,
    many_to_one,
    one_by_lookup,
    one_to_many,
    reject_join,
    searched_text,
)
from newsgraph.store.query.entity import EdgeMapping, Entity, FieldMapping
from newsgraph.store.query.field_expressions import (
    FEED_FORMATS,
    WEB_URL_COLUMNS,
    author_slug,
    body_html,
    has_articles,
    local_file_url,
    map_boolean,
    map_columns,
    map_document_json,
    map_feed_url,
    map_json,
    map_time,
    map_url,
    topic_aliases,
    undated_article_count,
    web_url,
)
from newsgraph.store.query.order import ALPHABETICAL, BEST_MATCH, BY_FILE, NEWEST
from newsgraph.store.query.search_sql import score
from newsgraph.store.query.selection import MAX_SIMILAR_ARTICLES, SIMILAR_ARTICLES_COST
from newsgraph.store.schema import author_tables as a
from newsgraph.store.schema import feed_tables as f
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.file_tables import article_enclosure, local_file

if TYPE_CHECKING:
    from collections.abc import Mapping


_ARTICLE_OR_LINK = (
    map_columns(id="node_id", title="title", excerpt="excerpt", type="type", quality="quality")
    | map_columns(originalUrl="original_url", ampUrl="amp_url", cdnAmpUrl="cdn_amp_url")
    | {"publishedAt": map_time("published_at")}
)

_IMAGE = map_columns(width="width", height="height", title="title", alt="alt") | {
    "url": map_url("url"),
    "isCached": map_boolean("is_cached"),
    **map_columns(attribution="attribution"),
}

ENTITIES: Mapping[str, Entity] = {
    "Query": Entity(
        t.state,
        {},
        {
            "store": EdgeMapping(
                "Store",
                "one",
                (),
                join_all,
            ),
            "articles": all_rows("Article", "article_count", NEWEST),
            "providers": all_rows("Provider", "provider_count", ALPHABETICAL),
            "topics": all_rows("Topic", "topic_count", ALPHABETICAL),
            "article": one_by_lookup("Article"),
            "aliasedArticle": EdgeMapping("Article", "one", (), join_aliased_article),
            "articleAtPath": EdgeMapping("Article", "one", (), join_article_at_path),
            "provider": one_by_lookup("Provider"),
            "topic": EdgeMapping("Topic", "one", (), join_topic),
            "author": one_by_lookup("Person"),
            "authors": EdgeMapping("Person", "list", (), join_authors),
            "aliasedTopic": EdgeMapping("Topic", "one", (), join_aliased_topic),
            "relatedLink": one_by_lookup("RelatedLink"),
            "search": EdgeMapping(
                "Article",
                "page",
                (),
                join_search_hits,
                BEST_MATCH,
                {"score": lambda rows, _lookup: score(rows.c.rank), "snippet": hit_snippet},
                searched_text,
            ),
            "nodes": EdgeMapping("Article", "choice", (), reject_join),
            "changes": EdgeMapping("Article", "log", (), reject_join),
        },
    ),
    "Store": Entity(
        t.state,
        map_columns(revision="revision", articleCount="article_count", hiddenCount="hidden_count")
        | map_columns(providerCount="provider_count", topicCount="topic_count")
        | map_columns(id="store_id")
        | {"importedAt": map_time("imported_at")}
        | {"undatedCount": FieldMapping((), undated_article_count)}
        | {"hasTopics": has_articles(t.topic), "hasProviders": has_articles(t.provider)},
        {
            "roots": EdgeMapping("Root", "list", (), join_roots),
            "diagnostics": EdgeMapping("Diagnostic", "page", (), join_diagnostics, BY_FILE),
            "feed": many_to_one("Feed", "id"),
        },
    ),
    "Root": Entity(
        t.root,
        map_columns(id="id", folder="folder") | {"collection": map_json("collection")},
    ),
    "Feed": Entity(
        f.feed,
        map_columns(revision="revision", changedAt="changed_at", fullRevision="full_revision"),
    ),
    "Diagnostic": Entity(
        t.diagnostic,
        map_columns(path="path", line="line", column="column", code="code")
        | map_columns(message="message", advice="advice")
        | {"severity": FieldMapping(("severity",), lambda row: func.upper(row.c.severity))},
    ),
    "Article": Entity(
        t.article,
        _ARTICLE_OR_LINK
        | map_columns(slug="slug", category="category", heat="heat")
        | map_columns(guid="guid", atomId="atom_id")
        | map_columns(updatedAt="updated_at", language="language")
        | map_columns(body="body", long=True)
        | {
            "bodyHtml": FieldMapping(("body_html",), body_html, long=True),
            "webUrl": FieldMapping(WEB_URL_COLUMNS, web_url),
            "published": map_boolean("published"),
            "inSitemap": map_boolean("in_sitemap"),
            "hasTitle": map_boolean("has_title"),
            "frontMatter": map_document_json("front_matter"),
        },
        {
            "provider": many_to_one("Provider", "provider_id"),
            "topics": EdgeMapping("Topic", "list", ("id",), join_topics),
            "images": one_to_many("ArticleImage", "article_id"),
            "authors": one_to_many("Author", "article_id"),
            "related": one_to_many("RelatedLink", "article_id"),
            "relatedBy": EdgeMapping("Article", "page", ("id",), join_linking_articles),
            "translations": EdgeMapping("Article", "list", ("id", "language"), join_translations),
            "similar": EdgeMapping(
                "Article",
                "list",
                ("id",),
                join_similar_articles,
                max_rows=MAX_SIMILAR_ARTICLES,
                cost=SIMILAR_ARTICLES_COST,
            ),
            "source": many_to_one("Source", "id"),
            "enclosures": one_to_many("Enclosure", "article_id"),
            "attachments": EdgeMapping("LocalFile", "list", ("id",), join_attachments),
        },
    ),
    "RelatedLink": Entity(
        t.link,
        _ARTICLE_OR_LINK
        | map_columns(position="position")
        | {"webUrl": FieldMapping(WEB_URL_COLUMNS, web_url)},
        {
            "provider": many_to_one("Provider", "provider_id"),
            "images": one_to_many("LinkImage", "link_id"),
            "article": many_to_one("Article", "target_id"),
            "from": many_to_one("Article", "article_id"),
        },
    ),
    "Provider": Entity(
        t.provider,
        map_columns(id="node_id", name="name", domain="domain", description="description")
        | map_columns(articleCount="article_count"),
        {
            "images": one_to_many("ProviderImage", "provider_id"),
            "articles": EdgeMapping(
                "Article", "page", ("id", "article_count"), join_articles_of_provider
            ),
            "relatedLinks": EdgeMapping("RelatedLink", "page", ("id",), join_links_to_provider),
            "feeds": many_to_one("ProviderFeeds", "id"),
            "feed": many_to_one("Feed", "id"),
        },
    ),
    "Topic": Entity(
        t.topic,
        map_columns(id="node_id", name="name", slug="slug", description="description")
        | map_columns(shortname="shortname", articleCount="article_count")
        | {"keywords": map_json("keywords"), "aliases": FieldMapping(("id",), topic_aliases)},
        {
            "parent": many_to_one("Topic", "parent_id"),
            "children": one_to_many("Topic", "parent_id", "name", "id"),
            "articles": EdgeMapping(
                "Article", "page", ("id", "article_count"), join_articles_of_topic
            ),
            "feeds": many_to_one("TopicFeeds", "id"),
            "feed": many_to_one("Feed", "id"),
            "end": EdgeMapping("TopicEnd", "one", ("id",), join_topic_retirement),
        },
    ),
    "TopicEnd": Entity(
        f.topic_retirement,
        map_columns(notice="notice", since="since") | {"gone": map_boolean("gone")},
    ),
    "ArticleImage": Entity(t.article_image, _IMAGE),
    "LinkImage": Entity(t.link_image, _IMAGE),
    "ProviderImage": Entity(t.provider_image, _IMAGE),
    "Author": Entity(
        a.article_author,
        map_columns(name="name", url="url")
        | {"imageUrl": map_url("image"), "slug": FieldMapping(("author_id",), author_slug)},
    ),
    "Person": Entity(
        a.author,
        map_columns(slug="slug", name="name", description="description", url="url")
        | map_columns(articleCount="article_count")
        | {"imageUrl": map_url("image")},
        {
            "articles": EdgeMapping(
                "Article", "page", ("id", "article_count"), join_articles_of_author
            ),
        },
    ),
    "LocalFile": Entity(
        local_file,
        map_columns(mediaType="media_type", size="size")
        | {"url": FieldMapping(("href",), local_file_url)},
    ),
    "Enclosure": Entity(
        article_enclosure,
        map_columns(mediaType="media_type", size="size") | {"url": map_url("url")},
    ),
    "Source": Entity(
        t.document,
        map_columns(path="path", sha256="sha256", importedAt="imported_at", revision="revision")
        | map_columns(rootId="root_id"),
    ),
    "ProviderFeeds": Entity(
        t.provider, {suffix: map_feed_url("providers", suffix) for suffix in FEED_FORMATS}
    ),
    "TopicFeeds": Entity(
        t.topic, {suffix: map_feed_url("topics", suffix) for suffix in FEED_FORMATS}
    ),
}
