"""Opens databases on command, as a separate process.

    python -m tests.store.open_process PREFIX

It prints ``ready``; for each ``go`` and the line after it, it opens the database whose path is
the prefix with that line, and prints the store's id.
"""

from __future__ import annotations

import asyncio
import sys

from newsgraph.store.store import Store


async def main(prefix: str) -> None:
    """Open databases until the input ends."""
    print("ready", flush=True)  # noqa: T201 - another process waits for it
    for line in sys.stdin:
        if line.strip() == "go":
            name = await asyncio.to_thread(sys.stdin.readline)
            store = await Store.open(f"sqlite:///{prefix}{name.strip()}", "https://news.example")
            print((await store.state()).store_id, flush=True)  # noqa: T201 - as above
            await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
