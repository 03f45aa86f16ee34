"""What cannot be measured is reported with its reason, and everything else is written."""

from __future__ import annotations

import copy
import json
import os
import socket
from argparse import Namespace
from types import SimpleNamespace

import pytest

from tests.bench import cores, feeds, polling, report, results, side_by_side, subjects
from tests.bench.__main__ import measure
from tests.bench.compare import Differs
from tests.bench.conditional import Sizes, if_none_match, without_bodies
from tests.bench.load import Request
from tests.bench.measure import Extent, alternate
from tests.bench.peers.install import Missing
from tests.bench.rows import Rows
from tests.bench.targets import targets
from tests.server.live import serving

FEED = "/feeds/topics/ai.atom"
EXTENT = Extent(rounds=2, seconds=1.0, connections=(8,))
SERVICE = SimpleNamespace(busy=0.0)
RUN = {"rate": 9.0, "p50": 1.0, "p99": 2.0, "bytes": 1000.0, "errors": 0, "timeouts": 0}
RUN |= {"load_share": 0.2, "share": 0.9}

WRK = """#!/bin/sh
case "$*" in *broken*) echo "unable to connect"; exit 1;; esac
echo '{"requests":100,"seconds":1,"bytes":100000,"p50":1,"p99":2,"max":3,"refused":0,\
"broken":0,"bad_status":0,"timeouts":0}'
"""


@pytest.fixture
def fake_wrk(tmp_path, monkeypatch):
    """A wrk that makes no load, and fails where the address has `broken` in it."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "wrk").write_text(WRK, "utf-8")
    (folder / "wrk").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_row_that_fails_does_not_end_the_others(capsys):
    """Whatever it fails with; the reason is printed at once."""
    rows = Rows()
    below = rows.below("nested")
    for name, error in (
        ("mercurius", Missing("npm is missing")),
        ("limit", Differs("limit answers otherwise")),
        ("PostGraphile 5", KeyError("data")),
        ("datasette", Missing("its answer ends with [/rows]")),
    ):
        with below.row(name):
            raise error
    with below.row("cache off"):
        pass
    assert rows.missing == {
        "nested: mercurius": "npm is missing",
        "nested: PostGraphile 5": "KeyError: 'data'",
        "nested: datasette": "its answer ends with [/rows]",
    }
    assert rows.wrong == {"nested: limit": "limit answers otherwise"}
    printed = capsys.readouterr().out
    assert "could not be measured: nested: mercurius: npm is missing" in printed
    assert "WRONG ANSWER, not measured: nested: limit" in printed


def test_who_stops_the_bench_stops_it_all():
    """An interrupt is no row's failure."""
    with pytest.raises(KeyboardInterrupt), Rows().row("nested"):
        raise KeyboardInterrupt


@pytest.mark.process
@pytest.mark.usefixtures("fake_wrk")
def test_who_cannot_be_loaded_is_left_out():
    """The others have all their rounds."""
    rows = Rows()
    turns = {name: (SERVICE, Request(f"http://127.0.0.1/{name}")) for name in ("a", "broken", "b")}
    runs = alternate(turns, 8, EXTENT, rows)
    assert {name: len(some) for name, some in runs.items()} == {"a": 2, "b": 2}
    assert list(rows.missing) == ["broken"]
    assert "unable to connect" in rows.missing["broken"]


def test_a_304_has_no_body_however_long_its_head_is():
    """Feeds have many links in their heads; who answers whole is reported by the share."""
    runs = {"longer": [RUN | {"bytes": 1125.0}], "whole": [RUN | {"bytes": 4400.0}], "200": [RUN]}
    rows = Rows()
    sizes = {"longer": Sizes(1125, 165_000), "whole": Sizes(1125, 165_000)}
    assert list(without_bodies(runs, sizes, rows)) == ["longer", "200"]
    assert rows.wrong == {
        "whole": "2.0% of the answers had a body: 4,400 bytes on average, where a 304 has 1,125"
    }


def test_the_size_of_a_304_is_what_a_real_server_sends(tmp_path):
    """To the byte."""
    with serving(tmp_path) as (site, _):
        conditional, sizes = if_none_match(Request(site + FEED))
        host, port = site.removeprefix("http://").split(":")
        lines = (f"{name}: {value}\r\n" for name, value in conditional.headers.items())
        request = f"GET {FEED} HTTP/1.1\r\nHost: {host}\r\n{''.join(lines)}\r\n"
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(request.encode())
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                answer += connection.recv(1000)
    assert answer.startswith(b"HTTP/1.1 304 ")
    assert sizes.short == len(answer) < sizes.whole


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/healthz", "/nothing"])
def test_what_has_no_tag_is_a_row_that_cannot_be_measured(path, tmp_path):
    """There is no conditional request to make."""
    rows = Rows()
    with serving(tmp_path) as (site, _), rows.row(feeds.FEED_304):
        if_none_match(Request(site + path))
    assert rows.missing == {feeds.FEED_304: "the answer has no ETag"}


