"""A frozen still of the citizen at the clerk's request: agreed to, taken, looked at, and only then sent.

It is for the clerk's own comparison with the document's portrait; nothing compares faces here or there. The picture
has all the pixels the camera has, not those of the call.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt
import structlog

from booth.card_desk import Channel
from booth.pages import Page, Pages
from booth.record import StillCase
from booth.stage import Stage
from booth.visit import STILL, VisitEvent, VisitState
from media.channel import ChannelClosed, ChannelFull
from media.consultation import MAX_STILL_BYTES, Message, Still, StillRequest, StillStatus
from media.devices.faults import DeviceError
from media.transfer import TransferError, sha256

QUALITY: Final = (92, 80, 60)
"""Of the JPEG; the next one is tried where a picture is too large for the channel."""

log = structlog.get_logger(__name__)

Picture = npt.NDArray[np.uint8]
"""BGR, (height, width, 3)."""


class StillCamera(Protocol):
    """`booth.devices.Devices`. Raises DeviceError where the camera gives no picture."""

    async def still(self) -> Picture: ...


def jpeg(picture: Picture) -> bytes:
    """As fine as the channel takes. Raises TransferError."""
    for quality in QUALITY:
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if data.size <= MAX_STILL_BYTES:
            return data.tobytes()
    half = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    return jpeg(half)


class StillDesk:
    """One request at a time. `closed` is called when it is over."""

    def __init__(
        self, stage: Stage, camera: StillCamera, pages: Pages, channel: Channel, closed: Callable[[], None]
    ) -> None:
        self._stage = stage
        self._camera = camera
        self._pages = pages
        self._channel = channel
        self._closed = closed
        self._task: asyncio.Task[None] | None = None

    @property
    def request(self) -> int | None:
        still = self._stage.record.still
        return still.request if still else None

    def open(self, request: StillRequest) -> None:
        """Ask the citizen."""
        self._cancel()
        self._forget()
        self._stage.record.still = StillCase(request.request)
        if self._stage.attempt(VisitEvent.STILL_REQUESTED):
            self._send(StillStatus(request=request.request, status="consent"))

    def withdraw(self, request: int) -> None:
        """The clerk takes the request back."""
        if self.request == request:
            self._close()

    def interrupt(self) -> None:
        """The clerk who asked goes."""
        if self.request is not None:
            self._end("failed")

    def take(self) -> None:
        """The citizen agrees to be photographed now."""
        still = self._stage.record.still
        if still is not None and self._task is None and self._stage.state is VisitState.STILL_CONSENT:
            self._task = asyncio.create_task(self._take(still), name="still")

    def again(self) -> None:
        if self._stage.state is VisitState.STILL_CHECK and self._task is None:
            self._drop_picture()
            self._stage.attempt(VisitEvent.STILL_AGAIN)

    def send(self) -> None:
        """The citizen has seen the picture and agrees to send it."""
        still = self._stage.record.still
        if still is not None and still.jpeg and self._task is None and self._stage.state is VisitState.STILL_CHECK:
            self._task = asyncio.create_task(self._hand_over(still), name="still-sending")

    def decline(self) -> None:
        if self._stage.state in STILL:
            self._end("declined")

    async def stop(self) -> None:
        """End whatever is going on and wait for it; nothing is reported."""
        task = self._task
        self._cancel()
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)
        self._forget()

    async def _take(self, still: StillCase) -> None:
        try:
            picture = await self._camera.still()
            data = await asyncio.to_thread(jpeg, picture)
        except (DeviceError, TransferError) as error:
            log.warning("no still", error=type(error).__name__)
            self._task = None
            still.failed = True
            self._stage.show()
            return
        self._task = None
        if self._stage.record.still is still:
            still.jpeg, still.failed = data, False
            still.key = self._pages.keep(_page(picture))
            picture.fill(0)
            self._stage.attempt(VisitEvent.STILL_TAKEN)

    async def _hand_over(self, still: StillCase) -> None:
        transfer = f"still-{secrets.token_hex(8)}"
        try:
            self._channel.send(
                Still(request=still.request, transfer=transfer, size=len(still.jpeg), sha256=sha256(still.jpeg))
            )
            await self._channel.send_transfer(transfer, still.jpeg)
        except ChannelClosed:
            # The connection went in the middle; the clerk's end asks again over the next one.
            self._task = None
            self._close()
            return
        except (ChannelFull, TransferError) as error:
            log.warning("still not sent", error=type(error).__name__)
            self._task = None
            self._end("failed")
            return
        self._task = None
        self._close()

    def _end(self, status: str) -> None:
        request = self.request
        if request is not None:
            self._send(StillStatus(request=request, status="declined" if status == "declined" else "failed"))
        self._close()

    def _close(self) -> None:
        self._cancel()
        self._forget()
        self._stage.attempt(VisitEvent.STILL_CLOSED)
        self._closed()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _forget(self) -> None:
        self._drop_picture()
        self._stage.record.still = None

    def _drop_picture(self) -> None:
        still = self._stage.record.still
        if still is not None:
            if still.key:
                self._pages.drop(still.key)
            still.jpeg, still.key = b"", ""

    def _send(self, message: Message) -> None:
        try:
            self._channel.send(message)
        except (ChannelClosed, ChannelFull) as error:
            log.warning("still status not sent", error=type(error).__name__)


def _page(picture: Picture) -> Page:
    """As the screen shows it: mirrored, as people know themselves, and no larger than it needs."""
    scale = min(1.0, 1280 / picture.shape[1])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    return np.ascontiguousarray(cv2.cvtColor(cv2.flip(small, 1), cv2.COLOR_BGR2BGRA), np.uint8)
