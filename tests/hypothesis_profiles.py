"""Hypothesis profiles: ``dev`` by default, ``ci`` where ``CI`` is set, the others on request.

``pytest --hypothesis-profile=long`` chooses one. ``ci`` and ``fast`` draw the same examples in
every run. ``dev`` and ``long`` draw others each time, and look for new failures: what fails under
them prints a line with ``@reproduce_failure``, which repeats it.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

FACTORS = {"fast": 0.1, "dev": 1, "ci": 0.5, "long": 30}
"""How many times as many examples each profile runs."""

DEFAULT_EXAMPLES = 100


def register(profile: str) -> None:
    """Register the profiles, and load one of them.

    No profile has a deadline or minds slow data: a busy machine must not fail a test. Tests that
    are given a store copy it, or leave it as it was, so one store serves all examples.
    """
    settings.register_profile(
        "dev",
        deadline=None,
        print_blob=True,
        max_examples=DEFAULT_EXAMPLES,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
            HealthCheck.function_scoped_fixture,
        ],
    )
    dev = settings.get_profile("dev")
    for name, derandomize in (("ci", True), ("fast", True), ("long", False)):
        settings.register_profile(
            name,
            dev,
            derandomize=derandomize,
            database=None if derandomize else dev.database,
            max_examples=examples(DEFAULT_EXAMPLES, name),
        )
    settings.load_profile(profile)


def examples(number: int, profile: str | None = None) -> int:
    """Return how many examples a test runs that has this number of them under ``dev``."""
    return max(1, round(number * FACTORS[profile or settings.get_current_profile_name()]))
