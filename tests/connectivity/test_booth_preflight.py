"""What the booth makes of its preflight: open, open with a limit, or closed with the reason."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from structlog.testing import capture_logs

from booth.preflight import Preflight
from booth.visit import VisitState
from media import aiortc_reach
from media.connectivity.verdict import Readiness, Reason
from signaling.client import Connected, Disconnected
from signaling.protocol.messages import IceServer, IceServersUpdate, Welcome
from tests.booth.scene import Scene, open_scene
from tests.connectivity.coturn import Coturn, free_port

PATIENCE_S = 30.0
NO_PATH = "unavailable-no_path"


class Judged:
    """A preflight by itself, and waiting for what it says."""

    def __init__(self, relay: Coturn) -> None:
        aiortc_reach.prepare()
        self.changed = asyncio.Event()
        self.preflight = Preflight(relay.trust(), self.changed.set, chance=lambda: 0.5)

    async def until(self, condition: Callable[[Preflight], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition(self.preflight):
                self.changed.clear()
                await self.changed.wait()


@contextlib.asynccontextmanager
async def judged(relay: Coturn) -> AsyncIterator[Judged]:
    judge = Judged(relay)
    running = asyncio.create_task(judge.preflight.run(), name="preflight")
    yield judge
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def dead(relay: Coturn) -> IceServer:
    return relay.server(f"turn:127.0.0.1:{free_port()}")


def welcome(*servers: IceServer) -> Connected:
    return Connected(Welcome(version=1, peer="booth-1", ice_servers=list(servers)))


async def closes(scene: Scene) -> None:
    await scene.until(lambda: scene.state is VisitState.UNAVAILABLE and scene.stage.premises.trouble == NO_PATH)


async def test_without_servers_a_booth_is_ready_at_once_and_asks_nobody(relay: Coturn) -> None:
    async with judged(relay) as judge:
        judge.preflight.use([])
        assert judge.preflight.verdict.readiness is Readiness.READY
        judge.preflight.occupied(True)
        assert not judge.preflight.take().choice
        assert judge.preflight.health()["servers"] == []


async def test_the_best_relay_is_tried_and_then_used(relay: Coturn) -> None:
    async with judged(relay) as judge:
        judge.preflight.use([dead(relay), relay.server(relay.tls), relay.server(relay.udp)])
        assert judge.preflight.verdict.readiness is Readiness.UNKNOWN
        await judge.until(lambda found: found.verdict.readiness is not Readiness.UNKNOWN)
        health = judge.preflight.health()
        assert (health["relay"], health["readiness"]) == ("udp", "ready")
        assert [server["outcome"] for server in health["servers"]] == ["refused", "good", "good"]
        judge.preflight.occupied(True)
        await asyncio.wait_for(judge.preflight.reserve.filled.wait(), PATIENCE_S)
        servers = judge.preflight.take()
        ready = servers.take()
        assert ready is not None
        assert ready.relayed
        await ready.close()


async def test_new_credentials_are_used_without_asking_again(relay: Coturn) -> None:
    async with judged(relay) as judge:
        judge.preflight.use([relay.server(relay.udp)])
        await judge.until(lambda found: found.verdict.readiness is Readiness.READY)
        with capture_logs() as logs:
            renewed = relay.server(relay.udp, lasts_s=1234)
            judge.preflight.use([renewed])
            chosen = judge.preflight.take().choice.relay
        assert chosen is not None
        assert chosen.credential == renewed.credential
        assert judge.preflight.verdict.readiness is Readiness.READY
        assert not judge.preflight._due.is_set()
        assert renewed.credential not in repr(logs)


async def test_nothing_is_loaded_while_somebody_is_there(relay: Coturn) -> None:
    async with judged(relay) as judge:
        judge.preflight.occupied(True)
        judge.preflight.use([relay.server(relay.udp)])
        await judge.until(lambda found: found.verdict.readiness is Readiness.READY)
        assert judge.preflight.health()["rate"] is None
        judge.preflight.occupied(False)
        judge.preflight.moved()
        async with asyncio.timeout(PATIENCE_S):
            while judge.preflight.health()["rate"] is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_credentials_and_secrets_stay_out_of_the_log(relay: Coturn) -> None:
    wrong = relay.server(relay.udp, secret="another")
    with capture_logs() as logs:
        async with judged(relay) as judge:
            judge.preflight.use([wrong, IceServer(urls=["turn:not/an/address"], username="u", credential="word")])
            await judge.until(lambda found: found.verdict.readiness is not Readiness.UNKNOWN)
    assert judge.preflight.verdict.reasons == (Reason.NO_RELAY, Reason.CREDENTIALS)
    assert wrong.credential
    assert wrong.credential not in repr(logs)
    assert "'word'" not in repr(logs)
    assert any(entry["event"] == "preflight" and entry["log_level"] == "warning" for entry in logs)


async def test_a_booth_that_can_make_no_call_closes_and_opens_again(tmp_path: Path, relay: Coturn) -> None:
    async with open_scene(tmp_path) as scene:
        scene.says(welcome(dead(relay)))
        await closes(scene)
        assert scene.stage.view().trouble == NO_PATH
        # The line comes and goes; that no call can be made stays known.
        scene.says(Disconnected("test"))
        await scene.until(lambda: scene.stage.premises.trouble == "unavailable-no_line")
        scene.says(welcome(dead(relay)))
        await closes(scene)
        scene.says(IceServersUpdate(ice_servers=[relay.server(relay.udp)]))
        await scene.sees(VisitState.ATTRACT)
        assert scene.stage.premises.trouble == ""


async def test_whoever_is_there_already_may_go_on(tmp_path: Path, relay: Coturn) -> None:
    async with open_scene(tmp_path) as scene:
        scene.says(welcome(relay.server(relay.udp)))
        await scene.sees(VisitState.ATTRACT)
        scene.terminal.start()
        scene.says(IceServersUpdate(ice_servers=[dead(relay)]))
        await scene.until(lambda: scene.stage.premises.trouble == NO_PATH)
        assert scene.state is VisitState.LANGUAGE
        scene.terminal.leave()
        await closes(scene)
