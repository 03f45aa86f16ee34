"""Alternating runs: services are measured in turns, so that noise affects all of them."""

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
    from tests.bench.rows import FailedRows

WARM_UP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how often to measure.

    Attributes:
        rounds: number of runs of each service.
        seconds: duration of a run.
        connections: numbers of concurrent connections; each is measured.
    """

    rounds: int = 5
    seconds: float = 3.0
    connections: Sequence[int] = (1, 8, 64)


def run_alternately(
    contenders: Mapping[str, tuple[Service, Request]],
    connections: int,
    schedule: Schedule,
    failed_rows: FailedRows,
    *,
    warm_up: bool = True,
) -> dict[str, list[dict[str, Any]]]:
    """Measure services in turns, for several rounds.

    A service without a response in a run, or with timeouts in two, is not measured again.

    Args:
        contenders: by name, the services and their requests.
        connections: number of concurrent connections.
        schedule: number and duration of the runs.
        failed_rows: records services that cannot be measured; the result is without them.
        warm_up: whether each service gets requests for a second before.

    Returns:
        By name, the runs as dicts of `Run`'s attributes.
    """
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    warm_up_rounds = [True] if warm_up else []
    for is_warm_up in (*warm_up_rounds, *[False] * schedule.rounds):
        for name, (service, request) in contenders.items():
            if name not in runs or _has_failed(runs[name]):
                continue
            run = None
            with failed_rows.catch(name):
                seconds = WARM_UP_SECONDS if is_warm_up else schedule.seconds
                run = _run_once(service, request, connections, seconds)
            if run is None:
                del runs[name]
            elif not is_warm_up:
                runs[name].append(run)
    return {name: [run.as_dict() for run in service_runs] for name, service_runs in runs.items()}


def _has_failed(runs: Sequence[Run]) -> bool:
    return any(not run.rate for run in runs) or sum(bool(run.timeouts) for run in runs) > 1


def _run_once(service: Service, request: Request, connections: int, seconds: float) -> Run:
    cpu_seconds_before = service.cpu_seconds
    run = load.run_load(request, connections, seconds)
    return replace(run, share=(service.cpu_seconds - cpu_seconds_before) / max(1, round(seconds)))


def median(runs: Sequence[Mapping[str, Any]], measure: str = "rate") -> float:
    """Return the median of an attribute of the runs; 0 without runs."""
    return statistics.median(run[measure] for run in runs) if runs else 0.0


def best_rate(runs: Sequence[Mapping[str, Any]]) -> float:
    """Return the highest rate of the runs."""
    return max((run["rate"] for run in runs), default=0.0)


def rate_ratio(
    runs: Sequence[Mapping[str, Any]], other_runs: Sequence[Mapping[str, Any]]
) -> float | None:
    """Return the median of the ratios of two services' rates in the same round."""
    pairs = [(run["rate"], other["rate"]) for run, other in zip(runs, other_runs, strict=False)]
    ratios = [rate / other for rate, other in pairs if other]
    return statistics.median(ratios) if ratios else None


def print_line(text: str) -> None:
    """Print a line about the progress."""
    # The text can quote output of other programs: brackets are not markup.
    Console(highlight=False, markup=False, soft_wrap=True).print(text)
