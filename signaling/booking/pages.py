"""The booking pages: which page answers which request, and with what."""

from __future__ import annotations

import datetime
import math
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import jinja2
import structlog
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from signaling.appointments import code as codes
from signaling.appointments.appointment import Appointment, AppointmentState
from signaling.appointments.errors import AppointmentError, CodeUnknown, NotChangeable, NotOffered, SlotTaken
from signaling.appointments.offerings import Matter
from signaling.appointments.papers import Entry, calendar, qr_svg
from signaling.appointments.slots import Slot
from signaling.booking import finder
from signaling.booking.requests import (
    BadRequest,
    BookForm,
    CheckQuery,
    CodeForm,
    FindQuery,
    MoveForm,
    SlotsQuery,
    read_form,
    read_query,
)
from signaling.booking.shield import BOOKING, CODES, LOOKING, Shield
from signaling.booking.words import LANGUAGES, Words, preferred, words
from signaling.directory import Accessibility, Site
from signaling.doors import iso
from signaling.rest.house import House
from signaling.rest.rates import Rates, peer_of

HERE: Final = Path(__file__).parent
SITES_A_PAGE: Final = 20
FRESH_S: Final = 15.0
"""How long the next free slot of a site is shown without another look; booking itself always looks."""

log = structlog.get_logger(__name__)

Handler = Callable[["BookingPages", Request, Words], Awaitable[Response]]


class TooMany(Exception):
    """One address asks too often; `wait_s` until it may again."""

    def __init__(self, wait_s: float) -> None:
        super().__init__()
        self.wait_s = math.ceil(wait_s)


