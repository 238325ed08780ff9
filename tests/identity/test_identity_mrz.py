from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.groups import parse_dg1
from clerk_console.identity.mrz import check_digit, parse_zone

TODAY = date(2010, 6, 1)
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
MIDDLE = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.mark.parametrize(
    ("zone", "kind", "number"), [(CARD, "I", "D23145890"), (MIDDLE, "I", "D23145890"), (PASSPORT, "P", "L898902C3")]
)
def test_the_examples_of_icao_9303(zone: str, kind: str, number: str) -> None:
    parsed = parse_zone(zone, TODAY)
    assert parsed.wrong_check_digits == ()
    assert parsed.expiry == date(2012, 4, 15)
    holder = parsed.holder
    assert (holder.family_name, holder.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (holder.document_type, holder.document_number, holder.issuing_state) == (kind, number, "UTO")
    assert (holder.date_of_birth, holder.sex, holder.nationality) == ("1974-08-12", "F", "UTO")


@pytest.mark.parametrize(
    ("position", "field"),
    [(5, "document_number"), (30, "date_of_birth"), (38, "date_of_expiry"), (48, "composite")],
)
def test_a_changed_character_fails_its_check_digit(position: int, field: str) -> None:
    changed = "1" if CARD[position] != "1" else "2"
    parsed = parse_zone(CARD[:position] + changed + CARD[position + 1 :], TODAY)
    assert field in parsed.wrong_check_digits


def test_a_number_longer_than_its_field() -> None:
    """ICAO 9303-5, 4.2.2.2: the tenth place is a filler, the rest stands in the optional data."""
    number = "D23145890734"
    optional = (number[9:] + check_digit(number)).ljust(15, "<")
    first = "I<UTO" + number[:9] + "<" + optional
    second = CARD[30:59]
    composite = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    parsed = parse_zone(first + second + composite + CARD[60:], TODAY)
    assert parsed.holder.document_number == number
    assert parsed.wrong_check_digits == ()


@pytest.mark.parametrize(
    ("birth", "today", "expected"),
    [
        ("100601", date(2010, 6, 1), "2010-06-01"),
        ("100602", date(2010, 6, 1), "1910-06-02"),
        ("740812", date(2010, 6, 1), "1974-08-12"),
        ("7408<<", date(2010, 6, 1), "1974-08"),
        ("74<<<<", date(2010, 6, 1), "1974"),
        ("<<<<<<", date(2010, 6, 1), ""),
        ("000229", date(2010, 6, 1), "2000-02-29"),
    ],
)
def test_dates_of_birth(birth: str, today: date, expected: str) -> None:
    assert parse_zone(CARD[:30] + birth + CARD[36:], today).holder.date_of_birth == expected


@pytest.mark.parametrize("birth", ["741340", "7<0812", "A40812", "74081<", "010229"])
def test_dates_of_birth_that_are_none(birth: str) -> None:
    with pytest.raises(IdentityDataError):
        parse_zone(CARD[:30] + birth + CARD[36:], TODAY)


def test_an_open_expiry() -> None:
    parsed = parse_zone(CARD[:38] + "<<<<<<<" + CARD[45:], TODAY)
    assert (parsed.expiry, parsed.holder.date_of_expiry) == (None, "")


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("AMINA".ljust(30, "<"), ("AMINA", "")),
        ("VAN<DER<MUELLEN<<J<<".ljust(30, "<"), ("VAN DER MUELLEN", "J")),
        ("<" * 30, ("", "")),
        ("BENNELONG<WOOLOOMOOLOO<WARRAND", ("BENNELONG WOOLOOMOOLOO WARRAND", "")),
    ],
)
def test_names(field: str, names: tuple[str, str]) -> None:
    holder = parse_zone(CARD[:60] + field, TODAY).holder
    assert (holder.family_name, holder.given_names) == names


def test_an_open_sex_is_x() -> None:
    assert parse_zone(CARD[:37] + "<" + CARD[38:], TODAY).holder.sex == "X"


@pytest.mark.parametrize(
    "zone", ["", CARD[:-1], CARD + "<", CARD.lower(), CARD[:-1] + "Ä", CARD[:30] + "\n" + CARD[31:]]
)
def test_what_is_no_zone(zone: str) -> None:
    with pytest.raises(IdentityDataError):
        parse_zone(zone, TODAY)


@given(st.sampled_from([72, 88, 90]).flatmap(lambda n: st.text("AZ09<", min_size=n, max_size=n)))
def test_any_zone_parses_or_raises_one_error(zone: str) -> None:
    try:
        holder = parse_zone(zone, TODAY).holder
    except IdentityDataError:
        return
    assert "<" not in holder.family_name + holder.given_names + holder.issuing_state


@given(st.binary(max_size=120))
def test_any_dg1_parses_or_raises_one_error(data: bytes) -> None:
    with pytest.raises(IdentityDataError):
        parse_dg1(data, TODAY)
