"""The relay is set up as deploy/ has it: coturn takes the file, and it does what it is for."""

from __future__ import annotations

from pathlib import Path

from media.connectivity.preflight import measure
from media.connectivity.probe import Outcome, probe_all
from media.connectivity.servers import endpoints
from tests.connectivity.coturn import SECRET, coturn

FILE = Path(__file__).parents[2] / "deploy/coturn/turnserver.conf"
OF_THE_MACHINE = ("listening-port", "tls-listening-port", "cert", "pkey", "realm")


def settings() -> list[str]:
    """The lines of the file for coturn."""
    return [line for line in FILE.read_text(encoding="utf-8").splitlines() if line]


async def test_the_file_for_coturn_works_and_keeps_the_inner_networks_closed(tmp_path: Path) -> None:
    lines = [line for line in settings() if not line.startswith(OF_THE_MACHINE)]
    assert any("static-auth-secret=" in line for line in lines)
    lines = [f"static-auth-secret={SECRET}" if "static-auth-secret=" in line else line for line in lines]
    file = tmp_path / "turnserver.conf"
    file.write_text("\n".join(lines))
    async with coturn(tmp_path, settings=file) as relay:
        asked, wrong = endpoints([relay.server(relay.stun, relay.udp, relay.tcp, relay.tls)])
        found = await probe_all(asked, relay.trust())
        refused = await measure(asked[1], relay.trust(), seconds=0.1)
        log = relay.log.read_text()
    assert not wrong
    assert [finding.outcome for finding in found] == [Outcome.GOOD] * 4
    # This relay stands on loopback, which is one of the networks that are denied.
    assert refused.outcome is Outcome.NOT_SERVED
    complaints = [line for line in log.splitlines() if "ERROR" in line or "Bad config" in line]
    assert complaints
    assert all("A peer IP 127.0.0.1 denied" in complaint for complaint in complaints)
