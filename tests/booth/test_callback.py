"""Asking to be called back: what is typed, what leaves the booth, and that only the console can read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc import jwe
from msgspec import structs
from structlog.testing import capture_logs

from booth.callback_desk import PADDED_BYTES, seal_number
from booth.console_keys import EncryptionKey, parse_encryption_key
from clerk_console.callback_key import Contact, load_callback_key
from signaling.client import Connected, Disconnected
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import Error, Leave, RequestCallback, TicketState, TicketUpdate, Welcome
from tests.booth.scene import S, Scene, call, ticket

NUMBER = "030 901820"


def offered(state: TicketState = TicketState.WAITING) -> TicketUpdate:
    return TicketUpdate(ticket=structs.replace(ticket(state), callback_offered=True))


async def arranged(scene: Scene) -> None:
    """A citizen who has said where to be called back, but not yet confirmed it."""
    await scene.waits()
    scene.says(offered())
    await scene.until(lambda: scene.stage.view().callback.offered)
    scene.terminal.want_callback()
    scene.terminal.give_phone(NUMBER)
    scene.terminal.give_name("  Erika   Mustermann ")
    assert scene.state is S.CALLBACK_CHECK


def opened(scene: Scene, sealed: str) -> dict[str, Any]:
    content = jwe.decrypt_compact(sealed, scene.encryption_key).plaintext
    assert content is not None
    return msgspec.json.decode(content, type=dict[str, Any])


async def test_the_number_goes_to_the_authority_alone_and_the_booth_is_free(scene: Scene) -> None:
    with capture_logs() as logs:
        await arranged(scene)
        scene.terminal.confirm_callback()
        await scene.until(lambda: scene.sent(RequestCallback))
        (request,) = scene.sent(RequestCallback)
        assert opened(scene, request.sealed) == {"number": "+4930901820", "name": "Erika Mustermann"}
        assert (scene.state, scene.stage.view().busy) == (S.CALLBACK_SENDING, True)
        scene.says(offered(TicketState.CALLBACK))
        await scene.sees(S.THANKS)
    assert scene.stage.view().ending == "callback"
    assert scene.stage.record.callback is None
    assert scene.sent(Leave) == []
    assert not [said for said in ("901820", "Erika") if said in repr(logs)]


async def test_a_callback_is_only_for_those_it_is_offered_to(scene: Scene) -> None:
    await scene.waits()
    scene.terminal.want_callback()
    assert scene.state is S.WAITING


async def test_a_number_that_is_none_is_typed_again(scene: Scene) -> None:
    await scene.waits()
    scene.says(offered())
    await scene.until(lambda: scene.stage.view().callback.offered)
    scene.terminal.want_callback()
    scene.terminal.give_phone("901820")
    assert (scene.state, scene.stage.view().callback.problem) == (S.CALLBACK_NUMBER, "no_area_code")
    scene.terminal.give_phone(NUMBER)
    assert (scene.state, scene.stage.view().callback.number) == (S.CALLBACK_NAME, NUMBER)


async def test_back_to_the_queue_forgets_the_number(scene: Scene) -> None:
    await arranged(scene)
    for expected in (S.CALLBACK_NAME, S.CALLBACK_NUMBER, S.WAITING):
        scene.terminal.back()
        assert scene.state is expected
    assert scene.stage.record.callback is None


async def test_a_clerk_who_calls_first_is_taken_and_the_number_forgotten(scene: Scene) -> None:
    await arranged(scene)
    scene.says(call())
    await scene.sees(S.CONNECTING)
    assert scene.stage.record.callback is None


async def test_a_refusal_says_so_and_leaves_the_place(scene: Scene) -> None:
    await arranged(scene)
    scene.terminal.confirm_callback()
    await scene.until(lambda: scene.sent(RequestCallback))
    wrong = Error(error=ErrorId.UNEXPECTED_MESSAGE, text="", in_reply_to=scene.sent(RequestCallback)[0].id)
    scene.says(wrong)
    await scene.sees(S.CALLBACK_CHECK)
    assert scene.stage.view().notice == "error-unexpected_message"


async def test_without_the_consoles_key_nothing_is_sent(scene: Scene) -> None:
    await arranged(scene)
    scene.forget_encryption_key()
    scene.terminal.confirm_callback()
    await scene.until(lambda: scene.stage.view().notice == "notice-callback-no_key")
    assert (scene.state, scene.sent(RequestCallback)) == (S.CALLBACK_CHECK, [])


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_line_lost_meanwhile(scene: Scene, arrived: bool) -> None:
    await arranged(scene)
    scene.terminal.confirm_callback()
    await scene.until(lambda: scene.sent(RequestCallback))
    left = None if arrived else offered().ticket
    scene.says(Disconnected("gone"), Connected(Welcome(version=1, peer="booth-1", ice_servers=[], ticket=left)))
    if arrived:
        await scene.sees(S.THANKS)
        assert scene.stage.view().ending == "callback_unsure"
    else:
        await scene.until(lambda: len(scene.sent(RequestCallback)) == 2)
        assert len({request.sealed for request in scene.sent(RequestCallback)}) == 1


async def test_a_callback_of_an_earlier_visit_is_left_alone(scene: Scene) -> None:
    await scene.opens()
    scene.says(offered(TicketState.CALLING_BACK))
    await scene.line.events.join()
    assert scene.sent(Leave) == []


def test_the_console_finds_its_key_and_opens_what_the_booth_has_sealed(tmp_path: Path) -> None:
    office = load_callback_key(tmp_path)
    key = parse_encryption_key(msgspec.json.encode({"keys": [office.jwk()]}))
    assert key is not None
    assert office.open(seal_number(key, "+4930901820", "Erika")) == Contact("+4930901820", "Erika")


def test_all_sealed_numbers_are_equally_long(scene_key: EncryptionKey) -> None:
    lengths = {len(seal_number(scene_key, "+49" + "1" * digits, "x" * digits)) for digits in (5, 9, 13)}
    assert len(lengths) == 1
    longest = seal_number(scene_key, "+" + "1" * 15, "ß" * 60)
    assert len(longest) == lengths.pop()
    assert PADDED_BYTES < len(longest) < 2048
