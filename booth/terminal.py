"""The controller of the booth: switchboard, call, card and citizen meet here. Everything runs on one asyncio loop."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

import msgspec
import structlog
from msgspec import structs

from booth.call_desk import CallDesk
from booth.callback_desk import CallbackDesk
from booth.card_reminder import CardReminder
from booth.chime import COMES
from booth.code_reader import CodeReader
from booth.console_keys import ConsoleKeys
from booth.conversation import Conversation
from booth.devices import Devices, with_reader
from booth.health import health
from booth.idcard.reader import ReaderStatus
from booth.reading import Piece, Reading
from booth.record import Ending
from booth.speech_desk import SpeechDesk, Utterance
from booth.stage import Stage
from booth.view import CARD_LEFT, CARD_PRESENT, NO_PATH, NOT_WIPED, STARTING
from booth.visit import FORGOTTEN, HAS_TICKET, QUEUED, WIPING, VisitEvent, VisitState
from booth.wipe import Wipe
from booth.words import LANGUAGES, Words
from media.connectivity.verdict import Readiness
from media.consultation import CallFigures, DeviceStates
from media.devices.camera import CameraFrame
from media.latest import LatestSlot
from signaling.client import Connected, Disconnected, Event, ServerRefused
from signaling.protocol import messages
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import EndReason, Join, Leave, TicketState, TicketView

TICK_S: Final = 0.5
FAREWELL_GRACE_S: Final = 8.0
"""The switchboard may say `completed` before the clerk's last words have come over the call."""
CARD_REMINDED_S: Final = 120.0
"""So long after the visit the citizen is asked to take the card; then the booth closes until it is taken."""
CHOICES_KEPT_S: Final = 60.0
"""So long the first screen keeps the language, the look and the voice somebody has chosen, after the last touch."""
CALLED_BACK: Final = frozenset({TicketState.CALLBACK, TicketState.CALLBACK_OFFERED, TicketState.CALLING_BACK})
"""The ticket goes on without the booth."""

NOTHING_RECEIVED: Final = CallFigures(
    video_fps=0, video_width=0, video_height=0, video_frames=0, audio_seconds=0, audio_level=0
)

log = structlog.get_logger(__name__)


class Line(Protocol):
    """The line to the switchboard (`signaling.client.SwitchboardClient`)."""

    async def run(self) -> None: ...
    def __aiter__(self) -> AsyncIterator[Event]: ...
    async def send(self, message: messages.FromClient) -> None: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Relief:
    """How the terminal lets another process serve the next citizen. `prepare`: it will have to; `relieve`: it may, and
    is told whether somebody's card is still on the reader."""

    prepare: Callable[[], None]
    relieve: Callable[[bool], None]


