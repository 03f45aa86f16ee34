"""Visits of readers made in their order, on a few connections, with imports beside them."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.bench.load import CannotLoad
from tests.bench.readers import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.bench.readers import Subscription

CONNECTIONS = 8

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Answers:
    """What was answered so far.

    Attributes:
        statuses: how many answers, by status.
        bytes: of all answers, their heads included.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    bytes: int = 0


async def poll(
    url: str,
    visits: Iterator[tuple[float, Subscription]],
    begin_import: Callable[[int, float], Any],
    *,
    conditional: bool,
    imports: int,
    connections: int = CONNECTIONS,
) -> Answers:
    """Make visits in their order on a few connections, with imports beside them.

    Args:
        url: of the service.
        visits: as `polls` gives them.
        begin_import: a coroutine function of an import's number and second.
        conditional: whether readers say what they have.
        imports: how many a day has.
        connections: so many visits are made side by side.

    Raises:
        CannotImport: an import failed.
        CannotLoad: the service broke a connection off.
    """
    answers, running = Answers(), asyncio.ensure_future(asyncio.sleep(0))
    due = ((number, DAY * (number + 0.5) / imports) for number in range(imports))
    coming = next(due, None)
    turn = asyncio.Lock()

    async def visit() -> Subscription | None:
        nonlocal coming, running
        async with turn:
            found = next(visits, None)
            if found is None:
                return None
            if coming is not None and found[0] >= coming[1]:
                await running
                running = asyncio.ensure_future(begin_import(*coming))
                coming = next(due, None)
            return found[1]

    async def ask() -> None:
        parts = urlsplit(url)
        try:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        except OSError as error:
            raise CannotLoad(f"{url} takes no connection: {error}") from error
        try:
            while (one := await visit()) is not None:
                said = one.headers(conditional=conditional)
                writer.write(_request(parts.netloc, one.path, said))
                status, headers, size = await _answer(reader)
                answers.statuses[status] += 1
                answers.bytes += size
                one.answered(headers)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise CannotLoad(f"{url} broke a connection off: {error}") from error
        finally:
            writer.close()

    # Not a task group: whoever waits is to be told the first failure as it is.
    await asyncio.gather(*(ask() for _ in range(connections)))
    await running
    return answers


def _request(host: str, path: str, said: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".encode()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], int]:
    """Return an answer's status, its validators, and how many bytes it had."""
    head = await reader.readuntil(b"\r\n\r\n")
    status, size = int(head[9:12]), len(head)
    length = _LENGTH.search(head)
    if status != 304 and length is not None:
        size += len(await reader.readexactly(int(length[1])))
    found = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() in ("etag", "last-modified"):
            found[name.lower()] = value.strip()
    return status, found, size
