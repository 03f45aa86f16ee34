"""The soak test: all queries mixed for ten minutes, and the memory of the process."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.bench import systems
from tests.bench.load import Request, run_load
from tests.bench.measure import print_line
from tests.bench.queries import build_queries

if TYPE_CHECKING:
    from pathlib import Path

CONNECTIONS = 8
SAMPLE_SECONDS = 5.0


def measure_soak(store: Path, seconds: float) -> dict[str, Any]:
    """Send all queries in turns for a long time, with default settings.

    Returns:
        ``memory``: pairs of seconds and MB (RSS); ``run``: the result of wrk.
    """
    system = systems.newsgraph(store, systems.CACHE_ON, label="soak")
    with system.service as service, ThreadPoolExecutor(1) as thread:
        memory = [(0.0, service.memory_mb)]
        bodies = [json.loads(query.body) for query in build_queries(store)]
        cold_bodies = [query.cold_body for query in build_queries(store) if query.cold_body]
        request = Request(
            f"{service.url}/graphql", "\n".join([*map(json.dumps, bodies), *cold_bodies])
        )
        started_at = time.monotonic()
        future = thread.submit(run_load, request, CONNECTIONS, seconds)
        while not future.done():
            time.sleep(min(SAMPLE_SECONDS, 1 + seconds / 10))
            memory.append((time.monotonic() - started_at, service.memory_mb))
            print_line(f"  {memory[-1][0]:6.0f} s  {memory[-1][1]:7.1f} MB")
        run = future.result()
    return {"memory": memory, "run": run.as_dict()}
