"""Secure messaging from the chip's end (ICAO 9303-11, 9.8), for all emulated cards."""

from __future__ import annotations

import hmac

from booth.idcard import tlv
from booth.idcard.apdu import Command, Response
from booth.idcard.secure_messaging import (
    DO_ENCRYPTED,
    DO_ENCRYPTED_ODD,
    DO_EXPECTED,
    DO_MAC,
    DO_STATUS,
    PADDED,
    SECURE_CLASS,
    SessionKeys,
)


def unprotect(keys: SessionKeys, command: Command) -> Command:
    """Raises ValueError unless the command is authentic."""
    keys.advance()
    items = tlv.decode(command.data)
    objects = {item.tag: item.value for item in items}
    body = b"".join(tlv.encode(item.tag, item.value) for item in items if item.tag != DO_MAC)
    covered = keys.pad(command.header) + (keys.pad(body) if body else b"")
    if not hmac.compare_digest(keys.mac(covered), objects.get(DO_MAC, b"")):
        raise ValueError("The command is not authentic.")
    data = b""
    if DO_ENCRYPTED in objects:
        data = keys.decrypt(objects[DO_ENCRYPTED][1:])
    elif DO_ENCRYPTED_ODD in objects:
        data = keys.decrypt(objects[DO_ENCRYPTED_ODD])
    expected = objects.get(DO_EXPECTED)
    count = int.from_bytes(expected, "big") or 256 ** len(expected) if expected is not None else None
    return Command(command.cla & ~SECURE_CLASS, command.ins, command.p1, command.p2, data, count)


def protect(keys: SessionKeys, response: Response, *, odd: bool) -> Response:
    """`odd`: the command had an odd instruction code, whose data go without a padding indicator."""
    keys.advance()
    body = b""
    if response.data:
        secret = keys.encrypt(response.data)
        body = tlv.encode(DO_ENCRYPTED_ODD, secret) if odd else tlv.encode(DO_ENCRYPTED, PADDED + secret)
    body += tlv.encode(DO_STATUS, response.status.to_bytes(2, "big"))
    return Response(body + tlv.encode(DO_MAC, keys.mac(keys.pad(body))), response.status)
