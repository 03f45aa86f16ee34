"""Serves files in the folders of documents, such as pictures, by the digests of their contents."""

from __future__ import annotations

import asyncio
import os
import re
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from newsgraph.server.http_cache.cache_key import FILES_PATH
from newsgraph.server.http_cache.etags import matches_any, parse_etags
from newsgraph.store.importing.safe_open import open_below, path_to_open_again

if TYPE_CHECKING:
    from io import BufferedReader

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

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

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NOT_FOUND: Final = "There is no such file, or it has changed since the last import."


class LocalFileRoutes:
    """The route of files that documents refer to.

    Args:
        store: knows which files are served.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route(f"{FILES_PATH}{{sha256}}/{{name}}", self._respond)]

    async def _respond(self, request: Request) -> Response:
        sha256, name = request.path_params["sha256"], request.path_params["name"]
        files = await self._store.find_files(sha256, name) if _SHA256.fullmatch(sha256) else []
        for file in files:
            # A disk can be slow, and a network drive even more so.
            opened = await asyncio.to_thread(_open_unchanged, file)
            if opened is None:
                continue
            etag = f'"{file.sha256}"'
            headers = FILE_HEADERS | {"ETag": etag}
            if file.media_type.startswith("image/"):
                headers["Content-Security-Policy"] = PICTURE_POLICY
            if_none_match = request.headers.get("if-none-match", "")
            if etag in parse_etags(if_none_match) or matches_any(if_none_match):
                opened.close()
                return Response(status_code=304, headers=headers)
            return _OpenFileResponse(opened, file, headers)
        raise HTTPException(404, _NOT_FOUND)


def _open_unchanged(file: ServedFile) -> BufferedReader | None:
    """Open a file; return None if it is gone, or was changed after the last import."""
    try:
        opened = open_below(file.folder, file.path)
    except (OSError, ValueError):
        return None
    status = os.fstat(opened.fileno())
    if (status.st_size, status.st_mtime_ns) != (file.size, file.modified_ns):
        opened.close()
        return None
    return opened


class _OpenFileResponse(FileResponse):
    """Sends a file that is open, whatever happens to its path meanwhile."""

    def __init__(self, opened: BufferedReader, file: ServedFile, headers: dict[str, str]) -> None:
        super().__init__(
            path_to_open_again(opened, file.folder, file.path),
            headers=headers,
            media_type=file.media_type,
            stat_result=os.fstat(opened.fileno()),
        )
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, and close it."""
        with self._opened:
            await super().__call__(scope, receive, send)
