"""The switchboard's REST as the page asks it: made-up figures, and the real model behind the what-if."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from playwright.async_api import Page, Route

from signaling.appointments.endpoints import AppointmentStatistics
from signaling.appointments.figures import AppointmentFigures
from signaling.audit import endpoints as audit
from signaling.enrolment.registry import BoothLine
from signaling.protocol.chain import FILTERS, START, Act, Entry, seal
from signaling.statistics import staffing
from signaling.statistics.endpoints import Statistics, WhatIf
from signaling.statistics.report import Figures

REST = "http://localhost:8470"
NUMBERS = ("booked", "moved", "cancelled", "in_time", "late", "no_show", "attended")
NOTHING = dict.fromkeys(Figures.__struct_fields__)


def figures(number: int, **known: Any) -> Figures:
    """A line that looks like an office's; `number` makes it differ from the others."""
    came = 40 + number * 7 % 30
    counts = {
        "arrivals": came,
        "answered": came - 3,
        "answered_within": came - 9,
        "abandoned": 3,
        "abandoned_within": 1,
        "waiting": 0,
        "callbacks": 0,
        "completed": came - 3,
    }
    shares = {"service_level": (came - 9) / (came - 1), "abandonment": 2 / (came - 1)}
    waits = {"wait_mean_s": 31.5, "wait_median_s": 12, "wait_p90_s": 95, "wait_longest_s": 412.3}
    work = {"handling_s": 431.0, "wrap_up_s": 55.0, "occupancy": 0.74, "clerk_hours": 61.5}
    return Figures(**{**NOTHING, **counts, **shares, **waits, **work, **known})


def appointments(number: int, **known: Any) -> AppointmentFigures:
    """A line of appointments; every third is of too few."""
    visits = {"in_time": 8 + number, "late": 2, "no_show": 1, "attended": 9 + number}
    told = dict.fromkeys(visits) if number % 3 == 2 else visits
    apart = {"day": None, "region": None, "service": None}
    return AppointmentFigures(**{**apart, "booked": 9 + number, "moved": 1, "cancelled": 2, **told, **known})


class AuditPages:
    """An audit log that is asked as both are."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, actor: str, act: str, subject: str, result: str = "done") -> None:
        before = self.entries[-1].hash if self.entries else START
        done = Act(actor=actor, act=act, subject=subject, result=result)
        self.entries.append(seal(done, number=len(self.entries) + 1, at=1_795_435_200.0, before=before))

    def ask(self, query: dict[str, str]) -> Any:
        page = msgspec.convert(query, audit.Page, strict=False)
        found = [
            entry
            for entry in self.entries
            if page.after < entry.number < (page.before or 2**53)
            and all(getattr(page, name) in (None, getattr(entry, name)) for name in FILTERS)
        ]
        return msgspec.to_builtins(found[: page.limit] if page.before is None else found[-page.limit :])


class SwitchboardRest:
    """`busy`: whether anybody has ever come. `refuses`: status and error id of every answer but that of totals."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.whatif: list[WhatIf] = []
        self.busy = True
        self.refuses: tuple[int, str] | None = None
        self.lines: list[BoothLine] = []
        self.log = AuditPages()

    async def start(self, page: Page) -> None:
        await page.route(f"{REST}/**", self._serve)

    async def _serve(self, route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization,content-type"}
        url = urlsplit(route.request.url)
        if route.request.method == "OPTIONS":
            await route.fulfill(status=200, headers=headers)
            return
        assert route.request.headers["authorization"].startswith("Bearer ")
        if self.refuses and "by=&" not in url.query + "&":
            status, error = self.refuses
            await route.fulfill(status=status, json={"error": error, "text": ""}, headers=headers)
        elif url.path == "/api/booths/lines":
            await route.fulfill(json=msgspec.to_builtins(self.lines), headers=headers)
        elif url.path == "/api/audit":
            await route.fulfill(json=self.log.ask(dict(parse_qsl(url.query))), headers=headers)
        elif url.path == "/api/staffing":
            await route.fulfill(json=self.work_out(route.request.post_data or ""), headers=headers)
        else:
            query = dict(parse_qsl(url.query, keep_blank_values=True))
            if url.path.startswith("/api/appointments/counts") and not url.path.endswith(".csv"):
                await route.fulfill(json=msgspec.to_builtins(self._appointments(query)), headers=headers)
                return
            self.asked.append(query)
            if url.path.endswith(".csv"):
                await route.fulfill(body="day,arrivals\r\n", content_type="text/csv", headers=headers)
            else:
                await route.fulfill(json=msgspec.to_builtins(self._statistics(query)), headers=headers)

    def work_out(self, body: str) -> Any:
        wanted = msgspec.json.decode(body, type=WhatIf)
        self.whatif.append(wanted)
        desks = [staffing.Desk(desk.region, desk.per_hour, desk.clerks) for desk in wanted.desks]
        pace = staffing.Pace(wanted.handling_s, wanted.patience_s)
        return msgspec.to_builtins(staffing.staffing(desks, pace, wanted.level, wanted.within_s))

    def _appointments(self, query: dict[str, str]) -> AppointmentStatistics:
        lines = {
            "": [appointments(30) if self.busy else appointments(0, **dict.fromkeys(NUMBERS, 0))],
            "day": [appointments(n, day=f"2026-03-{2 + n:02}") for n in range(5)],
            "region": [appointments(3, region="elbtal")],
            "service": [appointments(3, service="registration-certificate")],
        }[query["by"]]
        told = lines if self.busy or not query["by"] else []
        made = {"from": query["from"], "to": query["to"], "minimum_group_size": 5, "lines": msgspec.to_builtins(told)}
        return msgspec.convert(made, type=AppointmentStatistics)

    def _statistics(self, query: dict[str, str]) -> Statistics:
        match query["by"]:
            case "":
                lines = [figures(100)] if self.busy else [figures(0, arrivals=0, clerk_hours=None)]
            case "region,hour":
                lines = [figures(n, region="elbtal", hour=8 + n) for n in range(9)]
            case "hour":
                few = {"handling_s": None, "wrap_up_s": None, "occupancy": None}
                lines = [figures(n, hour=8 + n, **few) for n in range(9)]
            case "region":
                lines = [figures(0, region="elbtal")]
            case "service":
                lines = [figures(0, service="registration-certificate")]
            case _:
                lines = [figures(n, day=f"2026-03-{2 + n:02}") for n in range(5)]
        known = {"within_s": 30, "minimum_group_size": 5, "regions": ["elbtal"]}
        first, last = (msgspec.convert(query[name], type=Any) for name in ("from", "to"))
        return msgspec.convert(
            {
                "from": first,
                "to": last,
                **known,
                "lines": msgspec.to_builtins(lines if self.busy or not query["by"] else []),
            },
            type=Statistics,
        )
