"""Appointments over REST: what is free, book, look up, move, cancel, and the papers.

A code is never part of an address, which would be kept by histories and logs; it is sent in a body.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, field

from signaling.appointments import errors
from signaling.appointments.appointment import Appointment, AppointmentState
from signaling.appointments.code import MAX_TYPED, new_request, normalise
from signaling.appointments.figures import PARTS, AppointmentFigures, figures
from signaling.appointments.papers import Entry, calendar, qr_svg
from signaling.doors import iso
from signaling.protocol.messages import Identifier
from signaling.rest.endpoint import Asked, Endpoint, File
from signaling.rest.errors import ErrorId, RestError
from signaling.rest.house import House
from signaling.rest.rates import Rate

LOOKING: Final = Rate(per_s=2, burst=40)
BOOKING: Final = Rate(per_s=0.1, burst=10)
CODES: Final = Rate(per_s=0.1, burst=10)
"""Of codes tried from one address: people mistype, nobody guesses."""
BODY_BYTES: Final = 1024
MOST_DAYS: Final = 400

Moment = Annotated[
    str, Meta(max_length=32, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$", description="ISO 8601")
]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$", description="ISO 8601, in the switchboard's time zone")]
TypedCode = Annotated[str, Meta(min_length=1, max_length=MAX_TYPED)]
WishName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,64}$")]


class CountedDays(Struct, frozen=True, forbid_unknown_fields=True):
    """`from` and `to`: days, both included. `by`: what the lines are told apart by, with commas."""

    first: datetime.date = field(name="from")
    last: datetime.date = field(name="to")
    by: Annotated[str, Meta(pattern=r"^((day|region|service)(,(day|region|service)){0,2})?$")] = ""
    region: Identifier | None = None


class AppointmentStatistics(Struct, frozen=True, kw_only=True):
    """Whether citizens came is null where fewer than `minimum_group_size` appointments were due
    (docs/statistics.md)."""

    first: datetime.date = field(name="from")
    last: datetime.date = field(name="to")
    minimum_group_size: int
    lines: list[AppointmentFigures]


class SlotView(Struct, frozen=True, kw_only=True):
    """From and to, with the offset from UTC."""

    starts_at: Moment
    ends_at: Moment


class SlotQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to book: a service at a `site`, or at any booth of a `region`. Without `day` the next free slots."""

    service: Identifier
    region: Identifier | None = None
    site: Identifier | None = None
    day: Day | None = None


class FreeSlots(Struct, frozen=True, kw_only=True):
    """What can be booked at this moment; somebody may be faster. `days`: the first and the last that can be asked for,
    null when there is none."""

    slots: list[SlotView]
    days: list[Day]


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`request`: 16 random bytes or more in base64url, made once for each wish: however often it is sent, it books
    once and gets the same code."""

    service: Identifier
    starts_at: Moment
    region: Identifier | None = None
    site: Identifier | None = None
    request: WishName | None = None


class Code(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code of an appointment as typed; spaces, hyphens and small letters do not matter."""

    code: TypedCode