class BookingPages:
    """The pages over a house."""

    def __init__(self, house: House) -> None:
        self.house: Final = house
        self.book: Final = house.appointments
        self.zone: Final = house.directory.zone()
        self._looking = Rates(LOOKING, house.clock)
        self._booking = Rates(BOOKING, house.clock)
        self._codes = Rates(CODES, house.clock)
        self._next_free: dict[Matter, tuple[float, Slot | None]] = {}
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    # What every page needs

    async def serve(self, handler: Handler, request: Request) -> Response:
        """A page, or the page that says what was wrong."""
        language = request.path_params["language"]
        if language not in LANGUAGES:
            return RedirectResponse("/book", 303)
        said = words(language)
        try:
            self._take(self._looking, request)
            return await handler(self, request, said)
        except (BadRequest, ClientDisconnect):
            return self.trouble(request, said, "malformed", 400)
        except TooMany as error:
            response = self.trouble(request, said, "too-many", 429)
            response.headers["Retry-After"] = str(error.wait_s)
            return response
        except SlotTaken as error:
            return self.trouble(request, said, "slot-taken", 409, slots=error.next_free)
        except AppointmentError as error:
            name = {CodeUnknown: "code-unknown", NotChangeable: "not-changeable", NotOffered: "not-offered"}
            status = 404 if isinstance(error, CodeUnknown | NotOffered) else 409
            return self.trouble(request, said, name.get(type(error), "slot-unknown"), status)
        except (SQLAlchemyError, OSError) as error:
            log.error("booking_failed", kind=type(error).__name__)
            return self.trouble(request, said, "failed", 503)

    def page(self, request: Request, said: Words, name: str, *, status: int = 200, **values: Any) -> Response:
        """A template, filled."""
        path = request.url.path.split("/", 3)[3] if request.url.path.count("/") > 2 else ""
        # A page that answers a form cannot be asked for in another language; its beginning can.
        same = f"{path}?{request.url.query}" if request.method == "GET" and request.url.query else path
        html = self._templates.get_template(f"{name}.html").render(
            t=said,
            language=said.language,
            languages=LANGUAGES,
            same=same if request.method == "GET" else "",
            name=name,
            **values,
        )
        return Response(html, status, media_type="text/html")

    def trouble(
        self, request: Request, said: Words, reason: str, status: int, slots: tuple[Slot, ...] = ()
    ) -> Response:
        """What was wrong and what to do."""
        shown = [said.short_day(self.at(slot.starts_at)) for slot in slots]
        return self.page(request, said, "trouble", status=status, reason=reason, slots=shown)

    def at(self, moment: float) -> datetime.datetime:
        """A moment on the office's clock."""
        return datetime.datetime.fromtimestamp(moment, self.zone)

    def limit_booking(self, request: Request) -> None:
        """Raises TooMany."""
        self._take(self._booking, request)

    async def appointment(self, request: Request, typed: str) -> tuple[str, Appointment]:
        """The appointment of a typed code. Raises TooMany, CodeUnknown."""
        self._take(self._codes, request)
        code = codes.normalise(typed)
        found = None if code is None else await self.book.find(code)
        if code is None or found is None:
            raise CodeUnknown
        return code, found

    def _take(self, rates: Rates, request: Request) -> None:
        if wait_s := rates.take(peer_of(request.client.host if request.client else None)):
            raise TooMany(wait_s)

    async def next_free(self, matter: Matter) -> Slot | None:
        """The next free slot, at most FRESH_S old."""
        now = self.house.clock()
        known = self._next_free.get(matter)
        if known is None or known[0] < now - FRESH_S:
            found = await self.book.next_free(matter)
            if len(self._next_free) > 10_000:
                self._next_free.clear()
            known = self._next_free[matter] = (now, found[0] if found else None)
        return known[1]

    def facts(self, said: Words, found: Appointment) -> dict[str, Any]:
        """An appointment in words."""
        site = self.house.directory.site(found.site or "")
        starts, ends = self.at(found.starts_at), self.at(found.ends_at)
        return {
            "service": said.service(found.service),
            "day": said.day(starts.date()),
            "from": said.time(starts),
            "to": said.time(ends),
            "site": site.name if site else "",
            "address": site.address if site else "",
            "region": self._region(found.region),
            "state": found.state,
            "starts_at": iso(found.starts_at, self.zone),
            "changeable": found.state is AppointmentState.BOOKED,
        }

    def _region(self, region: str) -> str:
        known = self.house.directory.region(region)
        return known.name if known else region

    def code_facts(self, code: str) -> dict[str, Any]:
        """A code as text and as a picture. The picture is made by us and holds nothing that was sent."""
        picture = Markup(qr_svg(code, inline=True).decode())  # noqa: S704
        return {"code": code, "shown": codes.shown(code), "picture": picture}

    def days(self, said: Words, matter: Matter, wanted: str | None) -> tuple[list[dict[str, Any]], datetime.date]:
        """The days that can have slots, the wanted one marked."""
        days = self.book.offerings.offering(matter).days(self.house.clock())
        opening = self.book.offerings.offering(matter)
        open_days = [day for day in days if next(opening.slots(day, self.house.clock()), None) is not None]
        chosen = next((day for day in open_days if str(day) == wanted), None)
        if chosen is None:
            chosen = open_days[0] if open_days else self.at(self.house.clock()).date()
        shown = [{"value": str(day), "text": said.day(day), "chosen": day == chosen} for day in open_days]
        return shown, chosen

    async def slots(self, said: Words, matter: Matter, day: datetime.date) -> list[dict[str, str]]:
        """The free slots of a day."""
        return [
            {"value": iso(slot.starts_at, self.zone), "text": said.time(self.at(slot.starts_at))}
            for slot in await self.book.free_slots(matter, day)
        ]


async def services(pages: BookingPages, request: Request, said: Words) -> Response:
    """Choose a service."""
    shown = [
        {
            "id": service.id,
            "name": said.service(service.id),
            "text": said.service_text(service.id),
            "minutes": service.minutes,
        }
        for service in pages.book.offerings.services()
    ]
    return pages.page(request, said, "services", services=shown)


