from datetime import date

import pytest

from clerk_console.services import catalogue
from clerk_console.services.form import Reason, tidy
from tests.clerk_console.counter import FORM

TODAY = date(2026, 11, 23)
SERVICE = catalogue.load().get("registration-certificate")


def faults(**changes: object) -> dict[str, Reason]:
    return SERVICE.form.faults(tidy(FORM | changes), TODAY)


def test_a_filled_form_is_taken() -> None:
    assert faults() == {}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("family_name", "", Reason.REQUIRED),
        ("family_name", "   ", Reason.REQUIRED),
        ("family_name", "R2D2", Reason.PATTERN),
        ("family_name", "a\nb", Reason.PATTERN),
        ("family_name", "x" * 121, Reason.TOO_LONG),
        ("family_name", 7, Reason.TYPE),
        ("family_name", ["x"], Reason.TYPE),
        ("given_names", "<script>", Reason.PATTERN),
        ("date_of_birth", "12.08.1983", Reason.FORMAT),
        ("date_of_birth", "19830812", Reason.FORMAT),
        ("date_of_birth", "1983-02-30", Reason.FORMAT),
        ("date_of_birth", "2026-11-24", Reason.IN_FUTURE),
        ("registered_since", "1983-08-11", Reason.BEFORE_BIRTH),
        ("registered_since", "2027-01-01", Reason.IN_FUTURE),
        ("registered_since", "", Reason.REQUIRED),
        ("nationality", "DEU", Reason.CHOICE),
        ("postal_code", "1234", Reason.PATTERN),
        ("postal_code", "٠١٢٣٤", Reason.PATTERN),
        ("house_number", "zwölf", Reason.PATTERN),
        ("extent", "full", Reason.CHOICE),
        ("shoe_size", "44", Reason.UNKNOWN),
    ],
)
def test_a_wrong_field_is_named_with_its_reason(field: str, value: object, reason: Reason) -> None:
    assert faults(**{field: value}) == {field: reason}


@pytest.mark.parametrize("number", ["1", "12a", "12 a", "12-14", "7/9", "104 B"])
def test_house_numbers_as_people_have_them(number: str) -> None:
    assert faults(house_number=number) == {}


def test_the_simple_certificate_does_not_ask_what_it_does_not_say() -> None:
    assert faults(extent="simple", place_of_birth="", nationality="", registered_since="", purpose="") == {}


def test_prefill_takes_only_empty_fields_and_fitting_values() -> None:
    holder = {"family_name": "MUSTERMANN", "given_names": "ERIKA", "date_of_birth": "1964-08", "nationality": "QQQ"}
    assert SERVICE.prefill({"family_name": "Mustermann"}, holder) == {
        "family_name": "Mustermann",
        "given_names": "Erika",
    }


def test_the_catalogue_is_whole() -> None:
    assert set(SERVICE.order) == set(SERVICE.form.schema["properties"])
    assert set(SERVICE.sources) <= set(SERVICE.order)
    nationalities = SERVICE.options["nationality"]
    assert {"D", "TUR", "UKR", "XXA"} <= set(nationalities)
    assert all(names["de"] and names["en"] for names in nationalities.values())
    assert SERVICE.form.schema["properties"]["nationality"]["enum"] == sorted(nationalities)
