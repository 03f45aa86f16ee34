"""Errors of the bench, under one parent.

MeasurementError
├── compare.WrongResponse    a response is not correct
├── feeds.NginxMissing
├── load.LoadError
├── peers.install.PeerUnavailable
├── processes.StartError
└── stores.ImportFailed
"""

from __future__ import annotations


class MeasurementError(Exception):
    """Something could not be measured; the message says why."""
