"""A PostgreSQL of our own with a store's rows in it: made for one run, ended with it."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.bench.measure import say
from tests.bench.peers.install import PEERS, Missing
from tests.bench.processes import free_port

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACES = "/usr/lib/postgresql"
_USER = "postgres"
_SETTINGS = {
    # A read-only server of this size on two cores; nothing here needs to survive.
    "shared_buffers": "1GB",
    "work_mem": "32MB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",
    "max_connections": "60",
    "jit": "off",
    "fsync": "off",
    "autovacuum": "off",
}
TABLES = {
    "provider": "id, domain, name, description",
    "topic": "id, slug, name",
    "article": (
        "id, node_id, slug, title, excerpt, published_at, updated_at, web_url, original_url, "
        "amp_url, cdn_amp_url, type, category, quality, heat, published, provider_id, body, "
        "body_html"
    ),
    "document": "id, path, sha256, imported_at, revision, front_matter",
    "article_topic": "article_id, topic_id, position, published_at",
    "article_author": "article_id, position, name, url",
    "article_image": "article_id, position, url, width, height, is_cached, title, attribution",
    "provider_image": "provider_id, position, url, width, height",
    "link": (
        "id, article_id, position, target_id, title, excerpt, published_at, web_url, quality, "
        "provider_id"
    ),
    "link_image": "link_id, position, url, width, height",
}
"""What is copied, in an order that references allow."""


class Postgres:
    """A cluster in a folder of its own; use it as a context manager."""

    def __init__(self, store: Path) -> None:
        """Args: store: whose rows are copied.

        Raises:
            Missing: there is no PostgreSQL.
        """
        found = sorted(Path(_PLACES).glob("*/bin/postgres"), key=lambda path: path.parts[-3])
        if not found:
            raise Missing("PostgreSQL is missing; on Debian or Ubuntu: apt-get install postgresql")
        self._programs, self._store = found[-1].parent, store
        self.port = free_port()
        self.url = f"postgres://{_USER}@127.0.0.1:{self.port}/bench"
        self._folder = Path(tempfile.mkdtemp(prefix="newsgraph-bench-postgres-"))

    def __enter__(self) -> Self:
        """Make the cluster, start it, and copy the rows."""
        data = self._folder / "data"
        try:
            if os.geteuid() == 0:
                user = pwd.getpwnam(_USER)
                os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._call(
                "initdb", "--auth=trust", "--encoding=UTF8", f"--username={_USER}", str(data)
            )
            told = {"listen_addresses": "127.0.0.1", "port": self.port, **_SETTINGS}
            options = " ".join(f"-c {name}={value}" for name, value in told.items())
            options += f" -c unix_socket_directories={self._folder}"
            log = str(self._folder / "log")
            self._call("pg_ctl", "-D", str(data), "-w", "-l", log, "-o", options, "start")
            self._call("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", _USER, "bench")
            say("  copying rows to PostgreSQL ...")
            self._copy()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and remove the cluster."""
        data = self._folder / "data"
        if (data / "postmaster.pid").exists():
            try:
                self._call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
            except Missing as reason:  # what was measured is good all the same
                say(f"  PostgreSQL did not end: {reason}")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _copy(self) -> None:
        with closing(sqlite3.connect(f"file:{self._store}?mode=ro", uri=True)) as database:
            self._sql((PEERS / "postgraphile" / "tables.sql").read_text("utf-8").encode())
            for name, columns in TABLES.items():
                rows = database.execute(f"SELECT {columns} FROM {name}")  # noqa: S608 - our own
                lines = [f"COPY {name} ({columns}) FROM STDIN;\n"]
                lines += ("\t".join(map(_field, row)) + "\n" for row in rows)
                self._sql("".join([*lines, "\\.\n"]).encode())
        self._sql((PEERS / "postgraphile" / "indexes.sql").read_text("utf-8").encode())

    def _sql(self, script: bytes) -> None:
        self._call(
            *("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", _USER, "-q"),
            *("-v", "ON_ERROR_STOP=1", "-d", "bench", "-f", "-"),
            script=script,
        )

    def _call(self, program: str, *arguments: str, script: bytes = b"") -> None:
        # PostgreSQL refuses to run as root.
        other = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
        as_user: Sequence[str] = other if os.geteuid() == 0 else []
        with tempfile.TemporaryFile() as told:
            run = subprocess.run(
                [*as_user, str(self._programs / program), *arguments],
                cwd=self._folder,
                input=script,
                stdout=told,
                stderr=subprocess.STDOUT,
                check=False,
            )
            told.seek(0)
            if run.returncode:
                raise Missing(f"{program} failed:\n{told.read().decode()[-1500:]}")


def _field(value: Any) -> str:
    """Return a value as COPY's text format has it."""
    if value is None:
        return "\\N"
    text = str(value)
    for raw, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(raw, escaped)
    return text
