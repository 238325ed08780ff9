"""What Prometheus is told, who may ask, and that nobody is singled out."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from signaling import directory
from signaling.protocol.messages import Join
from signaling.statistics.metrics import Metrics
from tests.signaling.stage import TOML, Stage


def asked(address: str, **headers: str) -> Request:
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/metrics", "client": (address, 1), "headers": lines})


async def read(metrics: Metrics) -> dict[tuple[str, str], float]:
    """Samples by name and labels."""
    answer = await metrics.answer(asked("127.0.0.1"))
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(bytes(answer.body).decode()):
        for sample in family.samples:
            assert not {"booth", "clerk", "ticket"} & set(sample.labels)
            found[sample.name, ",".join(sample.labels.values())] = sample.value
    return found


async def test_the_queue_and_the_database_are_told() -> None:
    stage = Stage()
    metrics = Metrics(stage.known, lambda: 7, lambda: True)
    metrics.watch(stage.core.hall)
    stage.comes("b1", "b2", "anna")
    stage.says("b1", Join(service="certificate", language="de"))
    stage.passes(40)
    metrics.committed(stage.kept, 0.004)
    found = await read(metrics)
    assert found["fernamt_lines", ""] == 7
    assert found["fernamt_leads", ""] == 1
    assert found["fernamt_tickets", "elbtal,waiting"] == 1
    assert found["fernamt_longest_wait_seconds", "elbtal"] == pytest.approx(40, abs=1)
    assert found["fernamt_longest_wait_seconds", "heide"] == 0
    assert found["fernamt_booths_online", ""] == 2
    assert found["fernamt_ticket_events_total", "joined"] == 1
    assert found["fernamt_commit_seconds_count", ""] == 1
    assert not [name for name, _ in found if "clerks" in name]  # One clerk is nobody's business.
    stage.comes("bea", "carl", "dora", "emil")
    assert (await read(metrics))["fernamt_clerks_online", "online"] == 5


async def test_who_does_not_lead_tells_of_its_lines_alone() -> None:
    stage = Stage()
    metrics = Metrics(stage.known, lambda: 3, lambda: False)
    metrics.watch(stage.core.hall)
    found = await read(metrics)
    assert found["fernamt_lines", ""] == 3
    assert not [name for name, _ in found if "tickets" in name or "booths" in name]


async def test_only_those_named_may_ask(tmp_path: Path) -> None:
    secret = tmp_path / "metrics.token"
    secret.write_text("s3cret\n")
    secret.chmod(stat.S_IRUSR)
    known = directory.parse(
        f'{TOML}\n[metrics]\naddresses = ["10.1.0.0/16"]\ntoken_file = "metrics.token"\n', tmp_path
    )
    metrics = Metrics(known, lambda: 0, lambda: False)

    async def status(address: str, **headers: str) -> int:
        return (await metrics.answer(asked(address, **headers))).status_code

    assert await status("10.1.2.3") == 200
    assert await status("10.2.2.3") == 403
    assert await status("10.1.2.3", x_forwarded_for="203.0.113.9") == 403  # A proxy passes it on.
    assert await status("203.0.113.9", authorization="Bearer s3cret") == 200
    assert await status("203.0.113.9", authorization="Bearer guess") == 403
    assert "s3cret" not in repr(known)


def test_addresses_that_are_none_are_named() -> None:
    with pytest.raises(directory.DirectoryError, match=r"metrics\.addresses"):
        directory.parse(TOML + '\n[metrics]\naddresses = ["10.0.0.0/99"]\n')


async def test_a_running_switchboard_answers(rest_metrics: Any) -> None:
    assert "fernamt_lines" in rest_metrics


@pytest.fixture
async def rest_metrics(switchboard: Any) -> str:
    transport = httpx.ASGITransport(switchboard.running.config.app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://switchboard", verify=False) as client:
        return (await client.get("/metrics")).text
