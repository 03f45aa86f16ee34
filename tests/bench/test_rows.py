"""Rows that cannot be measured are reported with the reason, and all others are measured."""

from __future__ import annotations

import copy
import json
import os
import socket
from argparse import Namespace
from types import SimpleNamespace

import pytest

from tests.bench import (
    cores,
    feed_updates,
    feeds,
    polling,
    report,
    results,
    side_by_side,
    systems,
)
from tests.bench.__main__ import measure
from tests.bench.compare import WrongResponse
from tests.bench.conditional import ResponseSizes, drop_rows_with_bodies, make_conditional
from tests.bench.load import Request
from tests.bench.measure import Schedule, run_alternately
from tests.bench.peers.install import PeerUnavailable
from tests.bench.rows import FailedRows
from tests.bench.targets import evaluate_targets
from tests.server.live import running_server

FEED = "/feeds/topics/ai.atom"
SCHEDULE = Schedule(rounds=2, seconds=1.0, connections=(8,))
SERVICE = SimpleNamespace(cpu_seconds=0.0)
RUN = {"rate": 9.0, "p50": 1.0, "p99": 2.0, "bytes": 1000.0, "errors": 0, "timeouts": 0}
UPDATE = {systems.CACHE_OFF: 40.0, systems.CACHE_ON: 10.0}
RUN |= {"load_share": 0.2, "share": 0.9}

WRK = """#!/bin/sh
case "$*" in *broken*) echo "unable to connect"; exit 1;; esac
echo '{"requests":100,"seconds":1,"bytes":100000,"p50":1,"p99":2,"max":3,"refused":0,\
"broken":0,"bad_status":0,"timeouts":0}'
"""


