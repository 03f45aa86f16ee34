"""Alternating runs: everybody is asked in turns, so that a noisy machine is noisy for all."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rich.console import Console

from tests.bench import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.bench.load import Request, Run
    from tests.bench.processes import Service
    from tests.bench.rows import Rows

WARM_UP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Extent:
    """How long and how often is measured.

    Attributes:
        rounds: how many runs each has.
        seconds: how long a run is.
        connections: how many connections ask side by side; each number is a measurement.
    """

    rounds: int = 5
    seconds: float = 3.0
    connections: Sequence[int] = (1, 8, 64)


def alternate(
    asked: Mapping[str, tuple[Service, Request]],
    connections: int,
    extent: Extent,
    rows: Rows,
    *,
    warm_up: bool = True,
) -> dict[str, list[dict[str, Any]]]:
    """Ask everybody in turns, again and again.

    Who answers nothing in a run, or lets a request time out in two, is not asked again.

    Args:
        asked: who is asked, and what.
        connections: how many ask side by side.
        extent: how often and how long.
        rows: where those are reported that cannot be asked; they are left out.
        warm_up: whether each is asked for a second before.

    Returns:
        The runs of each, as `Run` has them.
    """
    runs: dict[str, list[Run]] = {name: [] for name in asked}
    warming = [True] if warm_up else []
    for warms in (*warming, *[False] * extent.rounds):
        for name, (service, request) in asked.items():
            if name not in runs or _given_up(runs[name]):
                continue
            run = None
            with rows.row(name):
                seconds = WARM_UP_SECONDS if warms else extent.seconds
                run = _once(service, request, connections, seconds)
            if run is None:
                del runs[name]
            elif not warms:
                runs[name].append(run)
    return {name: [run.as_dict() for run in some] for name, some in runs.items()}


def _given_up(runs: Sequence[Run]) -> bool:
    return any(not run.rate for run in runs) or sum(bool(run.timeouts) for run in runs) > 1


def _once(service: Service, request: Request, connections: int, seconds: float) -> Run:
    before = service.busy
    run = load.load(request, connections, seconds)
    return replace(run, share=(service.busy - before) / max(1, round(seconds)))


def median(runs: Sequence[Mapping[str, Any]], what: str = "rate") -> float:
    """Return the median of a measure over the runs; 0 where there are none."""
    return statistics.median(run[what] for run in runs) if runs else 0.0


def best(runs: Sequence[Mapping[str, Any]]) -> float:
    """Return the highest rate of the runs."""
    return max((run["rate"] for run in runs), default=0.0)


def ratio(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the median, over the rounds, of our rate by theirs of the same round."""
    pairs = [(one["rate"], other["rate"]) for one, other in zip(ours, theirs, strict=False)]
    found = [one / other for one, other in pairs if other]
    return statistics.median(found) if found else None


def say(text: str) -> None:
    """Tell whoever waits what is measured."""
    # Reasons quote what others wrote: brackets in it are no markup.
    Console(highlight=False, markup=False, soft_wrap=True).print(text)
