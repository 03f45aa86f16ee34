"""What the hub allows, and how patient it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from newsgraph.store.websub.values import Room

LEAST_LEASE: Final = 300
MOST_LEASE: Final = 30 * 86_400
USUAL_LEASE: Final = 10 * 86_400
"""Seconds that a subscription lasts; ten days are what the recommendation thinks good."""

SUBSCRIPTIONS: Final = Room(most=50_000, most_per_host=5_000)
"""Active subscriptions."""

REQUESTS: Final = Room(most=2_000, most_per_host=200)
"""Requests whose callbacks have not been asked yet."""

BODY_BYTES: Final = 16_384
"""Of a request to the hub."""

FIELDS: Final = 100
"""How many parameters a request may have, known or not."""

ADDRESS_CHARACTERS: Final = 2_048
"""Of a callback, and of a topic."""

SECRET_BYTES: Final = 199
"""The recommendation's own limit (section 5.1)."""

CALLBACK_SECONDS: Final = 10.0
"""How long a callback may take, from looking up its name to the end of its answer."""

ANSWER_BYTES: Final = 1_000
"""How much of an answer is read; a challenge has 43 bytes."""

AT_ONCE: Final = 20
"""How many contents are delivered at a time, and how many requests are verified."""

AT_ONCE_PER_HOST: Final = 4

VERIFY_TIMES: Final = 3
"""How often a callback that does not answer at all is asked to confirm."""

FIRST_DELAY: Final = timedelta(seconds=10)
MOST_DELAY: Final = timedelta(hours=2)
"""Before what failed is tried again; the delay doubles from one to the other."""

GIVE_UP_AFTER: Final = timedelta(hours=12)
"""How long a content is tried to be delivered. The subscription stays, for the next one."""

PINGS_AT_ONCE: Final = 4
"""How many pings are sent to a hub elsewhere at a time."""

CLAIM: Final = timedelta(seconds=30)
"""How long a process that does not say so any more is taken to be delivering still."""

LOOK_SECONDS: Final = 1.0
"""How often to look for requests that another process took, and for a claim that is free."""

AGAIN_SECONDS: Final = 5.0
"""After a failure of the store or of our own, work begins again."""

TIDY_SECONDS: Final = 60.0
"""How often subscriptions whose lease is over are cleared away."""