@pytest.fixture
def fake_wrk(tmp_path, monkeypatch):
    """A wrk that sends no requests, and fails if the URL contains `broken`."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "wrk").write_text(WRK, "utf-8")
    (folder / "wrk").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_failed_row_does_not_stop_the_others(capsys):
    """Any exception of a row is recorded, and the reason is printed immediately."""
    failed_rows = FailedRows()
    query_rows = failed_rows.with_prefix("nested")
    for name, error in (
        ("mercurius", PeerUnavailable("npm is missing")),
        ("limit", WrongResponse("limit differs")),
        ("PostGraphile 5", KeyError("data")),
        ("datasette", PeerUnavailable("its response ends with [/rows]")),
    ):
        with query_rows.catch(name):
            raise error
    with query_rows.catch("cache off"):
        pass
    assert failed_rows.missing == {
        "nested: mercurius": "npm is missing",
        "nested: PostGraphile 5": "KeyError: 'data'",
        "nested: datasette": "its response ends with [/rows]",
    }
    assert failed_rows.wrong == {"nested: limit": "limit differs"}
    printed = capsys.readouterr().out
    assert "could not be measured: nested: mercurius: npm is missing" in printed
    assert "WRONG RESPONSE, not measured: nested: limit" in printed


def test_interrupt_stops_the_bench():
    """An interrupt is not recorded as the failure of a row."""
    with pytest.raises(KeyboardInterrupt), FailedRows().catch("nested"):
        raise KeyboardInterrupt


@pytest.mark.process
@pytest.mark.usefixtures("fake_wrk")
def test_service_that_fails_under_load_is_left_out():
    """A service that wrk fails for has no runs; the others have all rounds."""
    failed_rows = FailedRows()
    contenders = {
        name: (SERVICE, Request(f"http://127.0.0.1/{name}")) for name in ("a", "broken", "b")
    }
    runs = run_alternately(contenders, 8, SCHEDULE, failed_rows)
    assert {name: len(service_runs) for name, service_runs in runs.items()} == {"a": 2, "b": 2}
    assert list(failed_rows.missing) == ["broken"]
    assert "unable to connect" in failed_rows.missing["broken"]


def test_full_responses_are_detected_by_size():
    """A row of 304s may have long headers; one with full responses is reported with the share."""
    runs = {"longer": [RUN | {"bytes": 1125.0}], "full": [RUN | {"bytes": 4400.0}], "200": [RUN]}
    failed_rows = FailedRows()
    sizes = {"longer": ResponseSizes(1125, 165_000), "full": ResponseSizes(1125, 165_000)}
    assert list(drop_rows_with_bodies(runs, sizes, failed_rows)) == ["longer", "200"]
    assert failed_rows.wrong == {
        "full": "2.0% of the responses had a body: 4,400 bytes on average, where a 304 has 1,125"
    }


def test_size_of_a_304_is_exact(tmp_path):
    """The size of a 304 is the number of bytes that a real server sends."""
    with running_server(tmp_path) as (site, _):
        conditional, sizes = make_conditional(Request(site + FEED))
        host, port = site.removeprefix("http://").split(":")
        lines = (f"{name}: {value}\r\n" for name, value in conditional.headers.items())
        request = f"GET {FEED} HTTP/1.1\r\nHost: {host}\r\n{''.join(lines)}\r\n"
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(request.encode())
            response = b""
            while not response.endswith(b"\r\n\r\n"):
                response += connection.recv(1000)
    assert response.startswith(b"HTTP/1.1 304 ")
    assert sizes.not_modified == len(response) < sizes.full


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/healthz", "/nothing"])
def test_response_without_etag_is_a_failed_row(path, tmp_path):
    """Without an ETag there is no conditional request, so the row cannot be measured."""
    failed_rows = FailedRows()
    with running_server(tmp_path) as (site, _), failed_rows.catch(feeds.FEED_304):
        make_conditional(Request(site + path))
    assert failed_rows.missing == {feeds.FEED_304: "the response has no ETag"}


def create_results():
    """Return results of all parts, with every row that targets and tables use."""
    names = (systems.CACHE_OFF, systems.LIMIT, systems.STRAWBERRY, side_by_side.WARM)
    nested = {name: [RUN] for name in (*names, side_by_side.COLD, side_by_side.BYTES)}
    feed = (feeds.OFF, feeds.WARM, feeds.FILE, feeds.PROXY, feeds.BYTES, feeds.FEED_304)
    day = {"requests": 10, "rendered": 1, "statuses": {"200": 10}, "cache": {}, "share": 0.5}
    day |= {"rate": 5.0, "bytes": 1000}
    sizes = {size: {systems.CACHE_OFF: [RUN], systems.LIMIT: [RUN]} for size in ("1000", "20000")}
    return {
        "date": "2026-01-02",
        "machine": {"processor": "A processor", "cores": "2"},
        "rounds": 2,
        "seconds": 1.0,
        "side_by_side": {
            "runs": {"nested": {"8": nested}, "topic": {"8": {**nested}}},
            "bytes": {"nested": 74_000},
            "documents": 1000,
        },
        "feeds": {
            "runs": {
                "8": {
                    name: [RUN]
                    for name in (*feed, feeds.PROXY_304, feeds.GRAPH_GET, feeds.GRAPH_304)
                }
            },
            "path": FEED,
            "bytes": 41_000,
        },
        "feed_updates": {
            "runs": {
                body: {
                    feed_updates.AFTER_IMPORT: {"rss": [UPDATE], "json": [UPDATE]},
                    feed_updates.REPEATED: {"rss": [UPDATE]},
                }
                for body in feed_updates.BODY_SIZES
            },
            "bytes": {body: {"rss": 41_000} for body in feed_updates.BODY_SIZES},
            **dict.fromkeys(("documents", "pairs"), 10),
            **dict.fromkeys(("date", "commit", "processor"), "unknown"),
        },
        "polling": {
            "runs": {polling.CONDITIONAL: day, polling.UNCONDITIONAL: day},
            **dict.fromkeys(("documents", "feeds", "readers", "subscriptions"), 10),
            **dict.fromkeys(("imports", "new"), 2),
        },
        "cores": {
            "runs": {
                "8": {
                    name: [RUN]
                    for name in (
                        cores.PINNED,
                        cores.UNPINNED,
                        cores.TWO_WORKERS,
                        cores.LIMIT_PINNED,
                    )
                }
            }
        },
        "growth": {
            "runs": {"nested": sizes, "topic": copy.deepcopy(sizes)},
            "memory": {"1000": {"start": 100.0, "end": 120.0}},
        },
        "soak": {"memory": [[0.0, 99.0]], "run": RUN, "documents": 1000},
    }


def row_paths(runs, path=()):
    """Yield the paths of rows, and of groups by query, size or number of connections."""
    for name, group in runs.items():
        yield (*path, name)
        if isinstance(group, dict) and "rendered" not in group:
            yield from row_paths(group, (*path, name))


ROWS = [
    (part, *path)
    for part, measured in create_results().items()
    if isinstance(measured, dict) and "runs" in measured
    for path in row_paths(measured["runs"])
]


@pytest.mark.parametrize("row", ROWS, ids=" - ".join)
def test_page_without_any_one_row(row):
    """The page is rendered without any one row, with the targets that need only others."""
    measured = create_results()
    complete_page = report.render_report(measured)
    part, *path, name = row
    runs = measured[part]["runs"]
    for key in path:
        runs = runs[key]
    del runs[name]
    measured[part]["missing"] = {name: "it\nfailed"}
    page = report.render_report(measured)
    assert f"- could not be measured: {part.replace('_', ' ')}, {name}: it\n" in page
    assert page != complete_page
    assert len(evaluate_targets(measured)) <= len(evaluate_targets(create_results()))


@pytest.mark.parametrize("part", results.PARTS)
def test_page_with_a_part_without_rows(part):
    """The page is rendered with empty tables if a part has no rows."""
    measured = create_results()
    if part == "soak":
        del measured[part]
    else:
        measured[part] |= {"runs": {}, **({"memory": {}} if part == "growth" else {})}
    assert report.render_report(measured)


def test_wrong_response_on_the_page():
    """A wrong response is listed on the page, and is a target that is not met."""
    measured = create_results()
    measured["cores"]["wrong"] = {cores.TWO_WORKERS: "two workers differs"}
    page = report.render_report(measured)
    line = "wrong response, not measured: cores, two workers: two workers differs"
    assert f"- **{line}**\n" in page
    assert "| no response is wrong | 1 not measured | **no** |" in page


@pytest.mark.process
def test_failed_part_only_deletes_its_own_results(tmp_path):
    """The previous results of a failed part are deleted; those of others stay."""
    path, failed_rows = tmp_path / "results.json", FailedRows()
    results.save("soak", {"documents": 1}, SCHEDULE, failed_rows, path)
    results.save("cores", {"runs": {}}, SCHEDULE, failed_rows, path)
    with failed_rows.catch("soak"):
        raise PeerUnavailable("no room")
    results.save("soak", None, SCHEDULE, failed_rows, path)
    saved = results.read(path)
    assert "soak" not in saved
    assert saved["cores"] == {"runs": {}}
    assert results.missing_row_lines(saved) == ["could not be measured: soak: no room"]
    results.save("feeds", {"runs": {}}, SCHEDULE, FailedRows(), path)
    assert results.missing_row_lines(results.read(path)) == ["could not be measured: soak: no room"]
    results.save("soak", {"documents": 1}, SCHEDULE, FailedRows(), path)
    assert results.missing_row_lines(results.read(path)) == []


@pytest.mark.process
def test_parts_without_wrk_are_reported(tmp_path, monkeypatch):
    """Without wrk, each part that needs it is reported, and the bench goes on."""
    monkeypatch.setenv("PATH", str(tmp_path))
    path, failed_rows = tmp_path / "results.json", FailedRows()
    measure(
        ("feeds", "soak"),
        {9: tmp_path},
        SCHEDULE,
        Namespace(queries="", beside=9),
        failed_rows,
        path,
    )
    assert list(failed_rows.missing) == ["feeds", "soak"]
    saved = json.loads(path.read_text("utf-8"))
    assert saved[results.FAILED_PARTS]["missing"] == failed_rows.missing
    assert "wrk is missing" in failed_rows.missing["feeds"]
