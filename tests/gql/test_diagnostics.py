"""What imports found wrong, as whoever runs the archive asks for it."""

from __future__ import annotations

import httpx

from newsgraph.gql import graphql_app
from newsgraph.store.engines.protocol import open_database
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, at_noon
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


async def test_diagnostics_are_told_by_file(tmp_path):
    """All of both folders, the first folder's first, each with its place and what to do."""
    first, second = Archive(tmp_path / "one"), Archive(tmp_path / "two")
    second.collection = type(second.collection)(id="two")
    first.text("b.md", "no front matter")
    first.write("a.md", images=[{"url": "/relative.png"}])
    second.text("0.md", "---\ntitle: [\n---\n")
    store = Store(await open_database(f"sqlite:///{tmp_path}/store.db"), SITE, at_noon)
    try:
        await store.import_roots([first.root, second.root])
        transport = httpx.ASGITransport(graphql_app(store))
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
            seen, after = [], None
            while True:
                variables = {"first": 2, "after": after}
                answer = await client.post("/", json={"query": QUERY, "variables": variables})
                page = answer.json()["data"]["store"]["diagnostics"]
                assert page["totalCount"] == 3
                assert page["pageInfo"]["hasPreviousPage"] is bool(seen)
                seen += [edge["node"] for edge in page["edges"]]
                if not page["pageInfo"]["hasNextPage"]:
                    break
                after = page["pageInfo"]["endCursor"]
    finally:
        await store.close()
    assert [(one["path"], one["severity"]) for one in seen] == [
        ("a.md", "WARNING"),
        ("b.md", "ERROR"),
        ("0.md", "ERROR"),
    ]
    assert seen[2]["line"] == 3
    assert all(one["message"] and one["advice"] for one in seen)
