"""One clerk's end of a call, seen from the booth: its generations, its seals, its recovery.

A leg has generations. While the clerk is not heard the booth asks the switchboard for the next one; the old connection
stays until the new one stands, and whichever is heard first carries the conversation on. Nothing here ends a visit:
whether the ticket still lives is for the switchboard's leases to say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from booth.console_keys import ConsoleKeys, kid_of
from booth.device_key import DeviceKey
from booth.devices import Devices
from booth.preflight import Preflight
from booth.restoration import Restoration
from booth.stage import Stage
from media.call import Call, OfferRefused
from media.consultation import FromClerk
from media.figures import Figures
from media.i420 import I420
from media.latest import LatestSlot
from media.lifecycle import CallState, CallTransitionError
from media.memory import tidy
from signaling.protocol import messages
from signaling.protocol.messages import Candidate, Description, Renew
from signaling.protocol.seal import SealError, check_seal

ANSWER_REFUSED: Final = ""
"""An answer without description and seal: the clerk's end refuses it, which gives the ticket back at once."""

log = structlog.get_logger(__name__)

Send = Callable[[messages.FromClient], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this booth is and whom it trusts. `console`: the issuer URL whose seals it believes."""

    booth: str
    site: str
    console: str
    key: DeviceKey


@dataclass(frozen=True, slots=True)
class Means:
    """What every leg of this booth needs. `wall_clock`: seconds since the epoch."""

    identity: Identity
    keys: ConsoleKeys
    stage: Stage
    devices: Devices
    preflight: Preflight
    send: Send
    wall_clock: Callable[[], float]


class Listener(Protocol):
    """Who is told what a leg hears and how it stands."""

    def heard(self, leg: Leg, message: FromClerk) -> None: ...
    def link_changed(self, leg: Leg) -> None: ...
    def restored(self, leg: Leg) -> None:
        """The next generation has taken over; `leg.call` is another one."""

    async def refused(self, leg: Leg) -> None:
        """Its seal was not good, and its other end has been told."""


@dataclass(slots=True, eq=False)
class Generation:
    """One connection with the clerk. `stood`: the clerk has been heard over it. `refused`: its seal was not good."""

    invitation: messages.Call
    call: Call
    answering: asyncio.Task[None] | None = None
    stood: bool = False
    refused: bool = False

    def invited_to(self, message: Description | Candidate) -> bool:
        invitation = self.invitation
        return (message.ticket, message.leg, message.generation) == (
            invitation.ticket, invitation.leg, invitation.generation,
        )  # fmt: skip


class Leg:
    """The generation that carries the leg, and perhaps the next one being made. `picture` is where the clerk is shown,
    `feed` its number on the screen. `name` is what the clerk's end says of itself."""

    def __init__(
        self, means: Means, listener: Listener, invitation: messages.Call, picture: LatestSlot[I420], feed: int
    ) -> None:
        self.number = invitation.leg
        self.guest_role = invitation.guest_role
        self.feed = feed
        self.name = ""
        self.link = CallState.CONNECTING
        self._means = means
        self._listener = listener
        self._picture = picture
        self._held = False
        self._newest = invitation
        self._restoration = Restoration(self._ask_for_renewal)
        self._retiring: set[asyncio.Task[None]] = set()
        self._next: Generation | None = None
        self._present: Generation | None = self._open(invitation)

    @property
    def call(self) -> Call | None:
        """The connection that carries the leg; None once it is closed."""
        return self._present.call if self._present is not None else None

    @property
    def stands(self) -> bool:
        """Whether the clerk can be heard; a suspect call may come back."""
        states = (CallState.CONNECTED, CallState.SUSPECT)
        return self._present is not None and self._present.call.state in states

    def figures(self) -> Figures | None:
        return self._present.call.figures() if self._present is not None else None

    def doubt(self) -> None:
        """The booth has another address: the call can hardly go on over the connection it has."""
        if self._present is not None:
            self._present.call.doubt()

    def nudge(self) -> None:
        """A call that is gone may be restored now."""
        self._restoration.nudge()

    def hold(self, held: bool) -> None:
        """Send and show nothing for now, or again."""
        self._held = held
        for generation in (self._present, self._next):
            if generation is not None:
                generation.call.hold(held)
        if held:
            self._picture.clear()

    def resumes(self, invitation: messages.Call) -> bool:
        """Whether an invitation is to the next generation of what goes on, and not to a new beginning."""
        present = self._present
        return (
            invitation.resumed
            and present is not None
            and present.stood
            and present.invitation.ticket == invitation.ticket
        )

    def renew(self, invitation: messages.Call) -> None:
        """The next generation is due; the present one stays until it stands."""
        self._newest = invitation
        self._retire(self._next)
        self._next = self._open(invitation)

    def described(self, description: Description) -> None:
        """The clerk's offer; one of another ticket, leg or generation is not for this."""
        generation = self._generation_of(description)
        if generation is None or generation.answering is not None or description.kind != "offer":
            return
        generation.answering = asyncio.create_task(self._answer(generation, description), name="call-answer")

    async def candidate(self, candidate: Candidate) -> None:
        generation = self._generation_of(candidate)
        if generation is not None:
            await generation.call.add_candidate(candidate.candidate, candidate.sdp_mid, candidate.sdp_m_line_index)

    async def close(self) -> None:
        """End it; nothing of it runs when this returns."""
        for generation in (self._present, self._next):
            self._retire(generation)
        self._present = self._next = None
        await self._restoration.end()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        self._picture.clear()

    def _open(self, invitation: messages.Call) -> Generation:
        opened = self._means.devices.open()
        generation: Generation
        call = Call(
            camera=opened.camera,
            microphone=opened.microphone,
            speaker=opened.speaker,
            ice_servers=self._means.preflight.take(),
            on_frame=self._picture,
            on_message=lambda message: self._heard(generation, message),
            on_state=lambda state: self._changed(generation, state),
        )
        call.hold(self._held)
        generation = Generation(invitation, call)
        return generation

    def _retire(self, generation: Generation | None) -> None:
        """Close a connection beside everything else: a dead one takes its time."""
        if generation is not None:
            task = asyncio.create_task(self._end(generation), name="call-end")
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    async def _end(self, generation: Generation) -> None:
        if generation.answering is not None and not generation.refused:  # Who refuses is the one who waits here.
            generation.answering.cancel()
            await asyncio.gather(generation.answering, return_exceptions=True)
        await generation.call.close()
        del generation
        tidy()

    def _generation_of(self, message: Description | Candidate) -> Generation | None:
        for generation in (self._next, self._present):
            if generation is not None and generation.invited_to(message):
                return generation
        return None

    async def _answer(self, generation: Generation, description: Description) -> None:
        invitation = generation.invitation
        try:
            await self._check(invitation, description)
            sdp = await generation.call.answer(description.sdp)
        except SealError as error:
            log.warning("call refused", ticket=invitation.ticket, leg=self.number, reason=error.reason)
            # Nothing of camera and microphone has gone over this connection. Whoever forges one is not trusted with
            # the one before either.
            generation.refused = True
            await self._send_answer(invitation, ANSWER_REFUSED, ANSWER_REFUSED)
            await self._listener.refused(self)
            return
        except (OfferRefused, CallTransitionError) as error:
            log.warning("call not answered", ticket=invitation.ticket, leg=self.number, error=type(error).__name__)
            return
        seal = self._means.identity.key.seal(
            sdp,
            ticket=invitation.ticket,
            leg=invitation.leg,
            generation=invitation.generation,
            kind="answer",
            booth=self._means.identity.booth,
            now=self._means.wall_clock(),
        )
        await self._send_answer(invitation, sdp, seal)

    async def _check(self, invitation: messages.Call, description: Description) -> None:
        """Raises SealError."""
        console = self._means.identity.console
        if invitation.clerk_issuer != console:
            raise SealError("foreign", "The clerk belongs to another console than this booth trusts.")
        keys = await self._means.keys.keys(kid_of(description.seal))
        check_seal(
            description.seal,
            description.sdp,
            ticket=invitation.ticket,
            leg=invitation.leg,
            generation=invitation.generation,
            kind="offer",
            issuer=console,
            keys=keys,
            now=self._means.wall_clock(),
        )

    async def _send_answer(self, invitation: messages.Call, sdp: str, seal: str) -> None:
        await self._means.send(
            Description(
                ticket=invitation.ticket,
                leg=invitation.leg,
                generation=invitation.generation,
                kind="answer",
                sdp=sdp,
                seal=seal,
            )
        )

    async def _ask_for_renewal(self) -> None:
        newest = self._newest
        if self._means.stage.premises.online:
            await self._means.send(Renew(ticket=newest.ticket, leg=newest.leg, generation=newest.generation))

    def _heard(self, generation: Generation, message: FromClerk) -> None:
        if generation is self._next:
            self._take_over(generation)
        if generation is self._present:
            self._listener.heard(self, message)

    def _changed(self, generation: Generation, state: CallState) -> None:
        if state is CallState.CLOSED:
            return
        if generation is self._next:
            if state is CallState.CONNECTED:
                self._take_over(generation)
            elif state is CallState.FAILED:
                self._next = None
                self._retire(generation)
        elif generation is self._present:
            self._present_changed(generation, state)

    def _present_changed(self, generation: Generation, state: CallState) -> None:
        self.link = state
        if state is CallState.CONNECTED:
            generation.stood = True
            self._restoration.calm()
        elif state in (CallState.SUSPECT, CallState.FAILED):
            self._restoration.begin()
        self._listener.link_changed(self)

    def _take_over(self, generation: Generation) -> None:
        """The next generation stands: the leg goes on over it."""
        self._retire(self._present)
        self._present, self._next = generation, None
        invitation = generation.invitation
        log.info("call restored", ticket=invitation.ticket, leg=invitation.leg, generation=invitation.generation)
        self._listener.restored(self)
        self._present_changed(generation, CallState.CONNECTED)
