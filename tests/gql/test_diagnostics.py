"""`store.diagnostics` lists the problems that imports found."""

from __future__ import annotations

import httpx

from newsgraph.gql.http.view import graphql_app
from newsgraph.store.engines import open_database
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, noon_clock
from tests.store.archive import Archive

QUERY = """
query ($first: Int, $after: String) {
  store {
    diagnostics(first: $first, after: $after) {
      totalCount
      edges { cursor node { path line column code severity message advice } }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
}
"""


async def test_diagnostics_are_ordered_by_file(tmp_path):
    """The pages have the diagnostics of both folders by folder and file, with line and advice."""
    first, second = Archive(tmp_path / "one"), Archive(tmp_path / "two")
    second.collection = type(second.collection)(id="two")
    first.write_file("b.md", "---\ntitle: never closed")
    first.write_article("a.md", images=[{"url": "/relative.png"}])
    second.write_file("0.md", "---\ntitle: [\n---\n")
    store = Store(await open_database(f"sqlite:///{tmp_path}/store.db"), SITE, noon_clock)
    try:
        await store.import_roots([first.root, second.root])
        transport = httpx.ASGITransport(graphql_app(store))
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
            nodes, after = [], None
            while True:
                variables = {"first": 2, "after": after}
                response = await client.post("/", json={"query": QUERY, "variables": variables})
                page = response.json()["data"]["store"]["diagnostics"]
                assert page["totalCount"] == 3
                assert page["pageInfo"]["hasPreviousPage"] is bool(nodes)
                nodes += [edge["node"] for edge in page["edges"]]
                if not page["pageInfo"]["hasNextPage"]:
                    break
                after = page["pageInfo"]["endCursor"]
    finally:
        await store.close()
    assert [(node["path"], node["severity"]) for node in nodes] == [
        ("a.md", "WARNING"),
        ("b.md", "ERROR"),
        ("0.md", "ERROR"),
    ]
    assert nodes[2]["line"] == 3
    assert all(node["message"] and node["advice"] for node in nodes)