def everything():
    """Results of all parts, with every row that targets and tables look for."""
    names = (subjects.OFF, subjects.LIMIT, subjects.STRAWBERRY, side_by_side.WARM)
    nested = {name: [RUN] for name in (*names, side_by_side.COLD, side_by_side.BYTES)}
    feed = (feeds.OFF, feeds.WARM, feeds.FILE, feeds.PROXY, feeds.BYTES, feeds.FEED_304)
    day = {"requests": 10, "rendered": 1, "statuses": {"200": 10}, "cache": {}, "share": 0.5}
    day |= {"rate": 5.0, "bytes": 1000}
    sizes = {size: {subjects.OFF: [RUN], subjects.LIMIT: [RUN]} for size in ("1000", "20000")}
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
        "polling": {
            "runs": {polling.CONDITIONAL: day, polling.UNCONDITIONAL: day},
            **dict.fromkeys(("documents", "feeds", "readers", "subscriptions"), 10),
            **dict.fromkeys(("imports", "new"), 2),
        },
        "cores": {
            "runs": {
                "8": {
                    name: [RUN]
                    for name in (cores.PINNED, cores.FREE, cores.TWO, cores.LIMIT_PINNED)
                }
            }
        },
        "growth": {
            "runs": {"nested": sizes, "topic": copy.deepcopy(sizes)},
            "memory": {"1000": {"start": 100.0, "end": 120.0}},
        },
        "soak": {"memory": [[0.0, 99.0]], "run": RUN, "documents": 1000},
    }


def places(runs, path=()):
    """Where rows, and all rows of a query, a size or a number of connections, are."""
    for name, below in runs.items():
        yield (*path, name)
        if isinstance(below, dict) and "rendered" not in below:
            yield from places(below, (*path, name))


ROWS = [
    (part, *path)
    for part, measured in everything().items()
    if isinstance(measured, dict) and "runs" in measured
    for path in places(measured["runs"])
]


@pytest.mark.parametrize("row", ROWS, ids=" - ".join)
def test_the_page_is_written_whichever_row_is_missing(row):
    """And with it all targets that the others decide."""
    measured = everything()
    whole = report.report(measured)
    part, *path, name = row
    runs = measured[part]["runs"]
    for step in path:
        runs = runs[step]
    del runs[name]
    measured[part]["missing"] = {name: "it\nfailed"}
    page = report.report(measured)
    assert f"- could not be measured: {part.replace('_', ' ')}, {name}: it\n" in page
    assert page != whole
    assert len(targets(measured)) <= len(targets(everything()))


@pytest.mark.parametrize("part", results.PARTS)
def test_the_page_is_written_whichever_part_has_no_rows(part):
    """Its tables are empty."""
    measured = everything()
    if part == "soak":
        del measured[part]
    else:
        measured[part] |= {"runs": {}, **({"memory": {}} if part == "growth" else {})}
    assert report.report(measured)


def test_a_wrong_answer_stands_out_on_the_page():
    """In the list, and as a target that is not met."""
    measured = everything()
    measured["cores"]["wrong"] = {cores.TWO: "two workers answers otherwise"}
    page = report.report(measured)
    line = "wrong answer, not measured: cores, two workers: two workers answers otherwise"
    assert f"- **{line}**\n" in page
    assert "| no answer is wrong | 1 not measured | **no** |" in page


@pytest.mark.process
def test_a_part_that_fails_leaves_the_others_as_they_are(tmp_path):
    """Its older figures go, until it is measured again."""
    path, failed = tmp_path / "results.json", Rows()
    results.keep("soak", {"documents": 1}, EXTENT, failed, path)
    results.keep("cores", {"runs": {}}, EXTENT, failed, path)
    with failed.row("soak"):
        raise Missing("no room")
    results.keep("soak", None, EXTENT, failed, path)
    kept = results.read(path)
    assert "soak" not in kept
    assert kept["cores"] == {"runs": {}}
    assert results.missing(kept) == ["could not be measured: soak: no room"]
    results.keep("feeds", {"runs": {}}, EXTENT, Rows(), path)
    assert results.missing(results.read(path)) == ["could not be measured: soak: no room"]
    results.keep("soak", {"documents": 1}, EXTENT, Rows(), path)
    assert results.missing(results.read(path)) == []


@pytest.mark.process
def test_without_wrk_every_part_that_needs_it_is_reported(tmp_path, monkeypatch):
    """None of them ends the bench."""
    monkeypatch.setenv("PATH", str(tmp_path))
    path, failed = tmp_path / "results.json", Rows()
    measure(("feeds", "soak"), {9: tmp_path}, EXTENT, Namespace(queries="", beside=9), failed, path)
    assert list(failed.missing) == ["feeds", "soak"]
    kept = json.loads(path.read_text("utf-8"))
    assert kept[results.FAILED]["missing"] == failed.missing
    assert "wrk is missing" in failed.missing["feeds"]