class Terminal:
    """`booth.ui.bridge.Desk` for the citizen's wishes, and the one who hears the switchboard. It serves until it has
    learned more of a citizen than the language. `card_left`: on the reader is the card of somebody who has gone; None:
    if there is one, it is."""

    def __init__(
        self,
        stage: Stage,
        line: Line,
        calls: CallDesk,
        devices: Devices,
        keys: ConsoleKeys,
        wipe: Wipe,
        speech: SpeechDesk,
        words: Words,
        relief: Relief,
        *,
        card_left: bool | None = False,
    ) -> None:
        self.stage = stage
        self.calls = calls
        self._line = line
        self._devices = devices
        self._keys = keys
        self._wipe = wipe
        self._speech = speech
        self._words = words
        self._card_reminder = CardReminder()
        self.callback = CallbackDesk(stage, keys, line.send)
        wipe.add("number to call back", self.callback.forget)
        self._join_numbers = itertools.count(1)
        self._join: Join | None = None
        self._abandoned_ticket: str | None = None
        self._ticket_gone = False
        self._told_health: messages.BoothStatus | None = None
        self._health_is_known = True
        """Whether the switchboard may know the message it is told in."""
        self._farewell_due: float | None = None
        self._relief = relief
        self._over = False
        self._relieved = False
        self._card_left = card_left or False
        self._card_unknown = card_left is None
        self._ended_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._codes = CodeReader(self._pictures_with_codes, self._code_seen)
        calls.preflight.told = self._paths_judged
        devices.listen(self._devices_changed)

    async def run(self) -> None:
        """Until cancelled. Wipes before it returns, whatever is going on."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._line.run(), name="switchboard-line")
                group.create_task(self._listen(), name="switchboard-events")
                group.create_task(self._tick(), name="terminal-clock")
                group.create_task(self._keys.warm(), name="console-keys")
                group.create_task(self.calls.preflight.run(), name="connectivity")
                group.create_task(self._devices.watch(), name="device-check")
                group.create_task(self._codes.run(), name="code-reader")
                if self.calls.eid_app is not None:
                    group.create_task(self.calls.eid_app.run(), name="ausweisapp")
        finally:
            await self._shut()

    async def _shut(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._wipe.run()
        self.stage.record.reset()

    def figures(self) -> dict[str, Any]:
        """What the call measures, in plain values; what is received stands first, zeros while there is no call."""
        figures = self.calls.figures()
        if figures is None:
            return msgspec.structs.asdict(NOTHING_RECEIVED) | {"network": self.calls.preflight.health()}
        own = {name: value for name, value in asdict(figures).items() if name != "received"}
        clerk = self.calls.conversation.clerk_figures if self.calls.conversation else None
        told = {"clerk_receives": msgspec.structs.asdict(clerk)} if clerk else {}
        return msgspec.structs.asdict(figures.received) | own | told | {"network": self.calls.preflight.health()}

    def _devices_changed(self, states: DeviceStates) -> None:
        before = self.stage.premises.devices
        self.stage.settle(devices=structs.replace(states, card_reader=before.card_reader))
        self._tell_health()
        self._with_conversation(lambda conversation: conversation.tell_devices())

    def _tell_health(self) -> None:
        """Tell who looks after the booth how it is, when that has changed. Without a line it is told at the next
        welcome; to a switchboard that may be too old for it, not at all."""
        premises = self.stage.premises
        readiness = self.calls.preflight.verdict.readiness
        status = health(premises.devices, readiness, reader_known=premises.reader != "")
        if self._health_is_known and self.stage.premises.online and status != self._told_health:
            self._told_health = status
            self._spawn(self._line.send(status), "booth-status")

    def reader_changed(self, status: ReaderStatus) -> None:
        """What the card reader holds. A card that stayed after a visit is gone when the reader is empty or unplugged;
        while the smart-card service is down nobody can tell."""
        self.stage.settle(reader=status.value, devices=with_reader(self.stage.premises.devices, status))
        self._tell_health()
        self._with_conversation(lambda conversation: conversation.tell_devices())
        if self._card_unknown:
            self._card_unknown, self._card_left = False, status is ReaderStatus.CARD_PRESENT
            self._paths_judged()
        if self._card_left and status in (ReaderStatus.EMPTY, ReaderStatus.NO_READER):
            self._card_left = False
            self._paths_judged()
        self._remind_of_card()

    # The citizen

    def touched(self) -> None:
        self.stage.touched()

    def start(self) -> None:
        if self.stage.attempt(VisitEvent.START):
            self.stage.record.ending = None

    def set_language(self, language: str) -> None:
        if language in LANGUAGES:
            self.stage.record.language = language
            self.stage.touched()

    def choose_language(self, language: str) -> None:
        self.set_language(language)
        if self.stage.attempt(VisitEvent.LANGUAGE_CHOSEN):
            self._devices.open()

    def choose_service(self, service: str) -> None:
        if service in self.stage.premises.services and self.stage.state is VisitState.SERVICE:
            self.stage.record.service, self.stage.record.code = service, None
            self._join_queue()

    def want_code(self) -> None:
        self.stage.record.notice = ""
        self.stage.attempt(VisitEvent.CODE_WANTED)

    def submit_code(self, code: str) -> None:
        if self.stage.state is VisitState.CODE and 6 <= len(code) <= 12 and code.isascii() and code.isalnum():
            self.stage.record.service, self.stage.record.code = None, code.upper()
            self._join_queue()

    def _pictures_with_codes(self) -> LatestSlot[CameraFrame] | None:
        return self._devices.open().camera.frames if self.stage.state is VisitState.CODE else None

    def _code_seen(self, code: str) -> None:
        """One that has just been refused is not tried again and again while it is held before the camera."""
        if code != self.stage.record.code or not self.stage.record.notice:
            self.submit_code(code)

    def back(self) -> None:
        self.stage.record.notice = ""
        if self.stage.attempt(VisitEvent.BACK) and self.stage.state is VisitState.WAITING:
            self.callback.forget()

    def want_callback(self) -> None:
        self.callback.want()

    def give_phone(self, typed: str) -> None:
        self.callback.give_number(typed)

    def give_name(self, name: str) -> None:
        self.callback.give_name(name)

    def confirm_callback(self) -> None:
        self._spawn(self.callback.confirm(), "callback")

    def leave(self) -> None:
        """End the visit, whatever state it is in."""
        self._end(VisitEvent.LEAVE, "left")

    def finish(self) -> None:
        if not self._card_stays() and self.stage.attempt(VisitEvent.FINISH):
            self._start_afresh()

    def set_high_contrast(self, on: bool) -> None:
        self.stage.record.high_contrast = on
        self.stage.touched()

    def set_large_text(self, on: bool) -> None:
        self.stage.record.large_text = on
        self.stage.touched()

    def set_reading(self, reading: Reading) -> None:
        """Read the screen aloud, or no more, and how."""
        self._speech.hush()
        self._speech.stay(reading.on)
        self.stage.record.reading = reading
        self.stage.touched()

    def read_out(self, pieces: tuple[Piece, ...], cuts: bool) -> None:
        """Say what is new on the screen; while everything is being forgotten nothing is."""
        reading = self.stage.record.reading
        if not reading.on or self.stage.state in WIPING:
            return
        utterance = Utterance(pieces, pace=reading.pace, loudness=reading.loudness)
        if cuts:
            self._speech.cut_in(utterance)
        else:
            self._speech.say(utterance)

    @property
    def speaks(self) -> bool:
        """Whether the booth is saying something."""
        return self._speech.speaks

    def be_silent(self) -> None:
        self._speech.hush()

    def set_muted(self, muted: bool) -> None:
        self._devices.mute(muted)
        self.stage.record.muted = muted
        self.stage.show()

    def write_text(self, text: str, done: bool) -> None:
        if self.calls.conversation is not None:
            self.calls.conversation.write(text, done)

    def consent(self) -> None:
        self._with_conversation(lambda conversation: conversation.card.consent())

    def decline_card(self) -> None:
        self._with_conversation(lambda conversation: conversation.card.decline())

    def give_number(self, can: str) -> None:
        self._with_conversation(lambda conversation: conversation.card.give_number(can))

    def retype_number(self) -> None:
        self._with_conversation(lambda conversation: conversation.card.retype_number())

    def scan_zone(self) -> None:
        self._with_conversation(lambda conversation: conversation.card.scan_zone())

    def type_zone(self) -> None:
        self._with_conversation(lambda conversation: conversation.card.type_zone())

    def give_zone(self, number: str, birth: str, expiry: str) -> None:
        self._with_conversation(lambda conversation: conversation.card.give_zone(number, birth, expiry))

    def take_still(self) -> None:
        self._with_conversation(lambda conversation: conversation.still.take())

    def again_still(self) -> None:
        self._with_conversation(lambda conversation: conversation.still.again())

    def send_still(self) -> None:
        self._with_conversation(lambda conversation: conversation.still.send())

    def decline_still(self) -> None:
        self._with_conversation(lambda conversation: conversation.still.decline())

    def retry_card(self) -> None:
        self._with_conversation(lambda conversation: conversation.card.retry())

    def agree_eid(self) -> None:
        self._with_conversation(lambda conversation: conversation.eid.agree())

    def decline_eid(self) -> None:
        self._with_conversation(lambda conversation: conversation.eid.decline())

    def press_eid(self, digit: int) -> None:
        self._with_conversation(lambda conversation: conversation.eid.press(digit))

    def erase_eid(self) -> None:
        self._with_conversation(lambda conversation: conversation.eid.erase())

    def enter_eid(self) -> None:
        self._with_conversation(lambda conversation: conversation.eid.enter())

    def only_transport_pin(self) -> None:
        self._with_conversation(lambda conversation: conversation.eid.only_transport_pin())

    def lay_eid_card_right(self) -> None:
        self._with_conversation(lambda conversation: conversation.eid.lay_right())

    def grant_eid(self, right: str, granted: bool) -> None:
        self._with_conversation(lambda conversation: conversation.eid.grant(right, granted))

    def answer_summary(self, confirmed: bool) -> None:
        self._with_conversation(lambda conversation: conversation.answer_summary(confirmed))

    def close_document(self) -> None:
        if self.stage.state is VisitState.KEEPSAKE:
            self._end(VisitEvent.DOCUMENT_CLOSED, self.stage.record.ending or "completed")
        else:
            self._with_conversation(lambda conversation: conversation.close_document())

    def _with_conversation(self, wish: Callable[[Conversation], None]) -> None:
        if self.calls.conversation is not None:
            wish(self.calls.conversation)

    # The switchboard

    async def _listen(self) -> None:
        async for event in self._line:
            await self.heard(event)

    async def heard(self, event: Event) -> None:
        """Take one event of the line, in order."""
        match event:
            case Connected(welcome):
                self.calls.preflight.use(welcome.ice_servers)
                self.stage.settle(online=True, trouble=self._own_trouble(), hours=tuple(welcome.services))
                await self._welcomed(welcome.ticket)
                self._told_health = None
                self._tell_health()
                self.calls.something_changed()
            case messages.IceServersUpdate(ice_servers=servers):
                self.calls.preflight.use(servers)
            case Disconnected(moved=moved):
                self._line_gone("unavailable-no_line", VisitEvent.LINE_DOWN)
                if moved:
                    self.calls.network_changed()
            case ServerRefused(error):
                log.error("switchboard refuses this booth", error=error.value)
                if error is ErrorId.MALFORMED_MESSAGE:
                    self._health_is_known = False  # The line without it is better than none.
                self._line_gone(f"error-{error}", VisitEvent.LINE_REFUSED)
            case messages.ServicesUpdate(services=services):
                self.stage.settle(hours=tuple(services))
            case messages.TicketUpdate(ticket=ticket):
                await self._ticket(ticket)
            case messages.Call():
                await self._called(event)
            case messages.Description():
                self.calls.described(event)
            case messages.Candidate():
                await self.calls.candidate(event)
            case messages.PeerPresence(online=True, leg=leg):
                self.calls.something_changed(leg)
            case messages.HandedOver(ticket=number, leg=leg):
                if self._is_ours(number):
                    await self.calls.handed_over(leg)
            case messages.LegEnded(ticket=number, leg=leg):
                if self._is_ours(number):
                    await self.calls.leg_ended(leg)
            case messages.CallHeld(ticket=number, held=held):
                if self._is_ours(number):
                    self.calls.hold(held)
            case messages.CallEnded():
                await self._call_ended(event)
            case messages.Error():
                await self._refused(event)
            case _:
                log.info("not for a booth", message=type(event).__name__)

    async def _welcomed(self, ticket: TicketView | None) -> None:
        if self.stage.state is VisitState.UNAVAILABLE and not self.stage.premises.trouble:
            self.stage.happen(VisitEvent.LINE_UP)
        if ticket is not None:
            await self._ticket(ticket)
            await self.callback.line_is_back()
        elif self.stage.state is VisitState.JOINING and self._join is not None:
            await self._line.send(self._join)
        elif self.stage.state is VisitState.CALLBACK_SENDING:
            # Either it has arrived, or the ticket was lost before.
            self._ticket_gone = True
            self._end(VisitEvent.CALLBACK_TAKEN, "callback_unsure")
        elif self.stage.state in HAS_TICKET:
            self._ticket_gone = True
            if not self.calls.stands:
                self._end(VisitEvent.FAREWELL, "lost")

    def _own_trouble(self) -> str:
        """What keeps the booth closed though it has its line."""
        if self._relieved:
            return STARTING
        if self.stage.premises.trouble == NOT_WIPED:
            return NOT_WIPED
        if self._card_left:
            return CARD_LEFT
        return NO_PATH if self.calls.preflight.verdict.readiness is Readiness.NO_CALL else ""

    def _paths_judged(self) -> None:
        """A booth that can make no call says so before somebody waits for one; whoever is there already may go on."""
        if not self.stage.premises.online:
            return
        self._tell_health()
        self.stage.settle(trouble=self._own_trouble())
        if self.stage.premises.trouble and self.stage.state is VisitState.ATTRACT:
            self.stage.happen(VisitEvent.LINE_DOWN)
        elif not self.stage.premises.trouble and self.stage.state is VisitState.UNAVAILABLE:
            self.stage.happen(VisitEvent.LINE_UP)

    def _line_gone(self, trouble: str, event: VisitEvent) -> None:
        """Without a line a visit goes on; a booth that is refused can only end one that has no call. Once relieved,
        this process has to lose its line, to the next one."""
        if self._relieved:
            return
        self.stage.settle(online=False, trouble=NOT_WIPED if self.stage.premises.trouble == NOT_WIPED else trouble)
        if self.stage.state in (VisitState.ATTRACT, VisitState.UNAVAILABLE):
            self.stage.happen(event)
        elif event is VisitEvent.LINE_REFUSED and self.stage.visited:
            self._end(event, "lost")

    async def _ticket(self, ticket: TicketView) -> None:
        record, state = self.stage.record, self.stage.state
        if ticket.state in (TicketState.COMPLETED, TicketState.ABANDONED):
            if self._is_ours(ticket.number):
                self._ticket_closed(completed=ticket.state is TicketState.COMPLETED)
            return
        if ticket.state in CALLED_BACK:
            if self._is_ours(ticket.number):
                self._ticket_gone = True
                self._end(VisitEvent.CALLBACK_TAKEN, "callback")
            return
        if state is VisitState.JOINING:
            self._join = None
        elif not self._is_ours(ticket.number):
            # A ticket of a visit that is over, or of a run of this program that has died.
            if ticket.number != self._abandoned_ticket:
                self._abandoned_ticket = ticket.number
                await self._line.send(Leave(ticket=ticket.number))
            return
        record.ticket, record.ticket_at = ticket, self.stage.clock()
        self._ticket_gone = False
        if state is VisitState.JOINING:
            self.stage.happen(VisitEvent.TICKET_TAKEN)
        elif ticket.state is TicketState.PARKED:
            await self._parked()
        elif ticket.state in (TicketState.WAITING, TicketState.OFFERED) and state not in QUEUED:
            await self._returned()
        elif ticket.state in (TicketState.IN_CALL, TicketState.HELD):
            await self.calls.handed_over(ticket.leg)
            self.calls.hold(ticket.state is TicketState.HELD)
        self.stage.show()

    async def _called(self, invitation: messages.Call) -> None:
        if self._is_ours(invitation.ticket) and self.stage.state in HAS_TICKET:
            self.callback.forget()
            await self.calls.invited(invitation)

    async def _call_ended(self, ended: messages.CallEnded) -> None:
        if not self._is_ours(ended.ticket) or self.stage.state not in HAS_TICKET:
            return
        match ended.reason:
            case EndReason.COMPLETED:
                self._ticket_closed(completed=True)
            case EndReason.CITIZEN_LEFT:
                self._end(VisitEvent.LEAVE, "left")
            case EndReason.BOOTH_LOST:
                self._end(VisitEvent.FAREWELL, "lost")
            case EndReason.PARKED:
                await self._parked()
            case EndReason.FINGERPRINT_REFUSED:
                await self._returned("notice-fingerprint_refused")
            case _:
                await self._returned()

    async def _returned(self, notice: str = "") -> None:
        """The ticket is back in the queue; the place is kept. `notice`: the words that say why, if any do."""
        if self.stage.state is VisitState.WAITING:
            return
        await self.calls.close()
        self.stage.record.notice = notice
        self.stage.record.returned = True
        self.stage.attempt(VisitEvent.RETURNED)

    async def _parked(self) -> None:
        """The clerk will call again; until then nothing is connected."""
        if self.stage.state is VisitState.PARKED:
            return
        await self.calls.close()
        self.stage.record.notice = ""
        self.stage.record.parked_at = self.stage.clock()
        self.stage.record.parked_since = time.strftime("%H:%M", time.localtime(self.stage.wall_clock()))
        self.stage.attempt(VisitEvent.PARKED)

    def _ticket_closed(self, *, completed: bool) -> None:
        self._ticket_gone = True
        if not completed:
            self._end(VisitEvent.FAREWELL, "lost")
        elif self.calls.stands:
            self._farewell_due = self.stage.clock() + FAREWELL_GRACE_S
        else:
            self.farewell(completed=True)

    async def _refused(self, error: messages.Error) -> None:
        if self.callback.refused(error):
            return
        if self._join is None or error.in_reply_to != self._join.id or self.stage.state is not VisitState.JOINING:
            log.warning("switchboard error", error=error.error.value, text=error.text)
            return
        self._join = None
        self.stage.record.notice = f"error-{error.error}"
        if error.error is ErrorId.OFFICE_CLOSED and self.stage.record.service is not None:
            self._closed(self.stage.record.service)
        with_code = self.stage.record.code is not None
        self.stage.happen(VisitEvent.CODE_REFUSED if with_code else VisitEvent.JOIN_REFUSED)

    def _closed(self, service: str) -> None:
        """It has closed since the switchboard last said what is open."""
        others = [hours for hours in self.stage.premises.hours if hours.id != service]
        self.stage.settle(hours=(*others, messages.ServiceHours(id=service, open=False)))

    def _is_ours(self, number: str) -> bool:
        ticket = self.stage.record.ticket
        return ticket is not None and ticket.number == number

    def _join_queue(self) -> None:
        record = self.stage.record
        record.notice = ""
        self._join = Join(
            id=next(self._join_numbers), service=record.service, language=record.language, code=record.code
        )
        self.stage.happen(VisitEvent.JOIN)
        self._spawn(self._line.send(self._join), "join")

    # The end

    def farewell(self, completed: bool) -> None:
        """The clerk has ended the consultation."""
        self._farewell_due = None
        ending: Ending = "completed" if completed else "not_completed"
        if self.stage.state is VisitState.DOCUMENT:
            self.stage.record.ending = ending
            self.stage.happen(VisitEvent.FAREWELL)
            self._spawn(self.calls.close(), "call-close")
        else:
            self._end(VisitEvent.FAREWELL, ending)

    def _end(self, event: VisitEvent, ending: Ending) -> None:
        """Leave by `event` if it leads out of the visit, give the ticket back, and wipe."""
        ticket = self.stage.record.ticket
        by_citizen = event in (VisitEvent.LEAVE, VisitEvent.TIMEOUT)
        gives_back = by_citizen and self.stage.state in HAS_TICKET and not self._ticket_gone
        before = self.stage.record.ending
        self.stage.record.ending = ending
        if not self.stage.attempt(event):
            self.stage.record.ending = before
            return
        self._join = None
        self._farewell_due = None
        if ticket is not None and gives_back:
            self._abandoned_ticket = ticket.number
            self._spawn(self._line.send(Leave(ticket=ticket.number)), "leave")
        self._spawn(self._forget(), "wipe")

    async def _forget(self) -> None:
        # Before there was a picture of anybody, there was only a finger that chose a language.
        met = self._devices.are_open
        report = await self._wipe.run()
        if report.failed:
            self.stage.settle(trouble=NOT_WIPED)
        if met or report.failed:
            self._over = True
            if self.calls.eid_app is not None:
                await self.calls.eid_app.close()
            self._relief.prepare()
        self._ticket_gone = False
        self._ended_at = self.stage.clock()
        self.stage.happen(VisitEvent.WIPED)
        if self.stage.state is VisitState.ATTRACT:
            self._start_afresh()
        self._remind_of_card()

    def _card_stays(self) -> bool:
        """Whether the citizen who goes leaves a card on the reader and is to be reminded of it."""
        present = self.stage.premises.reader == CARD_PRESENT
        return present and self.stage.clock() - self._ended_at < CARD_REMINDED_S

    def _remind_of_card(self) -> None:
        """Say aloud that a card has been left behind; not a word more once it is gone."""
        present = self.stage.premises.reader == CARD_PRESENT
        word = CARD_LEFT if self._card_left else "card-there" if self.stage.state is VisitState.THANKS else ""
        reminded = self._card_reminder.reminds
        if self._card_reminder.due(present and word != "", self.stage.clock()):
            view = self.stage.view()
            piece = Piece(self._words.text(view.language, word), view.language)
            self._speech.say(Utterance((piece,), COMES, view.reading.pace, view.reading.loudness, urgent=True))
        elif reminded and not self._card_reminder.reminds:
            self._speech.calm()

    def _start_afresh(self) -> None:
        """Nobody is there: also the language and the look go back to the start, and after a visit another process
        serves the next. A card that is still there is nobody's of those who come: the booth stays closed until it is
        taken."""
        self.stage.record.reset()
        self._speech.hush()
        self._speech.stay(False)
        left = self.stage.premises.reader == CARD_PRESENT
        self._relieved = self._over
        if self._relieved:
            self.stage.settle(trouble=STARTING)
        elif left:
            self._card_left = True
            self.stage.settle(trouble=self._own_trouble() if self.stage.premises.online else None)
        if not self.stage.premises.online or self.stage.premises.trouble:
            self.stage.happen(VisitEvent.LINE_DOWN)
        self.stage.show()
        if self._relieved:
            self._relief.relieve(left)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.tick()

    def tick(self) -> None:
        """What time brings; the clock is the stage's."""
        self.calls.preflight.occupied(self.stage.visited)
        if self._farewell_due is not None and self.stage.clock() >= self._farewell_due:
            self.farewell(completed=True)
        lost = self._ticket_gone and self._farewell_due is None and not self.calls.stands
        if lost and self.stage.state in HAS_TICKET:
            self._end(VisitEvent.FAREWELL, "lost")
        if self.stage.time_is_up():
            if self.stage.state in FORGOTTEN:
                if not self._card_stays() and self.stage.attempt(VisitEvent.TIMEOUT):
                    self._start_afresh()
            else:
                ending = self.stage.record.ending if self.stage.state is VisitState.KEEPSAKE else None
                self._end(VisitEvent.TIMEOUT, ending or "timeout")
        self._remind_of_card()
        self._forget_choices_of_nobody()
        self.stage.show()

    def _forget_choices_of_nobody(self) -> None:
        """Who has chosen a language, a look or the voice and has not begun a visit has gone."""
        idle = self.stage.state in (VisitState.ATTRACT, VisitState.UNAVAILABLE)
        if idle and self.stage.record.chosen and self.stage.untouched_s >= CHOICES_KEPT_S:
            self._speech.hush()
            self._speech.stay(False)
            self.stage.record.forget_choices()

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("terminal task failed", task=task.get_name(), error=repr(error))
