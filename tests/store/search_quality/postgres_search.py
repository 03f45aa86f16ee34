"""Runs queries by PostgreSQL's own full-text search, in a temporary cluster.

Each article is a `tsvector` of the configuration of its language, weighted by field, and matches
`websearch_to_tsquery` of the same configuration. The order is `ts_rank`, and then the newest.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.store.search_quality.scoring import SearchResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.store.search_quality.query_set import Query

_PROGRAM_FOLDER: Final = Path("/usr/lib/postgresql")
_USER: Final = "postgres"
CONFIGURATIONS: Final = {
    "ar": "arabic",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "ru": "russian",
    "tr": "turkish",
}
"""Text search configurations by language; all other languages have `simple`."""

_SEARCH: Final = """
CREATE TABLE article AS
SELECT a.*,
    setweight(to_tsvector(configuration, title), 'A')
    || setweight(to_tsvector(configuration, topics), 'B')
    || setweight(to_tsvector(configuration, body), 'D') AS document
FROM json_to_recordset({articles}) AS a (
    name text, configuration regconfig, title text, topics text, body text,
    "publishedAt" timestamptz
);
SELECT json_object_agg(q.id, (
    SELECT coalesce(
        json_agg(name ORDER BY ts_rank(document, terms) DESC, "publishedAt" DESC), '[]'
    )
    FROM article, websearch_to_tsquery(configuration, q.text) AS terms
    WHERE document @@ terms
))
FROM json_to_recordset({queries}) AS q (id text, text text);
"""


class PostgresUnavailable(Exception):
    """PostgreSQL is not installed, or does not start."""


def search_postgres(
    articles: Iterable[dict[str, Any]], queries: Iterable[Query]
) -> dict[str, SearchResult]:
    """Return the results of queries by their ids.

    Args:
        articles: articles as `NewsgraphSearch.articles` returns them.
        queries: what to search for.

    Raises:
        PostgresUnavailable: PostgreSQL is not installed, or failed.
    """
    article_rows = [
        {
            **{key: article[key] for key in ("name", "title", "body", "publishedAt")},
            "configuration": CONFIGURATIONS.get(article["language"].split("-")[0], "simple"),
            "topics": " · ".join(topic["name"] for topic in article["topics"]),
        }
        for article in articles
    ]
    # Texts of PostgreSQL have no NUL.
    query_rows = [{"id": query.id, "text": query.text.replace("\0", " ")} for query in queries]
    script = _SEARCH.format(articles=_json_literal(article_rows), queries=_json_literal(query_rows))
    hits = json.loads(_run_in_new_cluster(script))
    return {name: SearchResult(tuple(names), len(names)) for name, names in hits.items()}


def _json_literal(rows: list[dict[str, Any]]) -> str:
    return f"$rows${json.dumps(rows)}$rows$"


def _run_in_new_cluster(script: str) -> str:
    """Return what a script of SQL prints."""
    programs = max(
        _PROGRAM_FOLDER.glob("*/bin"), key=lambda path: int(path.parent.name), default=None
    )
    if programs is None:
        raise PostgresUnavailable("on Debian or Ubuntu: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="newsgraph-search-"))
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, _USER, pwd.getpwnam(_USER).pw_gid)

    def run(program: str, *arguments: str, script: str = "") -> str:
        # PostgreSQL refuses to run as root.
        switch_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
        process = subprocess.run(
            [*(switch_user if os.geteuid() == 0 else ()), str(programs / program), *arguments],
            cwd=folder,
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        if process.returncode:
            raise PostgresUnavailable(f"{program} failed: {process.stderr[-1500:]}")
        return process.stdout

    try:
        run(
            *("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            *(f"--username={_USER}", str(data)),
        )
        # Only a socket in the temporary folder: no port is opened.
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        psql = ("psql", "-h", str(folder), "-U", _USER, "-d", "postgres", "-qAtX")
        return run(*psql, "-v", "ON_ERROR_STOP=1", "-f", "-", script=script)
    finally:
        if (data / "postmaster.pid").exists():
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
