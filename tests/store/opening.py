"""Opens a database when it is told to, as a process of its own.

    python -m tests.store.opening DATABASE

It says ``ready``, waits for a line, and says the id of the store that it opened.
"""

from __future__ import annotations

import asyncio
import sys

from newsgraph.store.store import Store


async def main(database: str) -> None:
    """Open it."""
    print("ready", flush=True)  # noqa: T201 - another process waits for it
    for line in sys.stdin:
        if line.strip() == "go":
            name = await asyncio.to_thread(sys.stdin.readline)
            store = await Store.open(f"sqlite:///{database}{name.strip()}", "https://news.example")
            print((await store.state()).store_id, flush=True)  # noqa: T201 - as above
            await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