class Move(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`site`: where to come, null for any booth of the region."""

    code: TypedCode
    starts_at: Moment
    site: Identifier | None = None


class AppointmentView(Struct, frozen=True, kw_only=True):
    """An appointment; nothing in it is about a person."""

    service: Identifier
    region: Identifier
    site: Identifier | None
    starts_at: Moment
    ends_at: Moment
    state: AppointmentState


class BookedView(AppointmentView, frozen=True, kw_only=True):
    """`code`: said this once and kept nowhere. Whoever has it may come, move and cancel."""

    code: str


async def free_slots(house: House, asked: Asked[None, SlotQuery, None]) -> FreeSlots:
    """The slots that are free, on a day or from now on."""
    book, query = house.appointments, asked.query
    with _Named(house.directory.zone()):
        matter = await book.matter(query.service, query.region, query.site)
        days = book.offerings.offering(matter).days(house.clock())
        if query.day is None:
            slots = await book.next_free(matter, 10)
        else:
            slots = await book.free_slots(matter, _day(query.day))
    zone = house.directory.zone()
    return FreeSlots(
        slots=[SlotView(starts_at=iso(slot.starts_at, zone), ends_at=iso(slot.ends_at, zone)) for slot in slots],
        days=[str(days[0]), str(days[-1])] if days else [],
    )


async def book_appointment(house: House, asked: Asked[None, None, Wish]) -> BookedView:
    """Take a slot.

    Answers `slot_taken` when somebody was faster, with the next free slots."""
    wish = asked.body
    with _Named(house.directory.zone()):
        matter = await house.appointments.matter(wish.service, wish.region, wish.site)
        booked = await house.appointments.book(matter, _moment(wish.starts_at), wish.request or new_request())
    return BookedView(code=booked.code, **_fields(house, booked.appointment))


async def find_appointment(house: House, asked: Asked[None, None, Code]) -> AppointmentView:
    """The appointment of a code."""
    return _view(house, await _found(house, asked.body.code))


async def move_appointment(house: House, asked: Asked[None, None, Move]) -> AppointmentView:
    """Take another slot; the old one is kept if that cannot be had."""
    move = asked.body
    with _Named(house.directory.zone()):
        moved = await house.appointments.move(_code(move.code), _moment(move.starts_at), move.site)
    return _view(house, moved)


async def cancel_appointment(house: House, asked: Asked[None, None, Code]) -> AppointmentView:
    """Give the slot back."""
    with _Named(house.directory.zone()):
        return _view(house, await house.appointments.cancel(_code(asked.body.code)))


async def appointment_calendar(house: House, asked: Asked[None, None, Code]) -> File:
    """The appointment as a file for calendars (RFC 5545)."""
    found = await _found(house, asked.body.code)
    site = house.directory.site(found.site or "")
    entry = Entry(
        title=f"Fernamt: {found.service}", place=f"{site.name}, {site.address}".rstrip(", ") if site else "", text=""
    )
    return File(calendar(found, entry, house.clock(), house.directory.zone()), "appointment.ics")


async def appointment_qr(house: House, asked: Asked[None, None, Code]) -> File:
    """The code of an appointment as a QR picture for the booth's camera."""
    await _found(house, asked.body.code)
    return File(qr_svg(_code(asked.body.code)), "appointment.svg")


async def appointment_counts(house: House, asked: Asked[None, CountedDays, None]) -> AppointmentStatistics:
    """How many appointments were booked, moved, cancelled, kept in time, kept late and missed, in the token's
    regions."""
    return AppointmentStatistics(
        first=asked.query.first,
        last=asked.query.last,
        minimum_group_size=house.directory.minimum_group_size,
        lines=await _counted(house, asked),
    )


async def appointment_table(house: House, asked: Asked[None, CountedDays, None]) -> File:
    """The same as a table: CSV (RFC 4180) with a line of names, in UTF-8, empty where there is no figure."""
    lines = await _counted(house, asked)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(AppointmentFigures.__struct_fields__)
    table.writerows(msgspec.structs.astuple(line) for line in lines)
    # The mark tells spreadsheets that it is UTF-8.
    return File(text.getvalue().encode("utf-8-sig"), f"appointments-{asked.query.first}-{asked.query.last}.csv")


async def _counted(house: House, asked: Asked[None, CountedDays, None]) -> list[AppointmentFigures]:
    """Raises RestError."""
    first, last, own = asked.query.first, asked.query.last, asked.clerk.grant.regions
    if not 0 <= (last - first).days < MOST_DAYS:
        raise RestError(ErrorId.PERIOD_UNUSABLE, f"The period must have 1 to {MOST_DAYS} days, `from` before `to`.")
    if asked.query.region is not None and asked.query.region not in own:
        raise RestError(ErrorId.NOT_PERMITTED, "The token does not name this region.")
    counts = await house.appointments.counts.of(
        first, last, own if asked.query.region is None else {asked.query.region}
    )
    by = [part for part in PARTS if part in asked.query.by.split(",")]
    return figures(counts, by, house.directory.minimum_group_size)


class _Named:
    """Turns errors of appointments into errors of REST. `zone`: times are told in it."""

    def __init__(self, zone: datetime.tzinfo) -> None:
        self._zone = zone

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, errors.SlotTaken):
            next_free = [iso(slot.starts_at, self._zone) for slot in error.next_free]
            raise RestError(ErrorId.SLOT_TAKEN, str(error), next_free) from None
        if isinstance(error, errors.AppointmentError):
            raise RestError(_IDS[type(error)], str(error)) from None


