"""Ten minutes of all queries mixed, and what the process holds in memory meanwhile."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.bench import subjects
from tests.bench.load import Request, load
from tests.bench.measure import say
from tests.bench.queries import queries

if TYPE_CHECKING:
    from pathlib import Path

CONNECTIONS = 8
EVERY_SECONDS = 5.0


def soak(store: Path, seconds: float) -> dict[str, Any]:
    """Ask all queries in turns for a long time, with the settings that a service has unasked.

    Returns:
        ``memory``: pairs of seconds and MB (RSS); ``run``: what wrk measured.
    """
    subject = subjects.newsgraph(store, subjects.ON, label="soak")
    with subject.service as service, ThreadPoolExecutor(1) as thread:
        memory = [(0.0, service.memory)]
        bodies = [json.loads(query.body) for query in queries(store)]
        cold = [query.cold_body for query in queries(store) if query.cold_body]
        request = Request(f"{service.url}/graphql", "\n".join([*map(json.dumps, bodies), *cold]))
        began = time.monotonic()
        running = thread.submit(load, request, CONNECTIONS, seconds)
        while not running.done():
            time.sleep(min(EVERY_SECONDS, 1 + seconds / 10))
            memory.append((time.monotonic() - began, service.memory))
            say(f"  {memory[-1][0]:6.0f} s  {memory[-1][1]:7.1f} MB")
        run = running.result()
    return {"memory": memory, "run": run.as_dict()}
