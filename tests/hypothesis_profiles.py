"""Hypothesis profiles: ``dev`` by default, ``ci`` if ``CI`` is set, the others on request.

``pytest --hypothesis-profile=long`` chooses one. ``ci`` and ``fast`` use the same examples in
every run. ``dev`` and ``long`` use new ones in each run, to find new failures: a failing test
prints a line with ``@reproduce_failure``, which repeats it.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

EXAMPLE_FACTORS = {"fast": 0.1, "dev": 1, "ci": 0.5, "long": 30}
"""Number of examples in each profile, relative to ``dev``."""

DEFAULT_EXAMPLES = 100


def register_profiles(profile: str) -> None:
    """Register the profiles, and load one of them.

    No profile has a deadline or a health check for slow data: a busy machine must not fail a
    test. Tests with the fixture of a store copy the store or do not change it, so all examples
    may share the fixture.
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
            max_examples=scale_examples(DEFAULT_EXAMPLES, name),
        )
    settings.load_profile(profile)


def scale_examples(count: int, profile: str | None = None) -> int:
    """Return the number of examples of a test that has this number of them under ``dev``."""
    return max(1, round(count * EXAMPLE_FACTORS[profile or settings.get_current_profile_name()]))
