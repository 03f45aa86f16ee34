"""A temporary PostgreSQL cluster with a copy of a store's rows."""

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

from tests.bench.measure import print_line
from tests.bench.peers.install import PEERS, PeerUnavailable
from tests.bench.processes import find_free_port

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROGRAM_FOLDER = "/usr/lib/postgresql"
_USER = "postgres"
_SETTINGS = {
    # For a read-only server of this size on two cores; the data need not be durable.
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
    "article_topic": "article_id, topic_id, position, date_order AS published_at",
    "article_author": "article_id, position, name, url",
    "article_image": "article_id, position, url, width, height, is_cached, title, attribution",
    "provider_image": "provider_id, position, url, width, height",
    "link": (
        "id, article_id, position, target_id, title, excerpt, published_at, web_url, quality, "
        "provider_id"
    ),
    "link_image": "link_id, position, url, width, height",
}
"""Columns to copy by table; a table comes after those that it references."""


class Postgres:
    """A cluster in a temporary folder; use it as a context manager."""

    def __init__(self, store: Path) -> None:
        """Args: store: database file whose rows are copied.

        Raises:
            PeerUnavailable: PostgreSQL is not installed.
        """
        programs = sorted(
            Path(_PROGRAM_FOLDER).glob("*/bin/postgres"), key=lambda path: path.parts[-3]
        )
        if not programs:
            raise PeerUnavailable(
                "PostgreSQL is missing; on Debian or Ubuntu: apt-get install postgresql"
            )
        self._programs, self._store = programs[-1].parent, store
        self.port = find_free_port()
        self.url = f"postgres://{_USER}@127.0.0.1:{self.port}/bench"
        self._folder = Path(tempfile.mkdtemp(prefix="newsgraph-bench-postgres-"))

    def __enter__(self) -> Self:
        """Create the cluster, start it, and copy the rows."""
        data = self._folder / "data"
        try:
            if os.geteuid() == 0:
                user = pwd.getpwnam(_USER)
                os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._run_program(
                "initdb", "--auth=trust", "--encoding=UTF8", f"--username={_USER}", str(data)
            )
            settings = {"listen_addresses": "127.0.0.1", "port": self.port, **_SETTINGS}
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            options += f" -c unix_socket_directories={self._folder}"
            log = str(self._folder / "log")
            self._run_program("pg_ctl", "-D", str(data), "-w", "-l", log, "-o", options, "start")
            self._run_program(
                "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", _USER, "bench"
            )
            print_line("  copying rows to PostgreSQL ...")
            self._copy_rows()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server, and remove the cluster."""
        data = self._folder / "data"
        if (data / "postmaster.pid").exists():
            try:
                self._run_program("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
            except PeerUnavailable as reason:  # the measurements are valid nevertheless
                print_line(f"  PostgreSQL did not stop: {reason}")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _copy_rows(self) -> None:
        with closing(sqlite3.connect(f"file:{self._store}?mode=ro", uri=True)) as database:
            self._run_sql((PEERS / "postgraphile" / "tables.sql").read_text("utf-8").encode())
            for name, columns in TABLES.items():
                rows = database.execute(f"SELECT {columns} FROM {name}")  # noqa: S608 - constants
                # "date_order AS published_at" is the other services' name of a column.
                names = columns.replace("date_order AS ", "")
                lines = [f"COPY {name} ({names}) FROM STDIN;\n"]
                lines += ("\t".join(map(_format_field, row)) + "\n" for row in rows)
                self._run_sql("".join([*lines, "\\.\n"]).encode())
        self._run_sql((PEERS / "postgraphile" / "indexes.sql").read_text("utf-8").encode())

    def _run_sql(self, script: bytes) -> None:
        self._run_program(
            *("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", _USER, "-q"),
            *("-v", "ON_ERROR_STOP=1", "-d", "bench", "-f", "-"),
            script=script,
        )

    def _run_program(self, program: str, *arguments: str, script: bytes = b"") -> None:
        # PostgreSQL refuses to run as root.
        switch_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
        as_user: Sequence[str] = switch_user if os.geteuid() == 0 else []
        with tempfile.TemporaryFile() as output:
            run = subprocess.run(
                [*as_user, str(self._programs / program), *arguments],
                cwd=self._folder,
                input=script,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            if run.returncode:
                raise PeerUnavailable(f"{program} failed:\n{output.read().decode()[-1500:]}")


def _format_field(value: Any) -> str:
    """Return a value in the text format of COPY."""
    if value is None:
        return "\\N"
    text = str(value)
    for raw, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(raw, escaped)
    return text
