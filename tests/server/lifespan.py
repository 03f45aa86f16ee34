"""Runs the lifespan of an application, whose background work it starts and ends."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from tests.server.live import TIMEOUT_SECONDS


@asynccontextmanager
async def run_lifespan(app):
    """Start an application, and shut it down at the end of the block."""
    to_app, from_app = asyncio.Queue(), asyncio.Queue()
    task = asyncio.create_task(app({"type": "lifespan"}, to_app.get, from_app.put))
    try:
        await to_app.put({"type": "lifespan.startup"})
        assert await from_app.get() == {"type": "lifespan.startup.complete"}
        yield
        await to_app.put({"type": "lifespan.shutdown"})
        async with asyncio.timeout(TIMEOUT_SECONDS):
            assert await from_app.get() == {"type": "lifespan.shutdown.complete"}
            await task
    finally:
        task.cancel()
