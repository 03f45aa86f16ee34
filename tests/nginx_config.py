"""Configurations of nginx: docs/nginx.conf with the ports and folders of a test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCS = Path(__file__).resolve().parent.parent / "docs"

MAIN_CONFIG = """daemon off;
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


REDIRECT = """server {
    listen 80;
    listen [::]:80;
    server_name news.example;
    return 301 https://$host$request_uri;
}
"""
TLS = "listen 443 ssl http2;"
TLS_IPV6 = "listen [::]:443 ssl http2;"
CERTIFICATE = """ssl_certificate /etc/letsencrypt/live/news.example/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/news.example/privkey.pem;"""


def proxy_command(upstream_port: int, port: int, program: str, folder: Path) -> list[str]:
    """Write the configuration of a proxy, and return the command that runs it in the foreground.

    Args:
        upstream_port: port of the newsgraph server.
        port: port that nginx listens on.
        program: path of nginx.
        folder: folder for all files of nginx; it must not exist yet.
    """
    without_tls = {
        REDIRECT: "",
        CERTIFICATE: "",
        TLS: f"listen 127.0.0.1:{port} backlog=1024;",
        TLS_IPV6: "",
        # The clients of the tests are on this machine, and most of the proxy's are not.
        "allow 127.0.0.1; allow ::1; ": "",
    }
    return configured_command(upstream_port, without_tls, program, folder)


def configured_command(
    upstream_port: int, changes: Mapping[str, str], program: str, folder: Path
) -> list[str]:
    """Write nginx.conf with changes into a folder, and return the command that runs nginx.

    Args:
        upstream_port: port of the newsgraph server.
        changes: parts of docs/nginx.conf, and what they are replaced by.
        program: path of nginx.
        folder: folder for all files of nginx; it must not exist yet.
    """
    replacements = {
        **changes,
        "/var/cache/nginx/newsgraph": str(folder / "cache"),
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream_port};",
    }
    folder.mkdir(parents=True)
    config = (DOCS / "nginx.conf").read_text("utf-8")
    (folder / "newsgraph.conf").write_text(replace_placeholders(config, replacements), "utf-8")
    return write_config(program, folder, MAIN_CONFIG)


def write_config(program: str, folder: Path, config: str) -> list[str]:
    """Write a main configuration, and return the command that runs nginx with it."""
    (folder / "nginx.conf").write_text(config, "utf-8")
    # As root, nginx would change to a user who may not be able to read this folder.
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr", *user]


def replace_placeholders(text: str, replacements: Mapping[str, str]) -> str:
    """Replace parts of a text; each of them must be in it."""
    for placeholder, value in replacements.items():
        assert placeholder in text, placeholder
        text = text.replace(placeholder, value)
    return text