async def places(pages: BookingPages, request: Request, said: Words) -> Response:
    """Find a booth."""
    query = read_query(request, FindQuery)
    offerings, now = pages.book.offerings, pages.house.clock()
    await pages.book.know_booths()
    if query.service not in {service.id for service in offerings.services()}:
        raise NotOffered
    here = offerings.sites(query.service)
    origin, named = _origin(query, here)
    sites = finder.with_features(here, query.with_)
    if query.open:
        sites = [site for site in sites if offerings.openings.of_site(site.id).is_open(now)]
    ordered = finder.nearest_first(sites, origin)
    last = max(1, math.ceil(len(ordered) / SITES_A_PAGE))
    page = min(query.page, last)
    part = ordered[(page - 1) * SITES_A_PAGE : page * SITES_A_PAGE]
    shown = [
        await _shown_site(pages, said, query.service, number, site, km) for number, (site, km) in enumerate(part, 1)
    ]
    numbers = {site.id: number for number, (site, _) in enumerate(part, 1)}
    dots = [
        {"x": dot.x, "y": dot.y, "number": numbers.get(dot.site.id) if dot.site else None, "site": dot.site}
        for dot in finder.on_map([site for site, _ in part], origin)
    ]
    return pages.page(
        request,
        said,
        "places",
        service=query.service,
        service_name=said.service(query.service),
        sites=shown,
        total=len(ordered),
        dots=dots,
        width=finder.MAP_WIDTH,
        height=finder.MAP_HEIGHT,
        query=query,
        named=named,
        located=query.lat is not None and query.lon is not None,
        features=[(feature, feature in query.with_) for feature in Accessibility],
        page_number=page,
        pages=last,
        other_pages=str(request.url.remove_query_params("page").query),
    )


def _origin(query: FindQuery, sites: list[Site]) -> tuple[finder.Place | None, str]:
    """Where distances are measured from, and what it is called; "" while nothing is known."""
    if query.lat is not None and query.lon is not None and math.isfinite(query.lat) and math.isfinite(query.lon):
        return (query.lat, query.lon), ""
    found = finder.named_place(query.near, sites)
    return (found[1], found[0]) if found else (None, "")


async def _shown_site(
    pages: BookingPages, said: Words, service: str, number: int, site: Site, km: float | None
) -> dict[str, Any]:
    opening, now = pages.book.offerings.openings.of_site(site.id), pages.house.clock()
    opens_at = opening.opens_at(now)
    closes_at = opening.closes_at(now)
    free = await pages.next_free(pages.book.offerings.matter(service, None, site.id))
    return {
        "number": number,
        "id": site.id,
        "name": site.name,
        "address": site.address,
        "km": None if km is None else (round(km, 1) if km < 10 else round(km)),
        "features": site.accessibility,
        "open": opening.is_open(now),
        "closes": said.time(pages.at(closes_at)) if closes_at is not None else "",
        "opens": said.short_day(pages.at(opens_at)) if opens_at is not None else "",
        "free": said.short_day(pages.at(free.starts_at)) if free is not None else "",
    }


async def slots(pages: BookingPages, request: Request, said: Words) -> Response:
    """Choose a time."""
    query = read_query(request, SlotsQuery)
    matter = await pages.book.matter(query.service, None, query.site)
    days, day = pages.days(said, matter, query.day)
    site = pages.house.directory.site(query.site)
    return pages.page(
        request,
        said,
        "slots",
        service=query.service,
        service_name=said.service(query.service),
        site=site,
        days=days,
        day=said.day(day),
        slots=await pages.slots(said, matter, day),
    )


async def check(pages: BookingPages, request: Request, said: Words) -> Response:
    """See everything once more before booking."""
    query = read_query(request, CheckQuery)
    matter = await pages.book.matter(query.service, None, query.site)
    slot = pages.book.offerings.offering(matter).slot_at(_moment(query.at), pages.house.clock())
    if slot is None:
        return pages.trouble(request, said, "slot-unknown", 409)
    wanted = Appointment("", matter.region, matter.service, matter.site, slot.starts_at, slot.ends_at)
    return pages.page(
        request,
        said,
        "check",
        facts=pages.facts(said, wanted),
        service=query.service,
        site=query.site,
        at=query.at,
        wish=codes.new_request(),
    )


async def booked(pages: BookingPages, request: Request, said: Words) -> Response:
    """Book; the answer has the code."""
    form = await read_form(request, BookForm)
    pages.limit_booking(request)
    matter = await pages.book.matter(form.service, None, form.site)
    done = await pages.book.book(matter, _moment(form.at), form.request)
    return pages.page(
        request,
        said,
        "booked",
        status=201,
        facts=pages.facts(said, done.appointment),
        grace=round(pages.house.directory.appointment_grace_seconds / 60),
        **pages.code_facts(done.code),
    )


