"""Reads everything that a client can read of a site."""

from __future__ import annotations

import html
import re
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.server.conftest import SITE

if TYPE_CHECKING:
    import httpx

_STORY = "id title excerpt publishedAt webUrl originalUrl ampUrl cdnAmpUrl type quality"
_ARTICLE = (
    f"{_STORY} slug updatedAt category heat language published body bodyHtml frontMatter "
    "source { path sha256 } images { url title attribution } authors { name slug url imageUrl } "
    "provider { id name domain } topics { id name slug } translations { id slug language } "
    f"related {{ {_STORY} article {{ id }} provider {{ name domain }} images {{ url }} }} "
    "relatedBy { edges { node { id title } } }"
)
_FACETS = (
    "facets { topics { topic { name } count } providers { provider { name } count } "
    "types { type count } publishedAt { from count } }"
)
OPERATIONS = (
    f"{{ articles(first: 100) {{ totalCount {_FACETS} edges {{ node {{ {_ARTICLE} }} }} }} }}",
    f"""{{ topics(first: 100) {{ totalCount edges {{ node {{
        id name slug aliases shortname description keywords articleCount parent {{ name }}
        feeds {{ rss }} articles {{ totalCount {_FACETS} edges {{ node {{ id title }} }} }}
    }} }} }} }}""",
    """{ providers(first: 100) { totalCount edges { node {
        id name domain description articleCount images { url } feeds { rss }
        relatedLinks { edges { node { title webUrl } } }
        articles { totalCount edges { node { id title } } }
    } } } }""",
    """{ store {
        revision articleCount hiddenCount topicCount providerCount
        diagnostics(first: 100) {
            totalCount edges { node { path line column code severity message advice } }
        }
    } }""",
    f"""{{ changes {{ token hasMore changes {{ nodeId removed revision node {{
        id
        ... on Article {{ {_ARTICLE} }}
        ... on Topic {{ name slug }}
        ... on Provider {{ name domain }}
    }} }} }} }}""",
)
_START_PATHS = (
    *("/", "/articles", "/topics", "/providers", "/search", "/search?q=visible", "/diagnostics"),
    *("/sitemap.xml", "/robots.txt", "/opensearch.xml", "/feeds.opml", "/feeds/all.rss"),
    *("/healthz", "/readyz", "/metrics", "/nothing"),
)
_LINK = re.compile(r"""(?:href|src|url)=["']([^"']+)|<(?:loc|link|id)>([^<]+)<|"(https?:[^"]+)""")
_MAX_PATHS = 400


async def read_responses(client: httpx.AsyncClient) -> dict[str, str]:
    """Return the head and the text of all responses, by operation or path.

    Links are followed within the site.
    """
    responses = {}
    for operation in OPERATIONS:
        response = await client.post("/graphql", json={"query": operation})
        assert "errors" not in response.json(), response.text
        responses[operation] = _full_text(response)
    paths = deque(_START_PATHS)
    seen = set(paths)
    while paths:
        path = paths.popleft()
        response = await client.get(path)
        responses[path] = _full_text(response)
        for match in _LINK.finditer(response.text):
            link = html.unescape(match[1] or match[2] or match[3])
            target = _path_of(link)
            if target is not None and target not in seen and len(seen) < _MAX_PATHS:
                seen.add(target)
                paths.append(target)
    return responses


def _path_of(link: str) -> str | None:
    """Return the path of a link within the site; None if it leads elsewhere."""
    link = link.partition("#")[0]
    prefix = urlsplit(SITE).path
    link = link.removeprefix(SITE.removesuffix(prefix))
    if not link.startswith((f"{prefix}/", f"{prefix}?")) or "/static/" in link:
        return None
    return link.removeprefix(prefix)


def _full_text(response: httpx.Response) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in response.headers.items())
    return f"{response.status_code}\n{head}\n{response.text}"
