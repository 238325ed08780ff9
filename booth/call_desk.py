"""The booth's side of calls: one leg to the clerk who holds the ticket, and perhaps one to a guest.

The guest is a second clerk, an interpreter or a supervisor. Nobody joins unseen: the screen names whoever is invited
before anything is answered, and says who has come and gone. Only the holder drives the consultation; when the ticket
is handed over, the guest's leg becomes the holder's. Camera and microphone are encoded once for both (see
`media.encoding.sharing`), and the speaker mixes what both say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from booth.card_desk import CardMeans
from booth.chime import COMES, GOES
from booth.console_keys import ConsoleKeys
from booth.conversation import Conversation
from booth.devices import Devices
from booth.eid.ausweisapp import AusweisApp
from booth.leg import Identity, Leg, Means, Send
from booth.pages import Pages
from booth.preflight import Preflight
from booth.record import Company, GuestCase
from booth.stage import Stage
from booth.visit import VisitEvent, VisitState
from media.connectivity.trust import trust
from media.consultation import FromClerk, Greeting
from media.figures import Figures
from media.i420 import I420
from media.latest import LatestSlot
from media.lifecycle import CallState
from signaling.protocol import messages
from signaling.protocol.messages import Candidate, Description

__all__ = ["CallDesk", "CallEnd", "Identity"]

log = structlog.get_logger(__name__)

GONE: Final = ("left", "refused")
PICTURES: Final = 2
"""How many others can be seen at a time."""


class CallEnd(Protocol):
    """Who is told that the clerk says goodbye."""

    def __call__(self, completed: bool) -> None: ...


class CallDesk:
    """At most one call with at most PICTURES legs; the holder's is there as long as the call is."""

    def __init__(
        self,
        identity: Identity,
        keys: ConsoleKeys,
        stage: Stage,
        devices: Devices,
        means: CardMeans,
        pages: Pages,
        pictures: Sequence[LatestSlot[I420]],
        send: Send,
        farewell: CallEnd,
        wall_clock: Callable[[], float] = time.time,
        preflight: Preflight | None = None,
        eid_app: AusweisApp | None = None,
    ) -> None:
        self.preflight = preflight or Preflight(trust())
        self._means = Means(identity, keys, stage, devices, self.preflight, send, wall_clock)
        self._stage = stage
        self._card_means = means
        self._pages = pages
        self.eid_app = eid_app
        self._pictures = pictures
        self._farewell = farewell
        self._legs: dict[int, Leg] = {}
        self._holder: Leg | None = None
        self.conversation: Conversation | None = None

    @property
    def stands(self) -> bool:
        """Whether the clerk who holds the ticket can be heard; a suspect call may come back."""
        return self._holder is not None and self._holder.stands

    def figures(self) -> Figures | None:
        """Those of the holder's leg."""
        return self._holder.figures() if self._holder is not None else None

    def network_changed(self) -> None:
        """The booth has another address: no call can go on over the connection it has."""
        self.preflight.moved()
        for leg in self._legs.values():
            leg.doubt()

    def something_changed(self, number: int | None = None) -> None:
        """The line to the switchboard is back, or the line of the clerk at the other end of leg `number` is."""
        for leg in self._legs.values():
            if number in (None, leg.number):
                leg.nudge()

    def hold(self, held: bool) -> None:
        """Nobody sees or hears the booth for now, nor the booth them; or again."""
        for leg in self._legs.values():
            leg.hold(held)
        if held and self.conversation is not None:
            self.conversation.close_line()
        self._stage.record.held = held
        self._stage.show()

    async def invited(self, invitation: messages.Call) -> None:
        """A clerk has accepted, or a new generation is due: get ready to answer."""
        leg = self._legs.get(invitation.leg)
        if leg is not None and leg.resumes(invitation):
            if leg is self._holder:
                self.hold(False)
            leg.renew(invitation)
        elif invitation.role == "guest" and (leg is None or leg is not self._holder):
            await self._guest_comes(invitation)
        else:
            await self._begin(invitation)

    def described(self, description: Description) -> None:
        """An offer of one of the clerks."""
        if (leg := self._legs.get(description.leg)) is not None:
            leg.described(description)

    async def candidate(self, candidate: Candidate) -> None:
        if (leg := self._legs.get(candidate.leg)) is not None:
            await leg.candidate(candidate)

    async def handed_over(self, number: int) -> None:
        """The leg of that number is the holder's now: it alone drives the consultation, and the old holder's ends."""
        leg = self._legs.get(number)
        if leg is None or leg is self._holder or leg.call is None:
            return
        before, self._holder = self._holder, leg
        leg.guest_role = None
        stopped = self.conversation.hand_over(number) if self.conversation is not None else False
        self._announce("handed_over_stopped" if stopped else "handed_over", leg)
        self._tell()
        if before is not None:
            await self._guest_goes(before)

    async def leg_ended(self, number: int) -> None:
        """A guest has gone. The holder's leg ends with the call, or as soon as another one is the holder's."""
        leg = self._legs.get(number)
        if leg is None or leg is self._holder:
            return
        self._announce("left", leg)
        await self._guest_goes(leg)

    async def close(self) -> None:
        """End the call if there is one, and everything that hangs on it."""
        legs, self._legs = list(self._legs.values()), {}
        self._holder = None
        await self._end_conversation()
        await asyncio.gather(*(leg.close() for leg in legs))
        for picture in self._pictures:
            picture.clear()
        record = self._stage.record
        record.held = False
        record.guest = record.company = None
        record.captions.clear()

    async def _begin(self, invitation: messages.Call) -> None:
        """The clerk who holds the ticket starts, perhaps anew; a guest who is there stays."""
        legs = list(self._legs.values())
        guests = [leg for leg in legs if leg is not self._holder and leg.number != invitation.leg]
        self._legs, self._holder = {leg.number: leg for leg in guests}, None
        self.hold(False)
        await self._end_conversation()
        await asyncio.gather(*(leg.close() for leg in legs if leg not in guests))
        record = self._stage.record
        record.notice = ""
        record.captions.clear()
        self._tell()
        self._stage.happen(VisitEvent.CALLED)
        self._holder = leg = self._open(invitation)
        assert leg.call is not None  # noqa: S101 (just opened)
        self.conversation = Conversation(
            self._stage,
            leg.number,
            leg.call,
            self._card_means,
            self._means.devices,
            self._pages,
            self._means.identity.site,
            self._farewell,
            self.eid_app,
        )
        for guest in guests:
            if guest.call is not None:
                self.conversation.join(guest.number, guest.call)
        self._tell()

    async def _guest_comes(self, invitation: messages.Call) -> None:
        """Shown before anything is answered."""
        if self._holder is None or self.conversation is None:
            log.warning("guest without a call", leg=invitation.leg)
            return
        for leg in [leg for leg in self._legs.values() if leg is not self._holder]:
            await self._guest_goes(leg)
        leg = self._open(invitation)
        leg.hold(self._stage.record.held)
        assert leg.call is not None  # noqa: S101 (just opened)
        self._announce("joins", leg)
        self._tell()
        self.conversation.join(leg.number, leg.call)

    async def _guest_goes(self, leg: Leg) -> None:
        del self._legs[leg.number]
        if self.conversation is not None:
            self.conversation.part(leg.number)
        self._tell()
        await leg.close()

    def _open(self, invitation: messages.Call) -> Leg:
        taken = {leg.feed for leg in self._legs.values()}
        feed = next(number for number in range(PICTURES) if number not in taken)
        leg = Leg(self._means, self, invitation, self._pictures[feed], feed)
        self._legs[leg.number] = leg
        return leg

    async def _end_conversation(self) -> None:
        conversation, self.conversation = self.conversation, None
        if conversation is not None:
            await conversation.close()
        record = self._stage.record
        record.card = record.eid = record.summary = None
        record.verdict = ""

    def _announce(self, what: str, leg: Leg, *, sound: bool = True) -> None:
        """Say for a while who has come or gone, with two tones for whoever does not look."""
        if sound:
            self._means.devices.sound(GOES if what in GONE else COMES)
        self._stage.record.company = Company(what, leg.name, leg.guest_role or "clerk", self._stage.clock())
        self._stage.show()

    def _tell(self) -> None:
        """Who is there, and how each can be heard."""
        record, holder = self._stage.record, self._holder
        record.clerk = holder.name if holder is not None else ""
        record.link = holder.link.value if holder is not None else ""
        record.feed = holder.feed if holder is not None else 0
        guests = [leg for leg in self._legs.values() if leg is not holder]
        record.guest = (
            GuestCase(guests[0].name, guests[0].guest_role or "clerk", guests[0].link.value, guests[0].feed)
            if guests
            else None
        )
        self._stage.show()

    # What legs tell (booth.leg.Listener)

    def heard(self, leg: Leg, message: FromClerk) -> None:
        if isinstance(message, Greeting):
            leg.name = message.name
            company = self._stage.record.company
            if company is not None and company.what == "joins" and leg is not self._holder:
                self._announce("joins", leg, sound=False)
            self._tell()
        if self.conversation is not None:
            self.conversation.received(leg.number, leg.name, message)

    def link_changed(self, leg: Leg) -> None:
        self._tell()
        if leg is not self._holder or leg.link is not CallState.CONNECTED:
            return
        self._stage.record.returned = False
        if self._stage.state is VisitState.CONNECTING:
            self._stage.happen(VisitEvent.CALL_STANDS)
        if self.conversation is not None:
            self.conversation.stands()
        self._stage.show()

    def restored(self, leg: Leg) -> None:
        if self.conversation is not None and leg.call is not None:
            self.conversation.go_on_over(leg.number, leg.call)

    async def refused(self, leg: Leg) -> None:
        if self._legs.get(leg.number) is not leg:
            return
        if leg is self._holder:
            await self.close()
            self._stage.record.notice = "notice-fingerprint_refused"
            self._stage.attempt(VisitEvent.CALL_REFUSED)
            return
        self._announce("refused", leg)
        await self._guest_goes(leg)
