"""How near the graph is to its own database: the nested page, over GraphQL and as bare SQL.

Both run in turns in one process, so that a noisy machine is noisy for both; the figure is
the ratio of their medians. ``python -m tests.bench [DOCUMENTS]``, 2,000 if not said.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from rich.console import Console
from rich.table import Table

from gql import graphql_app
from store.database.protocol import open_database
from store.documents.collection import Collection, Root
from store.store import Store
from tests.bench.archive import write_archive
from tests.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROUNDS = 40
SITE = "http://127.0.0.1:8000"
NESTED = """{ articles(first: 50) { edges { node { title excerpt publishedAt webUrl quality
  provider { name domain } topics { name slug } images { url width height }
  related { title webUrl quality provider { name domain } article { title } } } } } }"""


async def measure(documents: int, folder: Path) -> Table:
    """Import an archive, and time the nested page in its three forms."""
    write_archive(folder / "content", documents)
    database = Recorded(await open_database(f"sqlite:///{folder / 'bench.db'}"))
    try:
        store = Store(database, SITE)
        began = time.perf_counter()
        await store.import_roots([Root(folder / "content", Collection(id="bench"))])
        imported = time.perf_counter() - began
        transport = httpx.ASGITransport(graphql_app(store))
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
            return await _compared(database, client, documents, imported)
    finally:
        await database.close()


async def _compared(
    database: Recorded, client: httpx.AsyncClient, documents: int, imported: float
) -> Table:
    body = {"query": NESTED}
    answer = (await client.post("/graphql", json=body)).json()["data"]
    sql, values = database.last

    async def bare() -> None:
        await database.fetch(sql, values)

    async def parsed() -> None:
        _, text = await database.fetch(sql, values)
        assert json.loads(text)["articles"]["edges"][0]["node"]["title"]

    async def graphql() -> None:
        await client.post("/graphql", json=body)

    _, text = await database.fetch(sql, values)
    assert len(json.loads(text)["articles"]["edges"]) == len(answer["articles"]["edges"])
    ways = {"bare SQL": bare, "SQL, JSON parsed": parsed, "GraphQL": graphql}
    medians = await _medians(ways)
    table = Table(title=f"nested page of {documents} documents, {len(text) / 1000:.0f} kB")
    for column in ("way", "ms, median", "times bare SQL"):
        table.add_column(column, justify="left" if column == "way" else "right")
    for name, median in medians.items():
        ratio = median / medians["bare SQL"]
        table.add_row(name, f"{median * 1000:.2f}", f"{ratio:.2f}")
    table.caption = f"import: {imported / documents * 1000:.2f} ms a document"
    return table


async def _medians(ways: dict[str, Callable[[], Awaitable[None]]]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            await way()
            times[name].append(time.perf_counter() - began)
    return {name: statistics.median(some) for name, some in times.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        size = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
        Console().print(asyncio.run(measure(size, Path(place))))
