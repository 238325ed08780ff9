"""All endpoints of the switchboard's REST."""

from __future__ import annotations

from itertools import chain
from typing import Final

from signaling.appointments import endpoints as appointments
from signaling.audit import endpoints as audit
from signaling.enrolment import endpoints as enrolment
from signaling.rest import public
from signaling.rest.endpoint import Endpoint
from signaling.statistics import endpoints as statistics

ENDPOINTS: Final[tuple[Endpoint, ...]] = tuple(
    chain(
        public.ENDPOINTS,
        appointments.ENDPOINTS,
        enrolment.ENDPOINTS,
        audit.ENDPOINTS,
        statistics.ENDPOINTS,
    )
)
