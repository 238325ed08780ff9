"""`python -m booth check`: the preflight by itself, for whoever sets a booth up on site. It needs the booth's key and
its line to the switchboard; the booth's own program must not be running."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from typing import Any, Final

from booth.device_key import DeviceKey
from booth.preflight import Preflight
from media.connectivity.verdict import Readiness
from signaling.client import Connected, Disconnected, ServerRefused, SwitchboardClient
from signaling.protocol.messages import IceServer

LINE_S: Final = 20.0
VERDICT_S: Final = 20.0


class CheckError(Exception):
    """The switchboard could not be asked which servers there are; the text says why."""


async def check(switchboard: str, booth: str, key: DeviceKey, authorities: ssl.SSLContext) -> dict[str, Any]:
    """What the preflight found, as `Preflight.health`. Raises CheckError."""
    servers = await _servers(switchboard, booth, key, authorities)
    judged = asyncio.Event()
    preflight = Preflight(authorities, judged.set)
    running = asyncio.create_task(preflight.run(), name="preflight")
    try:
        preflight.use(servers)
        async with asyncio.timeout(VERDICT_S):
            while preflight.verdict.readiness is Readiness.UNKNOWN:
                judged.clear()
                await judged.wait()
        return preflight.health()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _servers(switchboard: str, booth: str, key: DeviceKey, authorities: ssl.SSLContext) -> list[IceServer]:
    line = SwitchboardClient(
        switchboard,
        role="booth",
        token=lambda nonce: key.token(booth, nonce, time.time()),
        instance=secrets.token_urlsafe(16),
        software="fernamt-booth check",
        authorities=authorities,
    )
    running = asyncio.create_task(line.run(), name="switchboard-line")
    try:
        async with asyncio.timeout(LINE_S):
            async for event in line:
                match event:
                    case Connected(welcome):
                        return welcome.ice_servers
                    case ServerRefused(error=error, text=text):
                        raise CheckError(f"The switchboard refuses this booth: {error}: {text}")
                    case Disconnected(reason=reason):
                        raise CheckError(f"No line to {switchboard}: {reason}")
    except TimeoutError:
        pass
    finally:
        await line.close()
        await asyncio.gather(running, return_exceptions=True)
    raise CheckError(f"No line to {switchboard}: it does not answer.")


def report(health: dict[str, Any]) -> str:
    """The finding in lines for people."""
    lines = [f"{server['server']:<44} {_outcome(server)}" for server in health["servers"]]
    if not lines:
        lines = ["The switchboard names no STUN or TURN servers: calls stand on one network only."]
    if health["rate"] is not None:
        lines.append(
            f"Through the relay over {health['relay']}: {health['rate'] / 1000:.0f} kbit/s,"
            f" {health['loss'] * 100:.1f} % lost, {(health['round_trip'] or 0) * 1000:.0f} ms there and back"
        )
    reasons = f" ({', '.join(health['reasons'])})" if health["reasons"] else ""
    return "\n".join([*lines, f"{health['readiness']}{reasons}"])


def _outcome(server: dict[str, Any]) -> str:
    if server["round_trip_ms"] is not None:
        return f"{server['outcome']}, {server['round_trip_ms']:.0f} ms"
    return f"{server['outcome']}: {server['detail']}" if server["detail"] else str(server["outcome"])