_IDS: Final = {
    errors.NotOffered: ErrorId.NOT_OFFERED,
    errors.SlotUnknown: ErrorId.SLOT_UNKNOWN,
    errors.CodeUnknown: ErrorId.APPOINTMENT_UNKNOWN,
    errors.NotChangeable: ErrorId.APPOINTMENT_FIXED,
}


def _code(typed: str) -> str:
    """Raises RestError (appointment_unknown) for what cannot be a code."""
    code = normalise(typed)
    if code is None:
        raise RestError(ErrorId.APPOINTMENT_UNKNOWN, "There is no appointment with this code.")
    return code


async def _found(house: House, typed: str) -> Appointment:
    found = await house.appointments.find(_code(typed))
    if found is None:
        raise RestError(ErrorId.APPOINTMENT_UNKNOWN, "There is no appointment with this code.")
    return found


def _moment(text: str) -> float:
    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        raise RestError(ErrorId.MALFORMED_REQUEST, "A time of the request does not exist.") from None


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise RestError(ErrorId.MALFORMED_REQUEST, "The day of the request does not exist.") from None


def _fields(house: House, found: Appointment) -> dict[str, Any]:
    zone = house.directory.zone()
    return {
        "service": found.service,
        "region": found.region,
        "site": found.site,
        "starts_at": iso(found.starts_at, zone),
        "ends_at": iso(found.ends_at, zone),
        "state": found.state,
    }


def _view(house: House, found: Appointment) -> AppointmentView:
    return AppointmentView(**_fields(house, found))


def _by_code(
    path: str, answer: Callable[[House, Any], Awaitable[Any]], *errors_: ErrorId, media_type: str = "application/json"
) -> Endpoint:
    return Endpoint(
        "POST",
        f"/api/appointments/{path}",
        answer,
        errors=(ErrorId.APPOINTMENT_UNKNOWN, *errors_),
        media_type=media_type,
        body_bytes=BODY_BYTES,
        rate=CODES,
    )


ENDPOINTS: Final = (
    Endpoint("GET", "/api/slots", free_slots, errors=(ErrorId.NOT_OFFERED,), rate=LOOKING),
    Endpoint(
        "POST",
        "/api/appointments",
        book_appointment,
        errors=(ErrorId.NOT_OFFERED, ErrorId.SLOT_UNKNOWN, ErrorId.SLOT_TAKEN, ErrorId.APPOINTMENT_FIXED),
        status=201,
        body_bytes=BODY_BYTES,
        rate=BOOKING,
    ),
    Endpoint(
        "GET",
        "/api/appointments/counts",
        appointment_counts,
        role=("supervisor",),
        errors=(ErrorId.PERIOD_UNUSABLE,),
    ),
    Endpoint(
        "GET",
        "/api/appointments/counts.csv",
        appointment_table,
        role=("supervisor",),
        errors=(ErrorId.PERIOD_UNUSABLE,),
        media_type="text/csv",
    ),
    _by_code("find", find_appointment),
    _by_code(
        "move",
        move_appointment,
        ErrorId.NOT_OFFERED,
        ErrorId.SLOT_UNKNOWN,
        ErrorId.SLOT_TAKEN,
        ErrorId.APPOINTMENT_FIXED,
    ),
    _by_code("cancel", cancel_appointment, ErrorId.APPOINTMENT_FIXED),
    _by_code("calendar", appointment_calendar, media_type="text/calendar"),
    _by_code("qr", appointment_qr, media_type="image/svg+xml"),
)
