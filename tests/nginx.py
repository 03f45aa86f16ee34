"""An nginx in front of a server of ours, as docs/nginx.conf has it, with places of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCS = Path(__file__).resolve().parent.parent / "docs"

MAIN = """daemon off;
pid nginx.pid;
error_log stderr warn;
worker_processes auto;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000;
  include newsgraph.conf;
}
"""


def before(upstream: int, port: int, program: str, folder: Path) -> list[str]:
    """Write the configuration, and return the command that runs it until it is ended.

    Args:
        upstream: our server's port.
        port: nginx's.
        program: nginx.
        folder: that does not exist yet; all that nginx keeps is in it.
    """
    places = {
        "/var/cache/nginx/newsgraph": str(folder / "cache"),
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
        "listen 80;": f"listen 127.0.0.1:{port} backlog=1024;",
    }
    folder.mkdir(parents=True)
    docs = (DOCS / "nginx.conf").read_text("utf-8")
    (folder / "newsgraph.conf").write_text(put(docs, places), "utf-8")
    return command(program, folder, MAIN)


def command(program: str, folder: Path, text: str) -> list[str]:
    """Write a configuration, and return the command that runs it."""
    (folder / "nginx.conf").write_text(text, "utf-8")
    # As root it would give its files to somebody who may not see this folder.
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr", *user]


def put(text: str, places: Mapping[str, str]) -> str:
    """Put values in the places of a text, all of which it must have."""
    for mark, value in places.items():
        assert mark in text, mark
        text = text.replace(mark, value)
    return text
