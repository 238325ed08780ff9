"""The visit as the switchboard and the citizen make it go, step by step."""

from __future__ import annotations

import pytest

from booth.health import health
from booth.record import VisitRecord
from booth.view import STARTING
from media.connectivity.verdict import Readiness
from media.consultation import DeviceState, DeviceStates
from signaling.client import Connected, Disconnected, ServerRefused
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import (
    BoothDevices,
    BoothStatus,
    CallEnded,
    Condition,
    Description,
    EndReason,
    Error,
    Join,
    Leave,
    ServiceHours,
    ServicesUpdate,
    Welcome,
)
from tests.booth.scene import OFFER, SERVICE, S, Scene, ticket


async def test_a_booth_without_a_line_promises_nothing(scene: Scene) -> None:
    scene.terminal.start()
    assert scene.state is S.UNAVAILABLE
    await scene.opens()
    scene.says(Disconnected("gone"))
    await scene.sees(S.UNAVAILABLE)
    assert scene.stage.view().trouble == "unavailable-no_line"


async def test_a_refused_booth_says_why(scene: Scene) -> None:
    scene.says(ServerRefused(ErrorId.BOOTH_UNKNOWN, "unknown", 60))
    await scene.until(lambda: scene.stage.view().trouble == "error-booth_unknown")


async def test_a_ticket_is_taken_and_given_back(scene: Scene) -> None:
    await scene.waits()
    join = scene.sent(Join)[0]
    assert (join.service, join.language, join.code) == (SERVICE, "de", None)
    scene.terminal.leave()
    await scene.sees(S.THANKS)
    assert [leave.ticket for leave in scene.sent(Leave)] == ["AB123"]
    assert scene.stage.view().ending == "left"
    assert scene.wipes == [True]


async def test_what_is_open_is_told_with_the_line_and_whenever_it_changes(scene: Scene) -> None:
    closed = [ServiceHours(id=SERVICE, open=False)]
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[], services=closed)))
    await scene.until(lambda: SERVICE in scene.stage.view().closed)
    scene.says(ServicesUpdate(services=[ServiceHours(id=SERVICE, open=True)]))
    await scene.until(lambda: not scene.stage.view().closed)


async def test_who_looks_after_the_booth_is_told_how_it_is(scene: Scene) -> None:
    covered = DeviceStates(camera=DeviceState.BLACK)
    scene.terminal._devices_changed(covered)
    assert scene.sent(BoothStatus) == [], "there is no line yet"
    await scene.opens()
    await scene.until(lambda: scene.sent(BoothStatus))
    (told,) = scene.sent(BoothStatus)
    assert told.devices == BoothDevices(camera=Condition.BLACK, microphone=Condition.OK, speaker=Condition.OK)
    scene.terminal._devices_changed(covered)
    scene.terminal._devices_changed(DeviceStates())
    await scene.until(lambda: len(scene.sent(BoothStatus)) == 2)
    assert scene.sent(BoothStatus)[1].devices.camera is Condition.OK
    scene.says(Disconnected("gone"))
    await scene.sees(S.UNAVAILABLE)
    await scene.opens()
    await scene.until(lambda: len(scene.sent(BoothStatus)) == 3)


async def test_a_switchboard_too_old_for_the_booths_state_is_not_told_it_again(scene: Scene) -> None:
    await scene.opens()
    await scene.until(lambda: scene.sent(BoothStatus))
    scene.says(ServerRefused(ErrorId.MALFORMED_MESSAGE, "Not a message of version 1", 1))
    await scene.sees(S.UNAVAILABLE)
    await scene.opens()
    scene.terminal._devices_changed(DeviceStates(camera=DeviceState.BLACK))
    scene.terminal.start()
    scene.terminal.choose_language("de")
    scene.terminal.choose_service(SERVICE)
    await scene.until(lambda: scene.sent(Join))
    assert len(scene.sent(BoothStatus)) == 1


@pytest.mark.parametrize("state", DeviceState)
def test_every_state_of_a_device_can_be_told(state: DeviceState) -> None:
    status = health(DeviceStates(speaker=state), Readiness.UNKNOWN, reader_known=False)
    assert status.devices.speaker == state.value
    assert status.network is None


async def test_a_service_that_has_just_closed_is_shown_as_closed(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.start()
    scene.terminal.choose_language("de")
    scene.terminal.choose_service(SERVICE)
    await scene.until(lambda: scene.sent(Join))
    scene.says(Error(error=ErrorId.OFFICE_CLOSED, text="", in_reply_to=scene.sent(Join)[0].id))
    await scene.sees(S.SERVICE)
    assert SERVICE in scene.stage.view().closed
    assert scene.stage.view().notice == "error-office_closed"


async def test_a_wrong_code_is_typed_again(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.start()
    scene.terminal.choose_language("en")
    scene.terminal.want_code()
    scene.terminal.submit_code("demo2026")
    await scene.until(lambda: scene.sent(Join))
    join = scene.sent(Join)[0]
    assert join.code == "DEMO2026"
    scene.says(Error(error=ErrorId.APPOINTMENT_UNKNOWN, text="", in_reply_to=join.id))
    await scene.sees(S.CODE)
    assert scene.stage.view().notice == "error-appointment_unknown"


async def test_a_lost_line_keeps_the_place(scene: Scene) -> None:
    await scene.waits()
    scene.says(Disconnected("gone"))
    await scene.until(lambda: not scene.stage.view().online)
    assert scene.state is S.WAITING
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[], ticket=ticket())))
    await scene.until(lambda: scene.stage.view().online)
    assert scene.state is S.WAITING


