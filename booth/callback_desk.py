"""Being called back instead of waiting: the number is checked, sealed for the authority, sent, and forgotten.

The number never leaves the booth but in its seal (compact JWE, ECDH-ES over X25519 with A256GCM), which only the
console can open; the key comes from the console itself. It is in no log, and the wipe forgets it with the visit.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
import structlog
from joserfc import jwe
from joserfc.jwk import OKPKey

from booth import phone_number
from booth.console_keys import ConsoleKeys, ConsoleKeysError, EncryptionKey
from booth.phone_number import PhoneNumberError
from booth.record import CallbackCase
from booth.stage import Stage
from booth.visit import VisitEvent, VisitState
from signaling.protocol import messages
from signaling.protocol.messages import RequestCallback

MAX_NAME: Final = 60
PADDED_BYTES: Final = 320
"""All sealed numbers are equally long: the length would tell of the name."""
ALGORITHM: Final = "ECDH-ES"
ENCRYPTION: Final = "A256GCM"

log = structlog.get_logger(__name__)


def seal_number(key: EncryptionKey, number: str, name: str) -> str:
    """A compact JWE of `{"number", "name"}` that only the owner of `key` can open; without `name` if it is empty."""
    content = msgspec.json.encode({"number": number, "name": name} if name else {"number": number})
    public = OKPKey.import_key({"kty": "OKP", "crv": "X25519", "x": key.x})
    header = {"alg": ALGORITHM, "enc": ENCRYPTION, "kid": key.kid}
    return jwe.encrypt_compact(header, content.ljust(PADDED_BYTES), public, algorithms=[ALGORITHM, ENCRYPTION])


class CallbackDesk:
    """One wish at a time, in `Stage.record.callback`."""

    def __init__(
        self, stage: Stage, keys: ConsoleKeys, send: Callable[[messages.FromClient], Awaitable[None]]
    ) -> None:
        self._stage = stage
        self._keys = keys
        self._send = send
        self._numbers = itertools.count(1_000_000)
        self._request: RequestCallback | None = None

    def want(self) -> None:
        ticket = self._stage.record.ticket
        if ticket is not None and ticket.callback_offered and self._stage.attempt(VisitEvent.CALLBACK_WANTED):
            self._stage.record.callback = CallbackCase()
            self._stage.record.notice = ""

    def give_number(self, typed: str) -> None:
        """What was typed, in any spelling; a problem is shown."""
        case = self._stage.record.callback
        if case is None or self._stage.state is not VisitState.CALLBACK_NUMBER:
            return
        try:
            case.number, case.problem = phone_number.check(typed), ""
        except PhoneNumberError as error:
            case.problem = error.reason
            self._stage.show()
            return
        self._stage.attempt(VisitEvent.PHONE_GIVEN)

    def give_name(self, name: str) -> None:
        """May be empty."""
        case = self._stage.record.callback
        if case is not None and self._stage.state is VisitState.CALLBACK_NAME:
            case.name = " ".join(name.split())[:MAX_NAME]
            self._stage.attempt(VisitEvent.NAME_GIVEN)

    async def confirm(self) -> None:
        """Seal the number and send it."""
        record = self._stage.record
        case, ticket = record.callback, record.ticket
        if case is None or ticket is None or not self._stage.attempt(VisitEvent.CALLBACK_CONFIRMED):
            return
        record.notice = ""
        try:
            key = await self._keys.encryption_key()
        except ConsoleKeysError as error:
            log.warning("number not sealed", error=str(error))
            self._refused("notice-callback-no_key")
            return
        if self._stage.state is not VisitState.CALLBACK_SENDING or record.callback is not case:
            return
        sealed = seal_number(key, case.number, case.name)
        self._request = RequestCallback(id=next(self._numbers), ticket=ticket.number, sealed=sealed)
        await self._send(self._request)

    async def line_is_back(self) -> None:
        """The ticket still waits after a lost line: what was sent last may be lost with it."""
        if self._request is not None and self._stage.state is VisitState.CALLBACK_SENDING:
            await self._send(self._request)

    def refused(self, error: messages.Error) -> bool:
        """Whether the error was about this."""
        if self._request is None or error.in_reply_to != self._request.id:
            return False
        self._refused(f"error-{error.error}")
        return True

    def forget(self) -> None:
        """The number and its seal, whatever is going on."""
        self._request = None
        case, self._stage.record.callback = self._stage.record.callback, None
        if case is not None:
            case.number = case.name = ""

    def _refused(self, notice: str) -> None:
        self._request = None
        if self._stage.attempt(VisitEvent.CALLBACK_REFUSED):
            self._stage.record.notice = notice
            self._stage.show()
