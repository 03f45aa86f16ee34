"""A serving process publishes scheduled documents by itself."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from newsgraph.store.store import Store
from tests.server.cli.test_serve import server_process, wait_for_url
from tests.server.live import NO_CERTIFICATES, TIMEOUT_SECONDS
from tests.store.archive import Archive

QUERY = "{ articles(first: 9) { edges { node { title } } } store { articleCount hiddenCount } }"


async def import_archive(path, archive):
    """Import a folder into a store, and return the report."""
    store = await Store.open(f"sqlite:///{path}", "https://unused.example")
    try:
        return await store.import_roots([archive.root])
    finally:
        await store.close()


def query_titles(client):
    """Return the titles in GraphQL, with the numbers of visible and hidden articles."""
    data = client.post("/graphql", json={"query": QUERY}).json()["data"]
    titles = {edge["node"]["title"] for edge in data["articles"]["edges"]}
    return titles, data["store"]["articleCount"], data["store"]["hiddenCount"]


@pytest.mark.process
@pytest.mark.parametrize("workers", [1, 2])
def test_a_story_appears_and_another_goes_by_itself(tmp_path, workers):
    """Neither an import nor the files are needed: the server has no folder."""
    archive = Archive(tmp_path / "archive")
    due = (datetime.now(UTC) + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    archive.write_article("soon.md", title="Soon", date="2024-01-01", publishDate=due)
    archive.write_article("going.md", title="Going", date="2024-01-01", expiryDate=due)
    archive.write_article("staying.md", title="Staying", date="2024-01-01")
    asyncio.run(import_archive(tmp_path / "newsgraph.db", archive))
    shutil.rmtree(archive.folder)
    with server_process(tmp_path, "--port", 0, "--workers", workers) as process:
        url = wait_for_url(process)
        deadline = time.monotonic() + TIMEOUT_SECONDS
        with httpx.Client(base_url=url, trust_env=False, verify=NO_CERTIFICATES) as client:
            while (result := query_titles(client))[0] != {"Soon", "Staying"}:
                assert time.monotonic() < deadline, json.dumps(sorted(result[0]))
                time.sleep(0.1)
            assert result[1:] == (2, 1)
            feed = client.get("/feeds/all.rss").text
            assert "<title>Soon</title>" in feed
            assert "Going" not in feed
            assert client.get("/readyz").text == "ok"
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""
