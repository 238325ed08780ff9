"""Supervisors ask for statistics of their own regions, and what if."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from signaling.storage.rows import Changes
from signaling.storage.store import Store
from tests.signaling.test_statistics import visit


async def test_supervisors_see_their_own_regions(rest: Any) -> None:
    house = rest.app.state.house
    today = house.rollups.today()
    noon = house.clock()
    lines = [
        event
        for n, region in enumerate(["elbtal", "elbtal", "heide"])
        for event in visit(f"AA{n:03}", noon, 1, None, region, "parking-permit")
    ]
    await Store(house.engine).save(Changes(events=lines))
    supervisor = rest.token("supervisor")
    query = {"from": today.isoformat(), "to": today.isoformat(), "by": "region"}
    found = await rest.ask("GET", "/api/statistics", token=supervisor, params=query)
    assert found.status_code == 200, found.text
    assert [(line["region"], line["arrivals"]) for line in found.json()["lines"]] == [("elbtal", 2)]
    assert found.json()["regions"] == ["elbtal"]
    table = await rest.ask("GET", "/api/statistics.csv", token=supervisor, params=query)
    assert table.headers["content-disposition"] == f'attachment; filename="statistics-{today}-{today}.csv"'
    (line,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    assert (line["region"], line["abandoned"], line["occupancy"]) == ("elbtal", "2", "")
    refused = await rest.ask("GET", "/api/statistics", token=supervisor, params={**query, "region": "heide"})
    assert (refused.status_code, refused.json()["error"]) == (403, "not_permitted")
    clerk = await rest.ask("GET", "/api/statistics", token=rest.token("clerk"), params=query)
    assert clerk.status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2024-01-01", "to": "2026-03-01"},
        {"from": "2026-03-01", "to": "2026-03-02", "within": "301"},
    ],
)
async def test_unusable_periods_are_refused(rest: Any, wrong: dict[str, str]) -> None:
    refused = await rest.ask("GET", "/api/statistics", token=rest.token("supervisor"), params=wrong)
    assert (refused.status_code, refused.json()["error"]) == (422, "period_unusable")


async def test_what_if_over_rest(rest: Any) -> None:
    wanted = {
        "desks": [{"region": "elbtal", "per_hour": 12, "clerks": 2}, {"region": "heide", "per_hour": 6, "clerks": 1}],
        "handling_s": 480,
        "patience_s": 600,
    }
    found = (await rest.ask("POST", "/api/staffing", token=rest.token("supervisor"), json=wanted)).json()
    assert [one["clerks"] for one in found["separate"]] == [2, 1]
    assert found["pooled"]["service_level"] > found["sum_of_separate"]["service_level"]
    assert found["pooled"]["needed"] < found["sum_of_separate"]["needed"]
