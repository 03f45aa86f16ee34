"""Limits, timeouts and intervals of the hub."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from newsgraph.store.websub.models import Capacity

MIN_LEASE_SECONDS: Final = 300
MAX_LEASE_SECONDS: Final = 30 * 86_400
DEFAULT_LEASE_SECONDS: Final = 10 * 86_400
"""Duration of a subscription; the default is the ten days that the specification recommends."""

SUBSCRIPTION_CAPACITY: Final = Capacity(max_total=50_000, max_per_host=5_000)
"""Maximum numbers of active subscriptions."""

REQUEST_CAPACITY: Final = Capacity(max_total=2_000, max_per_host=200)
"""Maximum numbers of requests that are not verified yet."""

MAX_BODY_BYTES: Final = 16_384
"""Maximum size of a request to the hub."""

MAX_FORM_FIELDS: Final = 100
"""Maximum number of parameters of a request, including unknown ones."""

MAX_URL_CHARACTERS: Final = 2_048
"""Maximum length of a callback's and of a topic's URL."""

MAX_SECRET_BYTES: Final = 199
"""The specification's own limit (section 5.1)."""

MAX_VERIFY_TOKEN_BYTES: Final = 1_024
"""Maximum length of the text that a verification request repeats."""

CALLBACK_TIMEOUT_SECONDS: Final = 10.0
"""Maximum duration of a request to a callback, from name resolution to the response's end."""

MAX_RESPONSE_BYTES: Final = 1_000
"""Number of bytes of a callback's response that are read; a challenge has 43 bytes."""

MAX_JOBS: Final = 20
"""Maximum number of concurrent deliveries, and of concurrent verifications."""

MAX_JOBS_PER_HOST: Final = 4

MAX_VERIFICATION_ATTEMPTS: Final = 3
"""Number of verification requests to a callback that returns no response."""

INITIAL_RETRY_DELAY: Final = timedelta(seconds=10)
MAX_RETRY_DELAY: Final = timedelta(hours=2)
"""Delay before a retry; it doubles with each failure, up to the maximum."""

RETRY_PERIOD: Final = timedelta(hours=12)
"""How long the delivery of some content is retried. The subscription stays, for later content."""

MAX_CONCURRENT_PINGS: Final = 4
"""Maximum number of concurrent requests to an external hub."""

CLEANUP_SECONDS: Final = 60.0
"""Interval of deleting expired subscriptions."""
