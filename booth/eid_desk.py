"""An eID request from the clerk, from consent to its end: AusweisApp does the work, the citizen decides, the clerk is
told how far it is. What the chip says goes to the authority's eID-Server and is never here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from booth.eid.identification import Identification, IdentificationView, Outgoing
from booth.eid.session import App, EidSession
from booth.eid.workflow import Step
from booth.record import EidCase
from booth.stage import Stage
from booth.visit import VisitEvent, VisitState
from media.channel import ChannelClosed, ChannelFull
from media.consultation import EidFault, EidRequest, EidStage, EidStatus, Message

log = structlog.get_logger(__name__)


class Sender(Protocol):
    """The consultation channel of the call."""

    def send(self, message: Message) -> None: ...


class EidDesk:
    """One request at a time. `app`: None where the booth has no AusweisApp. `closed` is called when the request is
    over, for the next one in line."""

    def __init__(self, stage: Stage, app: App | None, channel: Sender, closed: Callable[[], None]) -> None:
        self._stage = stage
        self._app = app
        self._channel = channel
        self._closed = closed
        self._session: EidSession | None = None
        self._running: asyncio.Task[None] | None = None
        self._withdrawn = False
        self._told: tuple[EidStage, EidFault | None] | None = None

    @property
    def request(self) -> int | None:
        """The number of the request in hand."""
        case = self._stage.record.eid
        return case.request if case else None

    def open(self, request: EidRequest) -> None:
        """Begin: AusweisApp asks the eID-Server what is wanted, then the citizen is shown it."""
        before = self._break_off()
        if self._app is None:
            self._send(EidStatus(request=request.request, stage=EidStage.FAILED, fault=EidFault.APP_MISSING))
            self._closed()
            return
        self._stage.record.verdict = ""
        session = EidSession(self._app, lambda view: self._changed(session, view))
        self._stage.record.eid = EidCase(request.request, session.view)
        if not self._stage.attempt(VisitEvent.EID_REQUESTED):
            self._stage.record.eid = None
            return
        self._session, self._withdrawn, self._told = session, False, None
        self._report(session.view)
        work = self._run(session, request.tc_token_url, before)
        self._running = asyncio.create_task(work, name="eid-request")

    def withdraw(self, request: int) -> None:
        """The clerk takes the request back."""
        if self.request == request:
            self._withdrawn = True
            if self._over:
                self._close()
            elif self._session is not None:
                self._session.stop()

    def interrupt(self) -> None:
        """The clerk who asked goes; whoever follows asks anew."""
        if self._stage.record.eid is not None:
            self._send_status(EidStage.FAILED, None)
            self._break_off()
            self._close()

    def decline(self) -> None:
        """The citizen does not want to, or has read why it did not work."""
        if self._stage.state is not VisitState.EID:
            return
        if self._over:
            self._close()
        elif self._session is not None:
            self._session.stop()

    def agree(self) -> None:
        self._act(lambda one: one.agree())

    def grant(self, right: str, granted: bool) -> None:
        self._act(lambda one: one.grant(right, granted))

    def press(self, digit: int) -> None:
        self._act(lambda one: one.press(digit))

    def erase(self) -> None:
        self._act(lambda one: one.erase())

    def enter(self) -> None:
        self._act(lambda one: one.enter())

    def only_transport_pin(self) -> None:
        self._act(lambda one: one.only_transport_pin())

    def lay_right(self) -> None:
        self._act(lambda one: one.lay_right())

    async def stop(self) -> None:
        """End whatever is going on and wait for it; nothing is reported."""
        running = self._break_off()
        if running is not None:
            await asyncio.gather(running, return_exceptions=True)

    @property
    def _over(self) -> bool:
        """It has failed and the citizen is told why."""
        return self._running is None

    def _act(self, act: Callable[[Identification], Outgoing | None]) -> None:
        if self._session is not None and self._stage.state is VisitState.EID:
            self._session.act(act)

    async def _run(self, session: EidSession, tc_token_url: str, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            # AusweisApp takes one connection at a time.
            await asyncio.gather(before, return_exceptions=True)
        view = await session.run(tc_token_url)
        if session is not self._session:
            return
        self._session = self._running = None
        if self._withdrawn:
            self._close()
            return
        self._show(view)
        self._report(view)
        if view.step is not Step.FAILED:
            self._stage.record.verdict = {Step.DONE: "eid_sent", Step.CHANGED: "eid_pin_changed"}.get(view.step, "")
            self._close()

    def _changed(self, session: EidSession, view: IdentificationView) -> None:
        if session is self._session:
            self._show(view)
            if not session.over:
                self._report(view)

    def _show(self, view: IdentificationView) -> None:
        case = self._stage.record.eid
        if case is not None:
            case.view = view
            self._stage.show()

    def _break_off(self) -> asyncio.Task[None] | None:
        """What is to end now, and has ended when its task is done."""
        running, self._running = self._running, None
        self._session = None
        if running is not None:
            running.cancel()
        return running

    def _close(self) -> None:
        self._stage.record.eid = None
        self._stage.attempt(VisitEvent.EID_CLOSED)
        self._closed()

    def _report(self, view: IdentificationView) -> None:
        """Each stage once, and what is in the way of it."""
        if self._told != (view.stage, view.fault) and not self._withdrawn:
            self._send_status(view.stage, view.fault)

    def _send_status(self, stage: EidStage, fault: EidFault | None) -> None:
        self._told = (stage, fault)
        if (request := self.request) is not None:
            self._send(EidStatus(request=request, stage=stage, fault=fault))

    def _send(self, message: Message) -> None:
        try:
            self._channel.send(message)
        except (ChannelClosed, ChannelFull) as error:
            log.warning("eid status not sent", error=type(error).__name__)
