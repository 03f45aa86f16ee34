"""Sends the requests of simulated readers in order, on a few connections, during imports."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.bench.load import LoadError
from tests.bench.readers import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.bench.readers import Subscription

CONNECTIONS = 8

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class ResponseCounts:
    """Counts of the responses so far.

    Attributes:
        statuses: number of responses by status.
        bytes: total size of the responses with their headers.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    bytes: int = 0


async def run_polls(
    url: str,
    polls: Iterator[tuple[float, Subscription]],
    run_import: Callable[[int, float], Any],
    *,
    conditional: bool,
    import_count: int,
    connections: int = CONNECTIONS,
) -> ResponseCounts:
    """Send requests in order on a few connections, and run imports at the same time.

    Args:
        url: base URL of the service.
        polls: the result of `schedule_polls`.
        run_import: coroutine function that gets an import's number and second of the day.
        conditional: whether readers send conditional requests.
        import_count: number of imports per day.
        connections: number of concurrent connections.

    Raises:
        ImportFailed: an import failed.
        LoadError: the service refused or closed a connection.
    """
    counts, import_task = ResponseCounts(), asyncio.ensure_future(asyncio.sleep(0))
    imports = ((number, DAY * (number + 0.5) / import_count) for number in range(import_count))
    next_import = next(imports, None)
    lock, parts = asyncio.Lock(), urlsplit(url)

    async def next_poll() -> Subscription | None:
        nonlocal next_import, import_task
        async with lock:
            poll = next(polls, None)
            if poll is None:
                return None
            if next_import is not None and poll[0] >= next_import[1]:
                await import_task
                import_task = asyncio.ensure_future(run_import(*next_import))
                next_import = next(imports, None)
            return poll[1]

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_connection(parts.hostname, parts.port)
        except OSError as error:
            raise LoadError(f"{url} refuses connections: {error}") from error

    async def send_requests() -> None:
        reader, writer = await connect()
        try:
            while (subscription := await next_poll()) is not None:
                if reader.at_eof():
                    # A service closes idle connections, and an import may take longer.
                    writer.close()
                    reader, writer = await connect()
                request_headers = subscription.headers(conditional=conditional)
                writer.write(_render_request(parts.netloc, subscription.path, request_headers))
                status, headers, size = await _read_response(reader)
                counts.statuses[status] += 1
                counts.bytes += size
                subscription.store_validators(headers)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise LoadError(f"{url} closed a connection: {error}") from error
        finally:
            writer.close()

    # Not a task group, which would wrap the first failure in an exception group.
    await asyncio.gather(*(send_requests() for _ in range(connections)))
    await import_task
    return counts


def _render_request(host: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".encode()


async def _read_response(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], int]:
    """Read a response; return its status, its validators and its size in bytes."""
    head = await reader.readuntil(b"\r\n\r\n")
    status, size = int(head[9:12]), len(head)
    length = _LENGTH.search(head)
    if status != 304 and length is not None:
        size += len(await reader.readexactly(int(length[1])))
    validators = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() in ("etag", "last-modified"):
            validators[name.lower()] = value.strip()
    return status, validators, size
