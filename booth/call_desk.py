"""The booth's side of calls: believe a description only under the console's seal, answer under the booth's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from booth.card_desk import Reader
from booth.console_keys import ConsoleKeys, kid_of
from booth.conversation import Conversation
from booth.device_key import DeviceKey
from booth.devices import Devices
from booth.pages import Pages
from booth.stage import Stage
from booth.visit import VisitEvent, VisitState
from media.call import Call, OfferRefused
from media.figures import Figures
from media.latest import LatestSlot
from media.lifecycle import CallState, CallTransitionError
from media.reception import Picture
from signaling.protocol import messages
from signaling.protocol.messages import Candidate, Description, IceServer
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


class CallDesk:
    """At most one call; a new one replaces it."""

    def __init__(
        self,
        identity: Identity,
        keys: ConsoleKeys,
        stage: Stage,
        devices: Devices,
        reader: Reader,
        pages: Pages,
        picture: LatestSlot[Picture],
        send: Send,
        farewell: CallEnd,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
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
        self._ice_servers: list[IceServer] = []
        self._invitation: messages.Call | None = None
        self._call: Call | None = None
        self._answering: asyncio.Task[None] | None = None
        self.conversation: Conversation | None = None

    @property
    def stands(self) -> bool:
        """Whether the clerk can be heard; a suspect call may come back."""
        return self._call is not None and self._call.state in (CallState.CONNECTED, CallState.SUSPECT)

    def figures(self) -> Figures | None:
        return self._call.figures() if self._call is not None else None

    def use_ice_servers(self, servers: Iterable[IceServer]) -> None:
        self._ice_servers = list(servers)

    async def invited(self, invitation: messages.Call) -> None:
        """A clerk has accepted: get ready to answer. An earlier call ends."""
        await self.close()
        self._stage.record.clerk = ""
        self._stage.record.notice = ""
        self._stage.record.link = CallState.CONNECTING.value
        self._stage.happen(VisitEvent.CALLED)
        self._invitation = invitation
        opened = self._devices.open()
        self._call = call = Call(
            camera=opened.camera,
            microphone=opened.microphone,
            speaker=opened.speaker,
            ice_servers=self._ice_servers,
            on_frame=self._picture,
            on_message=lambda message: self._conversation().received(message),
            on_state=lambda state: self._changed(call, state),
        )
        self.conversation = Conversation(
            self._stage, call, self._reader, self._pages, self._identity.site, self._farewell
        )

    def described(self, description: Description) -> None:
        """The clerk's offer; one of another ticket or generation is not for this call."""
        invitation, call = self._invitation, self._call
        if invitation is None or call is None or self._answering is not None:
            return
        if (description.ticket, description.generation, description.kind) != (
            invitation.ticket,
            invitation.generation,
            "offer",
        ):
            return
        self._answering = asyncio.create_task(self._answer(invitation, call, description), name="call-answer")

    async def candidate(self, candidate: Candidate) -> None:
        invitation = self._invitation
        if invitation is None or self._call is None:
            return
        if (candidate.ticket, candidate.generation) == (invitation.ticket, invitation.generation):
            await self._call.add_candidate(candidate.candidate, candidate.sdp_mid, candidate.sdp_m_line_index)

    async def close(self) -> None:
        """End the call if there is one, and everything that hangs on it."""
        call, conversation, answering = self._call, self.conversation, self._answering
        self._call = self.conversation = self._answering = self._invitation = None
        if answering is not None and answering is not asyncio.current_task():
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
        if conversation is not None:
            await conversation.close()
        if call is not None:
            await call.close()
        self._picture.clear()
        record = self._stage.record
        record.card = record.summary = None
        record.verdict = ""
        record.captions.clear()

    async def _answer(self, invitation: messages.Call, call: Call, description: Description) -> None:
        try:
            await self._check(invitation, description)
            sdp = await call.answer(description.sdp)
        except SealError as error:
            log.warning("call refused", ticket=invitation.ticket, reason=error.reason)
            await self._refuse(invitation)
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

    async def _refuse(self, invitation: messages.Call) -> None:
        """Tell both people; nothing of camera and microphone has left the booth."""
        await self._send_answer(invitation, ANSWER_REFUSED, ANSWER_REFUSED)
        await self.close()
        self._stage.record.notice = "notice-fingerprint_refused"
        self._stage.attempt(VisitEvent.CALL_REFUSED)

    async def _send_answer(self, invitation: messages.Call, sdp: str, seal: str) -> None:
        await self._send(
            Description(ticket=invitation.ticket, generation=invitation.generation, kind="answer", sdp=sdp, seal=seal)
        )

    def _conversation(self) -> Conversation:
        assert self.conversation is not None  # noqa: S101 (made together with the call)
        return self.conversation

    def _changed(self, call: Call, state: CallState) -> None:
        if call is not self._call or state is CallState.CLOSED:
            return
        self._stage.record.link = state.value
        if state is CallState.CONNECTED:
            self._stage.record.returned = False
            if self._stage.state is VisitState.CONNECTING:
                self._stage.happen(VisitEvent.CALL_STANDS)
                self._conversation().stands()
        elif state is CallState.FAILED:
            self._stage.attempt(VisitEvent.CALL_BROKEN)
        self._stage.show()