async def test_a_lost_ticket_ends_the_visit_honestly(scene: Scene) -> None:
    await scene.waits()
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[])))
    await scene.sees(S.THANKS)
    assert scene.stage.view().ending == "lost"
    assert scene.sent(Leave) == []


async def test_a_ticket_of_an_earlier_run_is_given_back(scene: Scene) -> None:
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[], ticket=ticket(number="OLD99"))))
    await scene.until(lambda: scene.sent(Leave))
    assert scene.sent(Leave)[0].ticket == "OLD99"
    assert scene.state is S.ATTRACT


async def test_a_clerk_of_another_console_is_refused(scene: Scene) -> None:
    await scene.called(issuer="http://elsewhere")
    scene.says(scene.offer())
    await scene.sees(S.WAITING)
    await refused(scene)


@pytest.mark.parametrize("how", ["fingerprint", "generation", "seal"])
async def test_an_offer_without_a_good_seal_is_refused(scene: Scene, how: str) -> None:
    await scene.called()
    offer = {
        "fingerprint": scene.offer(sdp=OFFER.replace("AB", "CD"), sealed_sdp=OFFER),
        "generation": scene.offer(sealed_for=2),
        "seal": Description(ticket="AB123", generation=1, kind="offer", sdp=OFFER, seal=""),
    }[how]
    scene.says(offer)
    await scene.sees(S.WAITING)
    await refused(scene)


async def refused(scene: Scene) -> None:
    """Both are told, nothing of the call is left."""
    answer = scene.sent(Description)[0]
    assert (answer.kind, answer.sdp, answer.seal) == ("answer", "", "")
    assert scene.stage.view().notice == "notice-fingerprint_refused"
    assert scene.terminal.calls.figures() is None


async def test_offers_for_another_call_are_ignored(scene: Scene) -> None:
    await scene.called()
    scene.says(scene.offer(generation=2), CallEnded(ticket="ZZ999", reason=EndReason.COMPLETED))
    scene.says(CallEnded(ticket="AB123", reason=EndReason.CLERK_LEFT))
    await scene.sees(S.WAITING)
    assert scene.sent(Description) == []
    assert scene.stage.view().returned


async def test_a_completed_ticket_thanks(scene: Scene) -> None:
    await scene.called()
    scene.says(CallEnded(ticket="AB123", reason=EndReason.COMPLETED))
    await scene.sees(S.THANKS)
    assert scene.stage.view().ending == "completed"
    scene.terminal.finish()
    assert scene.stage.record == VisitRecord()


async def test_another_process_serves_the_next(scene: Scene) -> None:
    await scene.waits()
    scene.terminal.leave()
    await scene.sees(S.THANKS)
    assert scene.reliefs == ["prepared"]
    scene.terminal.finish()
    assert scene.reliefs == ["prepared", "relieved"]
    assert (scene.state, scene.stage.view().trouble) == (S.UNAVAILABLE, STARTING)
    scene.terminal.start()
    # The next one takes the line; what this one hears of it is nobody's business any more.
    scene.says(ServerRefused(ErrorId.REPLACED_BY_NEWER_CONNECTION, "", 60.0))
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[])))
    await scene.line.events.join()
    assert (scene.state, scene.stage.view().trouble) == (S.UNAVAILABLE, STARTING)


async def test_who_leaves_before_there_is_a_ticket_may_have_been_seen(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.start()
    scene.terminal.choose_language("de")
    scene.terminal.leave()
    await scene.until(lambda: "relieved" in scene.reliefs)
    assert (scene.state, scene.stage.view().trouble) == (S.UNAVAILABLE, STARTING)


async def test_nobody_there_leads_back_to_the_start_after_a_warning(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.start()
    scene.time[0] = 70
    scene.terminal.tick()
    assert scene.stage.view().still_there_s == 20
    scene.terminal.touched()
    assert scene.stage.view().still_there_s is None
    scene.time[0] = 170
    scene.terminal.tick()
    await scene.sees(S.ATTRACT)
    assert scene.wipes == [True]
    assert scene.reliefs == [], "nothing was learned of whoever pressed"


async def test_a_failed_wipe_promises_nothing(scene: Scene) -> None:
    def stuck() -> None:
        raise OSError("stuck")

    await scene.waits()
    scene.terminal._wipe.add("stuck", stuck)
    scene.terminal.leave()
    await scene.sees(S.THANKS)
    assert not scene.stage.view().wiped
    scene.terminal.finish()
    assert scene.reliefs == ["prepared", "relieved"]
    scene.terminal._wipe.parts.pop()


async def test_wishes_that_do_not_fit_change_nothing(scene: Scene) -> None:
    await scene.opens()
    for wish in (
        scene.terminal.back, scene.terminal.leave, scene.terminal.finish, scene.terminal.consent,
        scene.terminal.decline_card, scene.terminal.retry_card, scene.terminal.close_document,
    ):  # fmt: skip
        wish()
    scene.terminal.choose_service("unknown")
    scene.terminal.set_language("xx")
    scene.terminal.write_text("x", True)
    assert scene.state is S.ATTRACT
    assert [message for message in scene.line.sent if not isinstance(message, BoothStatus)] == []
