"""Errors of the bench, under one parent.

CannotMeasure
├── compare.Differs          an answer is wrong
├── feeds.NoNginx
├── load.CannotLoad
├── peers.install.Missing
├── processes.CannotStart
└── stores.CannotImport
"""

from __future__ import annotations


class CannotMeasure(Exception):
    """Something could not be measured; the message says why."""
