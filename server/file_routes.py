"""Serves files in the folders of documents, such as pictures, by the digests of their contents."""

from __future__ import annotations

import asyncio
import errno
import os
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from newsgraph.server.http_cache.cache_key import FILES_PATH
from newsgraph.server.http_cache.etags import matches_any, parse_etags
from newsgraph.store.importing.safe_open import open_below, path_to_open_again

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import BufferedReader

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsgraph.store.store import ServedFile, Store

FILE_HEADERS: Final = {
    # Other contents have another URL.
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Nothing in an SVG runs or is loaded, not even if it is opened in a window of its own. It would
also prevent browsers from playing audio and video, and from showing PDFs."""

MAX_FILE_TRANSFERS: Final = 1000
"""How many files a process sends at a time, if the system allows enough open files."""

FILES_PER_TRANSFER: Final = 2
"""How many open files a transfer takes, besides its connection."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NOT_FOUND: Final = "There is no such file, or it has changed since the last import."


class LocalFileRoutes:
    """The route of files that documents refer to.

    Args:
        store: knows which files are served.
        max_transfers: how many files are sent at a time; others wait.
    """

    def __init__(self, store: Store, max_transfers: int) -> None:
        self._store = store
        self._transfers = asyncio.Semaphore(max_transfers)

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route(f"{FILES_PATH}{{sha256}}/{{name}}", self._respond)]

    async def _respond(self, request: Request) -> ASGIApp:
        sha256, name = request.path_params["sha256"], request.path_params["name"]
        files = await self._store.find_files(sha256, name) if _SHA256.fullmatch(sha256) else []
        return partial(self._send_first, files)

    async def _send_first(
        self, files: Sequence[ServedFile], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Send the first file that is unchanged; they have equal contents."""
        async with self._transfers:
            for file in files:
                # A disk can be slow, and a network drive even more so.
                opened = await asyncio.to_thread(_open_unchanged, file)
                if opened is not None:
                    with opened:
                        response = _build_response(file, opened, Headers(scope=scope))
                        await response(scope, receive, send)
                    return
        raise HTTPException(404, _NOT_FOUND)


def _open_unchanged(file: ServedFile) -> BufferedReader | None:
    """Open a file; return None if it is gone, or was changed after the last import.

    Raises:
        OSError: the process has too many open files.
    """
    try:
        opened = open_below(file.folder, file.path)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            raise
        return None
    status = os.fstat(opened.fileno())
    if (status.st_size, status.st_mtime_ns) != (file.size, file.modified_ns):
        opened.close()
        return None
    return opened


def _build_response(file: ServedFile, opened: BufferedReader, request_headers: Headers) -> Response:
    """Return the response with a file, which must stay open until it is sent."""
    etag = f'"{file.sha256}"'
    headers = FILE_HEADERS | {"ETag": etag}
    if file.media_type.startswith("image/"):
        headers["Content-Security-Policy"] = PICTURE_POLICY
    if_none_match = request_headers.get("if-none-match", "")
    if etag in parse_etags(if_none_match) or matches_any(if_none_match):
        return Response(status_code=304, headers=headers)
    # By this path the open file is sent, whatever happens to its own path meanwhile.
    return FileResponse(
        path_to_open_again(opened, file.folder, file.path),
        headers=headers,
        media_type=file.media_type,
        stat_result=os.fstat(opened.fileno()),
    )
