"""The words at the end of a check."""

from __future__ import annotations

import pytest

from newsgraph.server.cli.diagnostic_formats.check_summary import summarize_check
from newsgraph.store.importing.importer import ImportReport
from newsgraph.store.importing.problem_counts import ProblemCounts


@pytest.mark.parametrize(
    ("counts", "problems", "expected"),
    [
        ({"created": 4}, {}, "4 documents are fine."),
        ({"created": 1}, {}, "1 document is fine."),
        ({"created": 4, "failed": 1}, {}, "4 documents are fine, 1 is refused."),
        ({"created": 6}, {"with_warnings": 2}, "4 documents are fine, 2 have warnings."),
        ({"created": 2}, {"with_warnings": 1}, "1 document is fine, 1 has warnings."),
        (
            {"created": 123_456, "failed": 2_000},
            {"with_warnings": 1_000, "with_errors": 1},
            "122,455 documents are fine, 1,000 have warnings, 1 has errors, 2,000 are refused.",
        ),
        ({"created": 1}, {"with_errors": 1}, "1 document has errors."),
        ({"failed": 2}, {}, "2 documents are refused."),
        ({"created": 3, "hidden": 1}, {}, "3 documents are fine. 1 document is hidden."),
        (
            {"created": 3, "hidden": 1, "scheduled": 1},
            {},
            "3 documents are fine. 1 document is hidden until its time comes.",
        ),
        (
            {"created": 3, "hidden": 3, "scheduled": 3},
            {},
            "3 documents are fine. 3 documents are hidden until their time comes.",
        ),
        (
            {"created": 3_000, "hidden": 2_500, "scheduled": 1},
            {},
            "3,000 documents are fine. 2,500 documents are hidden, 1 of them until its time comes.",
        ),
        (
            {},
            {"other_errors": 1},
            "No documents were read. 1 error is about folders or files that are no documents.",
        ),
        (
            {"created": 4},
            {"other_errors": 1, "other_warnings": 2},
            (
                "4 documents are fine. "
                "1 error and 2 warnings are about folders or files that are no documents."
            ),
        ),
    ],
)
def test_the_result_is_in_words(counts, problems, expected):
    """Each document is in one group; groups that are empty are left out."""
    report = ImportReport(**counts, problems=ProblemCounts(**problems))
    assert summarize_check(report) == expected
