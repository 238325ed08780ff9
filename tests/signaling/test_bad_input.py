"""Issue 2, "Bad input": an error with a stable id, nobody else disturbed, nothing lost."""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial
from itertools import product
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.exceptions import InvalidStatus

from signaling import line, server
from signaling.protocol import messages as m
from signaling.protocol.errors import CLOSE_CODE, ErrorId


async def refused(peer: Any, error: ErrorId) -> m.Error:
    """The peer is told the error, fatal, and the line is closed with its id."""
    told = await peer.hear(m.Error)
    assert (told.error, told.fatal) == (error, True), told.text
    assert await peer.closed_with() == (CLOSE_CODE, error)
    return told


GARBAGE = [
    "",
    "hello?",
    "null",
    "[]",
    '{"type": "hello"}',
    '{"type": "nothing_we_know"}',
    '{"type": "join", "language": "de", "surprise": 1}',
    '{"type": "join", "language": "' + "x" * 300 + '"}',
    '{"type": "ping", "n": 1e400}',
    "[" * 30_000,
    '{"type": "ping", "n": ' + "[" * 30_000,
    '{"type": "hello", "version": 1, "role": "admin", "token": "", "instance": "12345678"}',
    b"\x00\xff\x00",
]


async def test_garbage_ends_only_its_own_line(switchboard: Any) -> None:
    bystander, _ = await switchboard.booth("booth-2")
    for frame in GARBAGE:
        stranger, _ = await switchboard.greeted()
        await stranger.connection.send(frame)
        await refused(stranger, ErrorId.MALFORMED_MESSAGE)
        known, _ = await switchboard.booth("booth-1")
        await known.connection.send(frame)
        await refused(known, ErrorId.MALFORMED_MESSAGE)
    assert await bystander.hears_nothing_else() == []


async def test_too_large_a_message_is_named(switchboard: Any) -> None:
    for size in (m.MAX_MESSAGE_BYTES + 1, 3 * m.MAX_MESSAGE_BYTES):
        booth, _ = await switchboard.booth()
        await booth.connection.send(json.dumps({"type": "ping", "n": 1, "id": "x" * size}))
        await refused(booth, ErrorId.MESSAGE_TOO_LARGE)


async def test_a_flood_is_cut_off_by_the_protocol(switchboard: Any) -> None:
    """Far over the limit nothing is read any more; 1009 is RFC 6455's "message too big"."""
    booth, number = await switchboard.joined()
    await booth.connection.send("x" * (5 * m.MAX_MESSAGE_BYTES))
    assert (await booth.closed_with())[0] == 1009
    _, welcome = await switchboard.booth()
    assert welcome.ticket.number == number


async def test_messages_out_of_order_are_answered_and_the_line_stays(switchboard: Any) -> None:
    peer, challenge = await switchboard.greeted()
    await peer.say(m.Join(service="registration-certificate", language="de", id=1))
    assert (await peer.hear(m.Error, in_reply_to=1)).error == ErrorId.UNEXPECTED_MESSAGE
    hello = m.Hello(
        version=1,
        role="booth",
        token=switchboard.town.booth_token("booth-1", challenge.nonce),
        instance="instance-1",
        id=2,
    )
    await peer.say(hello)
    await peer.hear(m.Welcome)
    await peer.say(hello)
    assert (await peer.hear(m.Error, in_reply_to=2)).error == ErrorId.UNEXPECTED_MESSAGE
    await peer.say(m.Accept(ticket="AB123", id=3), m.Leave(ticket="AB123", id=4))
    assert (await peer.hear(m.Error, in_reply_to=3)).error == ErrorId.NOT_PERMITTED
    assert (await peer.hear(m.Error, in_reply_to=4)).error == ErrorId.TICKET_UNKNOWN


async def test_complete_before_the_call_stands(switchboard: Any) -> None:
    clerk = await switchboard.available()
    _, number = await switchboard.joined()
    await clerk.hear(m.Offer)
    await clerk.say(m.Complete(ticket=number, outcome=m.Outcome.DONE, id=1))
    assert (await clerk.hear(m.Error, in_reply_to=1)).error == ErrorId.TICKET_GONE
    await clerk.say(m.Accept(ticket=number))
    await clerk.hear(m.Call)
    await clerk.say(m.Complete(ticket=number, outcome=m.Outcome.DONE, id=2))
    answer = await clerk.hear(m.Error, in_reply_to=2)
    assert answer.error == ErrorId.UNEXPECTED_MESSAGE
    assert "connecting" in answer.text
    assert "completed" in answer.text
    await clerk.say(m.Connected(ticket=number, generation=5, id=3))
    assert (await clerk.hear(m.Error, in_reply_to=3)).error == ErrorId.UNEXPECTED_MESSAGE


async def test_unknown_version(switchboard: Any) -> None:
    for version in (0, 2, 99):
        peer, challenge = await switchboard.greeted()
        token = switchboard.town.booth_token("booth-1", challenge.nonce)
        await peer.say(m.Hello(version=version, role="booth", token=token, instance="instance-1"))
        assert str(version) in (await refused(peer, ErrorId.UNSUPPORTED_VERSION)).text


