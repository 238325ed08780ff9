"""The preflight through a real coturn: what is sent comes back, and what is in the way is measured."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from media.connectivity.preflight import measure
from media.connectivity.probe import Outcome
from media.connectivity.servers import endpoints
from media.connectivity.trust import trust
from tests.connectivity.coturn import Coturn, coturn

SHORT_S = 0.3


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_a_load_goes_there_and_back(relay: Coturn, transport: str) -> None:
    [endpoint], _ = endpoints([relay.server(getattr(relay, transport))])
    before = len(asyncio.all_tasks())
    found = await measure(endpoint, relay.trust(), seconds=SHORT_S)
    assert found.outcome is Outcome.GOOD, found
    assert found.loss < 0.5
    assert found.loss_back < 0.5
    assert found.round_trip is not None
    assert found.rate > 0
    assert len(asyncio.all_tasks()) == before


async def test_a_relay_that_forbids_the_way_to_itself_is_told_apart(tmp_path: Path) -> None:
    async with coturn(tmp_path, "--denied-peer-ip", "127.0.0.0-127.255.255.255") as strict:
        [endpoint], _ = endpoints([strict.server(strict.udp)])
        found = await measure(endpoint, strict.trust(), seconds=SHORT_S)
    assert found.outcome is Outcome.NOT_SERVED
    assert "403" in found.detail


async def test_what_keeps_it_from_beginning_is_named(relay: Coturn) -> None:
    [tls], _ = endpoints([relay.server(relay.tls)])
    assert (await measure(tls, trust())).outcome is Outcome.CERTIFICATE
    [wrong], _ = endpoints([relay.server(relay.udp, secret="another")])
    assert (await measure(wrong, trust())).outcome is Outcome.CREDENTIALS


async def test_a_relay_that_is_too_narrow_is_measured(tmp_path: Path) -> None:
    async with coturn(tmp_path, "--max-bps", "25000") as narrow:
        [endpoint], _ = endpoints([narrow.server(narrow.udp)])
        found = await measure(endpoint, narrow.trust(), seconds=SHORT_S * 3)
    assert found.outcome is Outcome.GOOD
    assert found.loss > 0.2
    assert found.rate < 1_000_000