async def manage(pages: BookingPages, request: Request, said: Words) -> Response:
    """Type a code."""
    return pages.page(request, said, "manage")


async def appointment(pages: BookingPages, request: Request, said: Words) -> Response:
    """See, move or cancel an appointment."""
    code, found = await pages.appointment(request, (await read_form(request, CodeForm)).code)
    return pages.page(request, said, "appointment", facts=pages.facts(said, found), **pages.code_facts(code))


async def move(pages: BookingPages, request: Request, said: Words) -> Response:
    """Choose another time; or, with one, move."""
    form = await read_form(request, MoveForm)
    code, found = await pages.appointment(request, form.code)
    if form.at is not None:
        found = await pages.book.move(code, _moment(form.at), found.site)
        return pages.page(
            request, said, "appointment", facts=pages.facts(said, found), moved=True, **pages.code_facts(code)
        )
    if found.state is not AppointmentState.BOOKED:
        raise NotChangeable(found.state)
    matter = await pages.book.matter(found.service, found.region, found.site)
    days, day = pages.days(said, matter, form.day)
    return pages.page(
        request,
        said,
        "move",
        facts=pages.facts(said, found),
        code=code,
        days=days,
        day=said.day(day),
        slots=await pages.slots(said, matter, day),
    )


async def cancel(pages: BookingPages, request: Request, said: Words) -> Response:
    """Ask whether it is meant."""
    code, found = await pages.appointment(request, (await read_form(request, CodeForm)).code)
    return pages.page(request, said, "cancel", facts=pages.facts(said, found), code=code)


async def cancelled(pages: BookingPages, request: Request, said: Words) -> Response:
    """Cancel."""
    code, _ = await pages.appointment(request, (await read_form(request, CodeForm)).code)
    found = await pages.book.cancel(code)
    return pages.page(request, said, "cancelled", facts=pages.facts(said, found))


async def calendar_file(pages: BookingPages, request: Request, said: Words) -> Response:
    """The entry for a calendar."""
    _, found = await pages.appointment(request, (await read_form(request, CodeForm)).code)
    facts = pages.facts(said, found)
    entry = Entry(
        said("calendar-title", service=facts["service"]),
        ", ".join(part for part in (facts["site"], facts["address"]) if part) or facts["region"],
        said("calendar-text"),
    )
    return Response(
        calendar(found, entry, pages.house.clock(), pages.zone),
        media_type="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{said("calendar-file")}.ics"'},
    )


def _moment(text: str) -> float:
    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        raise BadRequest from None


PAGES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "", services),
    ("GET", "places", places),
    ("GET", "slots", slots),
    ("GET", "check", check),
    ("POST", "booked", booked),
    ("GET", "manage", manage),
    ("POST", "appointment", appointment),
    ("POST", "move", move),
    ("POST", "cancel", cancel),
    ("POST", "cancelled", cancelled),
    ("POST", "calendar", calendar_file),
)


def make_pages(house: House) -> Starlette:
    """The application that answers below `/book`."""
    pages = BookingPages(house)

    def route(method: str, path: str, handler: Handler) -> Route:
        async def serve(request: Request) -> Response:
            return await pages.serve(handler, request)

        return Route(f"/{{language}}/{path}", serve, methods=[method])

    async def begin(request: Request) -> Response:
        return RedirectResponse(f"/book/{preferred(request.headers.get('accept-language', ''))}/", 303)

    async def nowhere(request: Request, _error: Exception) -> Response:
        """There is no such page, or it is reached by a form: the beginning is never wrong."""
        language = request.url.path.split("/")[2:3]
        said = words(language[0] if language and language[0] in LANGUAGES else LANGUAGES[0])
        return pages.trouble(request, said, "nowhere", 404)

    return Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=HERE / "static")),
            *(route(*page) for page in PAGES),
            Route("/", begin),
            Route("/{language}", begin),
        ],
        middleware=[Middleware(Shield)],
        exception_handlers={HTTPException: nowhere},
    )
