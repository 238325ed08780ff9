"""The whole chain with Debian's AusweisApp: emulated card, pcscd, AusweisApp, eID-Server's double."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from booth.eid.ausweisapp import AusweisApp, bound_to_parent, pause_after
from booth.eid.client import parse_version
from booth.eid.errors import AppMissing
from booth.eid.identification import IdentificationView
from booth.eid.workflow import Step
from booth.idcard.testing.vpcd import Disturbance
from clerk_console.eid.attributes import Attribute
from clerk_console.eid.errors import NoResultYet, Refused
from media.consultation import EidFault
from tests.booth_eid.conftest import Citizen, Office


async def asked(citizen: Citizen, double: Office) -> tuple[str, asyncio.Task[IdentificationView]]:
    """The citizen sees what is asked for."""
    number, token = await double.open()
    running = citizen.begin(token)
    await citizen.until(lambda view: view.step is Step.RIGHTS and bool(view.asks))
    return number, running


async def test_attributes_go_from_the_chip_to_the_authority(citizen: Citizen, double: Office) -> None:
    citizen.lay_down()
    number, running = await asked(citizen, double)
    view = citizen.session.view
    assert (view.asks, view.purpose) == (
        "Bürgeramt Elbtal (Test)",
        "Feststellung der Identität für ein Anliegen bei der Behörde",
    )
    with pytest.raises(NoResultYet):
        await double.server.result(number, 1)
    citizen.session.act(lambda one: one.grant("BirthName", False))
    await citizen.until(lambda view: not all(right.granted for right in view.rights))
    citizen.agree()
    await citizen.until(lambda view: view.step is Step.PIN)
    citizen.type("123456")
    assert (await running).step is Step.DONE
    outcome = await double.server.result(number, 2)
    assert dict(outcome.holder) == {
        "family_name": "Mustermann",
        "given_names": "Erika",
        "date_of_birth": "1964-08-12",
        "street_line": "Heidestraße 17",
        "street": "Heidestraße",
        "house_number": "17",
        "postal_code": "51147",
        "municipality": "Köln",
        "country": "D",
    }
    assert outcome.declined == (Attribute.BIRTH_NAME,)
    with pytest.raises(Refused, match="invalidSession"):
        await double.server.result(number, 3)


async def test_wrong_pins_the_can_and_the_puk(citizen: Citizen, double: Office) -> None:
    citizen.lay_down()
    number, running = await asked(citizen, double)
    citizen.agree()
    await citizen.until(lambda view: view.step is Step.PIN)
    citizen.type("111111")
    await citizen.until(lambda view: view.fault is EidFault.WRONG_PIN and view.tries == 2)
    citizen.type("111112")
    await citizen.until(lambda view: view.step is Step.CAN)
    citizen.type("000000")
    await citizen.until(lambda view: view.step is Step.CAN and view.fault is EidFault.WRONG_CAN)
    citizen.type("500540")
    await citizen.until(lambda view: view.step is Step.PIN and view.tries == 1)
    citizen.type("111113")
    await citizen.until(lambda view: view.step is Step.PUK)
    citizen.type("9876543210")
    await citizen.until(lambda view: view.step is Step.PIN and view.tries == 3)
    citizen.type("123456")
    assert (await running).step is Step.DONE
    assert (await double.server.result(number, 1)).holder["family_name"] == "Mustermann"
    assert citizen.card.status.tries == 3


async def test_a_pin_of_ones_own_in_place_of_the_transport_pin(citizen: Citizen, double: Office) -> None:
    citizen.card.status.pin = "12345"
    citizen.lay_down()
    _, running = await asked(citizen, double)
    citizen.agree()
    await citizen.until(lambda view: view.step is Step.PIN)
    citizen.session.act(lambda one: one.only_transport_pin())
    await citizen.until(lambda view: view.step is Step.PIN and view.changing)
    citizen.type("12345")
    await citizen.until(lambda view: view.step is Step.NEW_PIN)
    citizen.type("135790")
    citizen.type("135790")
    assert (await running).step is Step.CHANGED
    assert citizen.card.status.pin == "135790"


async def test_a_deactivated_card_is_told_apart(citizen: Citizen, double: Office) -> None:
    citizen.card.status.deactivated = True
    citizen.lay_down()
    _, running = await asked(citizen, double)
    citizen.agree()
    await citizen.until(lambda view: view.step is Step.CARD and view.fault is EidFault.CARD_DEACTIVATED)
    citizen.session.stop()
    assert (await running).step is Step.CANCELLED


async def test_a_card_torn_away_leaves_nothing_behind(citizen: Citizen, double: Office) -> None:
    """In the middle of PACE; the next request goes through."""
    citizen.lay_down(Disturbance(tear_after=citizen.card.commands + 20))
    _, running = await asked(citizen, double)
    citizen.agree()
    await citizen.until(lambda view: view.step is Step.PIN)
    citizen.type("123456")
    await citizen.until(lambda view: view.step in (Step.CARD, Step.FAILED, Step.DONE))
    citizen.session.stop()
    assert (await running).step in (Step.CANCELLED, Step.FAILED)


async def test_ausweisapp_is_started_again(app: AusweisApp, double: Office, citizen: Citizen) -> None:
    _, running = await asked(citizen, double)
    process = app._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    view = await running
    assert (view.step, view.fault) == (Step.FAILED, EidFault.APP_FAILED)
    # The end may not have been noticed yet.
    while app.pid in (None, process.pid):
        await app.port()
        await asyncio.sleep(0)


PROGRAM = """#!/bin/sh
echo 4711 > "$TMPDIR/AusweisApp2.$$.port"
exec sleep 600
"""
BOOTH = """
import asyncio, sys
from pathlib import Path
from booth.eid.ausweisapp import AusweisApp

async def main():
    app = AusweisApp(Path(sys.argv[1]), Path(sys.argv[2]))
    running = asyncio.create_task(app.run())
    await app.port(60)
    print(app.pid, flush=True)
    await running

asyncio.run(main())
"""


def test_ausweisapp_does_not_outlive_a_booth_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "AusweisApp2"
    program.write_text(PROGRAM)
    program.chmod(0o700)
    booth = subprocess.Popen(
        [sys.executable, "-c", BOOTH, program, tmp_path / "home"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with booth:
        assert booth.stdout is not None
        child = next(int(line) for line in booth.stdout if line.strip().isdigit())
        watched = os.pidfd_open(child)
        try:
            assert not select.select([watched], [], [], 0)[0], "it runs"
            booth.kill()
            assert select.select([watched], [], [], 30)[0], "it has ended"
        finally:
            os.close(watched)


def test_a_booth_that_is_gone_already_starts_nothing() -> None:
    command = bound_to_parent(["echo", "runs"])
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"runs\n"
    command[command.index(str(os.getpid()))] = "1234567890"
    assert subprocess.run(command, capture_output=True, check=False).stdout == b""


async def test_without_ausweisapp_it_is_said_so(tmp_path: Path) -> None:
    app = AusweisApp(None, tmp_path)
    await app.run()
    with pytest.raises(AppMissing, match="apt-get install"):
        await app.port()


def test_pauses_grow_and_versions_are_read() -> None:
    assert [pause_after(failures) for failures in (1, 2, 3, 7, 100)] == [1, 2, 4, 60, 60]
    assert parse_version("2.3.0+14-abc") == (2, 3, 0)
    assert parse_version("1.26.2") > parse_version("1.9.9")
    assert parse_version("unknown") == ()
