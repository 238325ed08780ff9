"""Fairness, tried with what hypothesis comes up with: whom a clerk may take before whom, and who is ever forgotten.

What a citizen has been promised is a turn: from joining, from the appointment's time, or for a callback a good while
after it was asked for. Nobody is overtaken by a ticket whose promise came later by more than LARGEST_OVERTAKING_S,
as long as the same clerk could have taken either; and who is never turned down is never asked for in vain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.clerk import Clerk, Grant
from signaling.directory import Priority
from signaling.dispatch import REFUSAL_PAUSE_S, Dispatch, due, eligible, rested
from signaling.protocol.messages import ClerkState, TicketState
from signaling.ticket import Ticket
from signaling.turn import APPOINTMENT_HEAD_START_S, CALLBACK_HANDICAP_S, LARGEST_OVERTAKING_S, head_start

SERVICES: Final = ("certificate", "permit")
STEP_S: Final = 60.0
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Coming:
    """One citizen. `early_s`: so long before the appointment, None without one; `called_back`: wants to be."""

    at: float
    service: str
    priority: Priority
    early_s: float | None = None
    called_back: bool = False

    @property
    def promised_at(self) -> float:
        if self.called_back:
            return self.at + CALLBACK_HANDICAP_S
        return self.at + (self.early_s or 0.0)

    def ticket(self, n: int) -> Ticket:
        number = f"AA{n:03}"
        ticket = Ticket(number, f"booth-{n}", "elbtal", self.service, "de", self.at)
        if self.called_back:
            ticket.state = TicketState.CALLBACK
            ticket.head_start_s = -CALLBACK_HANDICAP_S
        else:
            appointment = self.early_s is not None
            due_at = self.at + (self.early_s or 0.0)
            ticket.head_start_s = head_start(self.priority, self.at, appointment=appointment, due_at=due_at)
        return ticket


coming = st.builds(
    Coming,
    at=st.integers(0, 120).map(lambda minute: minute * STEP_S),
    service=st.sampled_from(SERVICES),
    priority=st.sampled_from(Priority),
    early_s=st.none() | st.none() | st.sampled_from((0.0, 600.0, 2400.0)),
    called_back=st.sampled_from((False, False, False, True)),
)
skills = st.frozensets(st.sampled_from(SERVICES), min_size=1)


def a_clerk(n: int, services: frozenset[str], since: float = 0.0) -> Clerk:
    grant = Grant(frozenset({"clerk"}), frozenset({"elbtal"}), services, frozenset({"de"}))
    return Clerk(f"c{n}", since, grant, state=ClerkState.AVAILABLE, address=n + 1)


class Office:
    """Clerks who take or turn down what they are offered, minute by minute."""

    def __init__(self, staff: list[frozenset[str]], handling_min: list[int]) -> None:
        self.dispatch = Dispatch()
        self.busy = [(0.0, a_clerk(n, services)) for n, services in enumerate(staff)]
        self.idle: dict[str, Clerk] = {}
        self.waiting: dict[str, tuple[Ticket, Coming]] = {}
        self.served: dict[str, float] = {}
        self._handling_min = handling_min
        self._offers = 0

    def passes(self, now: float, declines: list[bool]) -> None:
        for free_at, clerk in list(self.busy):
            if free_at <= now:
                self.busy.remove((free_at, clerk))
                clerk.since = now
                self.idle[clerk.name] = clerk
                self.dispatch.idle(clerk)
        for ticket, clerk in self.dispatch.match(now):
            self.overtakes_nobody_too_far(ticket, clerk, now)
            self._offers += 1
            if declines[self._offers % len(declines)]:
                ticket.refused[clerk.name] = clerk.since = now
                self.dispatch.wait(ticket)
                self.dispatch.idle(clerk)
                continue
            self.served[ticket.number] = now
            del self.waiting[ticket.number], self.idle[clerk.name]
            minutes = self._handling_min[self._offers % len(self._handling_min)]
            self.busy.append((now + minutes * STEP_S, clerk))

    def overtakes_nobody_too_far(self, taken: Ticket, clerk: Clerk, now: float) -> None:
        promise = self.waiting[taken.number][1].promised_at
        for ticket, came in self.waiting.values():
            fits = eligible(ticket.profile, clerk.grant) and rested(ticket, clerk, now)
            if ticket is not taken and fits and clerk.name not in ticket.refused:
                assert promise - came.promised_at <= LARGEST_OVERTAKING_S


declining = st.lists(st.booleans(), min_size=1, max_size=5).filter(lambda declines: not all(declines))


@quick
@given(
    st.lists(coming, max_size=40),
    st.lists(skills, min_size=1, max_size=4),
    st.lists(st.integers(1, 30), min_size=1, max_size=5),
    declining,
)
def test_nobody_is_overtaken_too_far_and_nobody_is_forgotten(
    crowd: list[Coming], staff: list[frozenset[str]], handling_min: list[int], declines: list[bool]
) -> None:
    office = Office(staff, handling_min)
    crowd = sorted(crowd, key=lambda one: one.at)
    now, n = 0.0, 0
    end = 3 * 3600 + len(crowd) * (max(handling_min) * STEP_S + len(declines) * REFUSAL_PAUSE_S)
    while now <= end and (n < len(crowd) or office.waiting):
        while n < len(crowd) and crowd[n].at <= now:
            ticket = crowd[n].ticket(n)
            office.waiting[ticket.number] = ticket, crowd[n]
            office.dispatch.wait(ticket)
            n += 1
        office.passes(now, declines)
        now += REFUSAL_PAUSE_S
    able = frozenset().union(*staff)
    assert not [ticket for ticket, came in office.waiting.values() if came.service in able]


@quick
@given(st.integers(1, 30), st.sampled_from(Priority), st.booleans())
def test_a_stream_of_the_urgent_does_not_starve_anybody(minutes: int, priority: Priority, called_back: bool) -> None:
    """One clerk, and every `minutes` a due appointment and an urgent citizen: more than can be served."""
    office = Office([frozenset({"certificate"})], [minutes])
    patient = Coming(0.0, "certificate", priority, called_back=called_back)
    crowd = [patient]
    for n in range(400):
        at = n * minutes * STEP_S
        crowd.append(Coming(at, "certificate", Priority.HIGH))
        crowd.append(Coming(at, "certificate", Priority.NORMAL, early_s=0.0))
    n, number = 0, patient.ticket(0).number
    now = 0.0
    while number not in office.served:
        while n < len(crowd) and crowd[n].at <= now:
            ticket = crowd[n].ticket(n)
            office.waiting[ticket.number] = ticket, crowd[n]
            office.dispatch.wait(ticket)
            n += 1
        office.passes(now, [False])
        now += STEP_S
    before = sum(one.at <= patient.promised_at + LARGEST_OVERTAKING_S for one in crowd)
    assert len(office.served) <= before + 1


@quick
@given(
    st.lists(coming, max_size=10),
    st.lists(st.tuples(skills, st.integers(0, 60)), max_size=4),
    st.sampled_from(SERVICES),
    st.integers(0, 120),
    st.frozensets(st.sampled_from(("c0", "c1", "c2", "c3"))),
)
def test_an_invitation_takes_the_longest_idle_who_has_nobody_waiting_for_longer(
    crowd: list[Coming], staff: list[tuple[frozenset[str], int]], service: str, minute: int, refused: frozenset[str]
) -> None:
    dispatch, now = Dispatch(), minute * STEP_S
    tickets = [one.ticket(n) for n, one in enumerate(crowd) if one.at <= now]
    clerks = [a_clerk(n, services, float(since)) for n, (services, since) in enumerate(staff)]
    for ticket in tickets:
        dispatch.wait(ticket)
    for clerk in clerks:
        dispatch.idle(clerk)
    turn_at = now - APPOINTMENT_HEAD_START_S
    profile = "elbtal", service, "de", ()

    def has_earlier(clerk: Clerk) -> bool:
        return any(eligible(one.profile, clerk.grant) and due(one, clerk) <= turn_at for one in tickets)

    fit = [
        (clerk.since, clerk.name)
        for clerk in clerks
        if clerk.name not in refused and eligible(profile, clerk.grant) and not has_earlier(clerk)
    ]
    asked = dispatch.helper(profile, turn_at, refused, now)
    assert (asked.name if asked is not None else None) == (min(fit)[1] if fit else None)