async def test_silence_ends_the_handshake(switchboard: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HANDSHAKE_S", 0.2)
    peer, _ = await switchboard.greeted()
    await refused(peer, ErrorId.HANDSHAKE_TIMEOUT)


NOW = int(time.time())
BAD_BOOTH_TOKENS = {
    "expired": ({"iat": NOW - 200, "exp": NOW - 140}, ErrorId.TOKEN_EXPIRED),
    "other nonce": ({"nonce": "another-connections-nonce"}, ErrorId.TOKEN_INVALID),
    "other service": ({"aud": "fernamt-call"}, ErrorId.TOKEN_FOREIGN),
    "too long-lived": ({"exp": NOW + 9000}, ErrorId.TOKEN_INVALID),
    "from the future": ({"iat": NOW + 5000, "exp": NOW + 5050}, ErrorId.TOKEN_INVALID),
    "other subject": ({"sub": "booth-2"}, ErrorId.TOKEN_INVALID),
    "other issuer": ({"iss": "booth-2"}, ErrorId.TOKEN_INVALID),
    "no number": ({"exp": "tomorrow"}, ErrorId.TOKEN_INVALID),
    "other key": ({"key": Ed25519PrivateKey.generate()}, ErrorId.TOKEN_INVALID),
}


async def test_bad_booth_tokens(switchboard: Any) -> None:
    for changes, error in BAD_BOOTH_TOKENS.values():
        token = partial(switchboard.town.booth_token, "booth-1", **changes)
        await refused(await switchboard.hello("booth", token), error)


async def test_unknown_booth(switchboard: Any) -> None:
    town = switchboard.town
    stranger = Ed25519PrivateKey.generate()
    peer = await switchboard.hello("booth", lambda nonce: town.booth_token("booth-99", nonce, key=stranger))
    await refused(peer, ErrorId.BOOTH_UNKNOWN)


BAD_CLERK_TOKENS = {
    "expired": ({"iat": NOW - 2000, "exp": NOW - 1500}, ErrorId.TOKEN_EXPIRED),
    "foreign console": ({"iss": "https://elsewhere.example"}, ErrorId.TOKEN_FOREIGN),
    "other service": ({"aud": "fernamt-call"}, ErrorId.TOKEN_FOREIGN),
    "other key": ({"key": Ed25519PrivateKey.generate()}, ErrorId.TOKEN_INVALID),
    "unknown kid": ({"kid": "no-such-key"}, ErrorId.TOKEN_INVALID),
    "too long-lived": ({"exp": NOW + 90000}, ErrorId.TOKEN_INVALID),
    "unknown role": ({"roles": ["mayor"]}, ErrorId.TOKEN_INVALID),
    "no role": ({"roles": []}, ErrorId.TOKEN_INVALID),
    "a name as subject": ({"sub": "Erika Mustermann"}, ErrorId.TOKEN_INVALID),
}


async def test_bad_clerk_tokens(switchboard: Any) -> None:
    await switchboard.clerk("clerk-2")  # The keys are known.
    for changes, error in BAD_CLERK_TOKENS.values():
        token = switchboard.town.clerk_token("clerk-1", **changes)
        await refused(await switchboard.hello("clerk", lambda _nonce, token=token: token), error)


async def test_no_token_at_all(switchboard: Any) -> None:
    for role, token in product(("booth", "clerk"), ("", "x", "a.b.c", "ey.ey.ey", "é" * 50)):
        peer = await switchboard.hello(role, lambda _nonce, token=token: token)
        await refused(peer, ErrorId.TOKEN_INVALID)


async def test_a_new_key_of_the_console_is_fetched(switchboard: Any, town: Any) -> None:
    await switchboard.clerk("clerk-1")
    town.kid = "console-key-2"
    peer = await switchboard.hello("clerk", lambda _nonce: town.clerk_token("clerk-2"))
    await refused(peer, ErrorId.TOKEN_INVALID)  # Fetched a moment ago: not again at once, whoever asks.


async def test_second_device_with_a_booths_key(switchboard: Any) -> None:
    first, number = await switchboard.joined()
    second = await switchboard.hello("booth", lambda n: switchboard.town.booth_token("booth-1", n), "instance-2")
    told = asyncio.create_task(refused(second, ErrorId.BOOTH_ALREADY_CONNECTED))
    await first.hears_nothing_else()  # Reading, so that it answers pings.
    await told
    await first.say(m.Leave(ticket=number))
    await first.hear(m.TicketUpdate, ticket__state=m.TicketState.ABANDONED)


async def test_same_device_again_replaces_its_line(switchboard: Any) -> None:
    first, number = await switchboard.joined()
    _, welcome = await switchboard.booth()
    assert welcome.ticket.number == number
    await refused(first, ErrorId.REPLACED_BY_NEWER_CONNECTION)


async def test_dead_line_of_a_booth_is_replaced_by_another_run(
    switchboard: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling.exchange.SIGN_OF_LIFE_S", 0.2)
    first, number = await switchboard.joined()
    first.connection.transport.pause_reading()
    _, welcome = await switchboard.booth(instance="instance-2")
    assert welcome.ticket.number == number
    first.connection.transport.abort()


async def test_second_sign_in_of_a_clerk_replaces_the_first(switchboard: Any) -> None:
    first = await switchboard.available()
    _, welcome = await switchboard.clerk(instance="instance-2")
    assert welcome.clerk_state == m.ClerkState.AVAILABLE
    await refused(first, ErrorId.REPLACED_BY_NEWER_CONNECTION)


async def test_accepting_a_ticket_already_gone(switchboard: Any) -> None:
    booth, clerk, number = await switchboard.call()
    late = await switchboard.available("clerk-2")
    await late.say(m.Accept(ticket=number, id=1), m.Accept(ticket="ZZ000", id=2), m.Decline(ticket=number, id=3))
    assert (await late.hear(m.Error, in_reply_to=1)).error == ErrorId.TICKET_GONE
    assert (await late.hear(m.Error, in_reply_to=2)).error == ErrorId.TICKET_UNKNOWN
    assert (await late.hear(m.Error, in_reply_to=3)).error == ErrorId.TICKET_GONE
    await late.say(
        m.Complete(ticket=number, outcome=m.Outcome.DONE, id=4),
        m.ReturnToQueue(ticket=number, reason=m.EndReason.CLERK_LEFT, id=5),
        m.Candidate(ticket=number, generation=1, candidate=None, id=6),
        m.Connected(ticket=number, generation=1, id=7),
    )
    for request in (4, 5, 6, 7):
        assert (await late.hear(m.Error, in_reply_to=request)).error == ErrorId.TICKET_GONE
    disturbing = (m.CallEnded, m.Candidate, m.Error, m.Call, m.ClerkUpdate)
    for peer in (booth, clerk):
        assert not [heard for heard in await peer.hears_nothing_else() if isinstance(heard, disturbing)]
    await clerk.say(m.Complete(ticket=number, outcome=m.Outcome.DONE))
    await booth.hear(m.CallEnded, reason=m.EndReason.COMPLETED)
    await late.say(m.Accept(ticket=number, id=8))
    assert (await late.hear(m.Error, in_reply_to=8)).error == ErrorId.TICKET_GONE


async def test_a_clerk_with_a_call_cannot_take_another(switchboard: Any) -> None:
    _, clerk, _ = await switchboard.call()
    _, waiting = await switchboard.joined("booth-2")
    await clerk.say(m.Accept(ticket=waiting, id=1))
    assert (await clerk.hear(m.Error, in_reply_to=1)).error == ErrorId.CLERK_NOT_AVAILABLE


async def test_a_booth_cannot_leave_anothers_ticket(switchboard: Any) -> None:
    _, number = await switchboard.joined("booth-1")
    other, _ = await switchboard.booth("booth-2")
    await other.say(m.Leave(ticket=number, id=1))
    assert (await other.hear(m.Error, in_reply_to=1)).error == ErrorId.TICKET_UNKNOWN


async def test_too_many_messages_are_refused_and_then_served_again(
    switchboard: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "MESSAGES_AT_ONCE", 5.0)
    booth, _ = await switchboard.booth()
    await booth.say(*(m.Ping(n=n, id=n) for n in range(8)))
    assert (await booth.hear(m.Error, in_reply_to=5)).error == ErrorId.RATE_LIMITED
    await booth.say(m.Ping(n=100))
    await booth.hear(m.Pong, n=100)
    assert [heard.n for heard in booth.passed_over if isinstance(heard, m.Pong)] == [0, 1, 2, 3, 4, 6, 7]


async def test_a_peer_that_does_not_read_is_hung_up_on(switchboard: Any) -> None:
    """The other end goes on; the slow one finds everything when it returns."""
    booth, clerk, number = await switchboard.call()
    booth.connection.transport.pause_reading()
    sdp = "x" * 48_000
    gone = asyncio.create_task(clerk.hear(m.PeerPresence, online=False))
    async with asyncio.timeout(30):
        while not gone.done():
            await clerk.say(m.Description(ticket=number, generation=1, kind="offer", sdp=sdp, seal=""))
            await asyncio.wait({gone}, timeout=0.01)
    await gone
    _, welcome = await switchboard.booth()
    assert (welcome.ticket.number, welcome.ticket.state) == (number, m.TicketState.IN_CALL)
    booth.connection.transport.abort()


async def test_browsers_of_unknown_origin_are_refused(switchboard: Any) -> None:
    with pytest.raises(InvalidStatus) as error:
        await switchboard.raw(origin="http://elsewhere.example")
    assert error.value.response.status_code == 403
    peer, _ = await switchboard.greeted(origin=switchboard.town.origin)
    await peer.leave_line()


async def test_keys_that_cannot_be_fetched_are_named(switchboard: Any, town: Any) -> None:
    town.jwks = lambda: {"keys": "none of your business"}
    peer = await switchboard.hello("clerk", lambda _nonce: town.clerk_token("clerk-1"))
    await refused(peer, ErrorId.INTERNAL_ERROR)
