"""The booth's side of calls: believe a description only under the console's seal, answer under the booth's own.

A call has generations. While the clerk is not heard the booth asks the switchboard for the next one; the old
connection stays until the new one stands, and whichever is heard first carries the conversation on. Nothing here ends
a visit: whether the ticket still lives is for the switchboard's leases to say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from booth.card_desk import Reader
from booth.console_keys import ConsoleKeys, kid_of
from booth.conversation import Conversation
from booth.device_key import DeviceKey
from booth.devices import Devices
from booth.pages import Pages
from booth.preflight import Preflight
from booth.restoration import Restoration
from booth.stage import Stage
from booth.visit import VisitEvent, VisitState
from media.call import Call, OfferRefused
from media.connectivity.trust import trust
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


class CallEnd(Protocol):
    """Who is told that the clerk says goodbye."""

    def __call__(self, completed: bool) -> None: ...


@dataclass(slots=True, eq=False)
class Generation:
    """One connection with the clerk. `stood`: the clerk has been heard over it. `refused`: its seal was not good."""

    invitation: messages.Call
    call: Call
    answering: asyncio.Task[None] | None = None
    stood: bool = False
    refused: bool = False

    def invited_to(self, message: Description | Candidate) -> bool:
        return (message.ticket, message.generation) == (self.invitation.ticket, self.invitation.generation)


class CallDesk:
    """At most one call: the generation that carries the conversation, and perhaps the next one being made."""

    def __init__(
        self,
        identity: Identity,
        keys: ConsoleKeys,
        stage: Stage,
        devices: Devices,
        reader: Reader,
        pages: Pages,
        picture: LatestSlot[I420],
        send: Send,
        farewell: CallEnd,
        wall_clock: Callable[[], float] = time.time,
        preflight: Preflight | None = None,
    ) -> None:
        self.preflight = preflight or Preflight(trust())
        self._identity = identity
        self._keys = keys
        self._stage = stage
        self._devices = devices
        self._reader = reader
        self._pages = pages
        self._picture = picture
        self._send = send
        self._farewell = farewell
        self._wall_clock = wall_clock
        self._present: Generation | None = None
        self._next: Generation | None = None
        self._newest: messages.Call | None = None
        self._restoration = Restoration(self._ask_for_renewal)
        self._retiring: set[asyncio.Task[None]] = set()
        self.conversation: Conversation | None = None

    @property
    def stands(self) -> bool:
        """Whether the clerk can be heard; a suspect call may come back."""
        states = (CallState.CONNECTED, CallState.SUSPECT)
        return self._present is not None and self._present.call.state in states

    def figures(self) -> Figures | None:
        return self._present.call.figures() if self._present is not None else None

    def network_changed(self) -> None:
        """The booth has another address: the call can hardly go on over the connection it has."""
        self.preflight.moved()
        if self._present is not None:
            self._present.call.doubt()

    def something_changed(self) -> None:
        """The line to the switchboard is back, or the clerk's is: a call that is gone may be restored now."""
        self._restoration.nudge()

    def hold(self, held: bool) -> None:
        """The clerk neither sees nor hears the booth for now, nor the booth the clerk; or again."""
        for generation in (self._present, self._next):
            if generation is not None:
                generation.call.hold(held)
        if held:
            self._picture.clear()
            if self.conversation is not None:
                self.conversation.close_line()
        self._stage.record.held = held
        self._stage.show()

    async def invited(self, invitation: messages.Call) -> None:
        """A clerk has accepted, or a new generation is due: get ready to answer. It ends a hold."""
        self.hold(False)
        present, self._newest = self._present, invitation
        resumes = invitation.resumed and present is not None and present.stood
        if resumes and present is not None and present.invitation.ticket == invitation.ticket:
            self._retire(self._next)
            self._next = self._open(invitation)
            return
        await self.close()
        self._newest = invitation
        self._stage.record.clerk = ""
        self._stage.record.notice = ""
        self._stage.record.link = CallState.CONNECTING.value
        self._stage.happen(VisitEvent.CALLED)
        self._present = present = self._open(invitation)
        self.conversation = Conversation(
            self._stage, present.call, self._reader, self._pages, self._identity.site, self._farewell
        )

    def described(self, description: Description) -> None:
        """The clerk's offer; one of another ticket or generation is not for this call."""
        generation = self._generation_of(description)
        if generation is None or generation.answering is not None or description.kind != "offer":
            return
        generation.answering = asyncio.create_task(self._answer(generation, description), name="call-answer")

    async def candidate(self, candidate: Candidate) -> None:
        generation = self._generation_of(candidate)
        if generation is not None:
            await generation.call.add_candidate(candidate.candidate, candidate.sdp_mid, candidate.sdp_m_line_index)

    async def close(self) -> None:
        """End the call if there is one, and everything that hangs on it."""
        conversation, self.conversation = self.conversation, None
        for generation in (self._present, self._next):
            self._retire(generation)
        self._present = self._next = self._newest = None
        await self._restoration.end()
        if conversation is not None:
            await conversation.close()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        self._picture.clear()
        record = self._stage.record
        record.held = False
        record.card = record.summary = None
        record.verdict = ""
        record.captions.clear()

    def _open(self, invitation: messages.Call) -> Generation:
        opened = self._devices.open()
        generation: Generation
        call = Call(
            camera=opened.camera,
            microphone=opened.microphone,
            speaker=opened.speaker,
            ice_servers=self.preflight.take(),
            on_frame=self._picture,
            on_message=lambda message: self._heard(generation, message),
            on_state=lambda state: self._changed(generation, state),
        )
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
            log.warning("call refused", ticket=invitation.ticket, reason=error.reason)
            await self._refuse(generation)
            return
        except (OfferRefused, CallTransitionError) as error:
            log.warning("call not answered", ticket=invitation.ticket, error=type(error).__name__)
            return
        seal = self._identity.key.seal(
            sdp,
            ticket=invitation.ticket,
            generation=invitation.generation,
            kind="answer",
            booth=self._identity.booth,
            now=self._wall_clock(),
        )
        await self._send_answer(invitation, sdp, seal)

    async def _check(self, invitation: messages.Call, description: Description) -> None:
        """Raises SealError."""
        if invitation.clerk_issuer != self._identity.console:
            raise SealError("foreign", "The clerk belongs to another console than this booth trusts.")
        keys = await self._keys.keys(kid_of(description.seal))
        check_seal(
            description.seal,
            description.sdp,
            ticket=invitation.ticket,
            generation=invitation.generation,
            kind="offer",
            issuer=self._identity.console,
            keys=keys,
            now=self._wall_clock(),
        )

    async def _refuse(self, generation: Generation) -> None:
        """Tell both people; nothing of camera and microphone has gone over this connection. Whoever forges one is not
        trusted with the one before either."""
        generation.refused = True
        await self._send_answer(generation.invitation, ANSWER_REFUSED, ANSWER_REFUSED)
        await self.close()
        self._stage.record.notice = "notice-fingerprint_refused"
        self._stage.attempt(VisitEvent.CALL_REFUSED)

    async def _send_answer(self, invitation: messages.Call, sdp: str, seal: str) -> None:
        await self._send(
            Description(ticket=invitation.ticket, generation=invitation.generation, kind="answer", sdp=sdp, seal=seal)
        )

    async def _ask_for_renewal(self) -> None:
        newest = self._newest
        if newest is not None and self._stage.premises.online:
            await self._send(Renew(ticket=newest.ticket, generation=newest.generation))

    def _heard(self, generation: Generation, message: FromClerk) -> None:
        if generation is self._next:
            self._take_over(generation)
        if generation is self._present and self.conversation is not None:
            self.conversation.received(message)

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
        self._stage.record.link = state.value
        if state is CallState.CONNECTED:
            generation.stood = True
            self._restoration.calm()
            self._stage.record.returned = False
            if self._stage.state is VisitState.CONNECTING:
                self._stage.happen(VisitEvent.CALL_STANDS)
            if self.conversation is not None:
                self.conversation.stands()
        elif state in (CallState.SUSPECT, CallState.FAILED):
            self._restoration.begin()
        self._stage.show()

    def _take_over(self, generation: Generation) -> None:
        """The next generation stands: the conversation goes on over it."""
        self._retire(self._present)
        self._present, self._next = generation, None
        log.info("call restored", ticket=generation.invitation.ticket, generation=generation.invitation.generation)
        if self.conversation is not None:
            self.conversation.go_on_over(generation.call)
        self._present_changed(generation, CallState.CONNECTED)
