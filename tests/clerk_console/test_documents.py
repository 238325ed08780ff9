"""The certificate as it is printed: read back from the PDF, and looked at by its structure."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from clerk_console.documents import authority, letter, press, registration_certificate
from clerk_console.documents.authority import SPECIMEN, Authority
from clerk_console.documents.names import may_be_cut, same
from clerk_console.documents.registration_certificate import Matter
from clerk_console.documents.words import LANGUAGES, second_language, words
from clerk_console.errors import SetupError
from clerk_console.services import catalogue
from tests.clerk_console.counter import FORM, SERVICE

ELBTAL = Authority(
    name="Gemeinde Elbtal",
    office="Bürgeramt",
    street="Am Markt 1",
    postal_code="01234",
    city="Elbtal",
    telephone="01234 567-0",
)
HOLDER = {
    "family_name": "GROSSMUELLER OEZTUERK",
    "given_names": "JOERDIS AENNE",
    "date_of_birth": "1983-08-12",
    "nationality": "D",
    "document_type": "AR",
}


def matter(**changes: object) -> Matter:
    whole = Matter(
        service=catalogue.load().get(SERVICE),
        values=FORM,
        holder=HOLDER,
        language="de",
        case_number="2026-K7QX-3M9F",
        day=date(2026, 11, 23),
        clerk="Sabine Vogt",
        office="Bürgeramt",
        authority=ELBTAL,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def printed(**changes: object) -> PdfReader:
    return PdfReader(BytesIO(press.print_pdf(letter.html(registration_certificate.letter(matter(**changes))))))


def text_of(**changes: object) -> str:
    pages = printed(**changes).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def test_the_certificate_says_everything_the_citizen_confirmed() -> None:
    text = text_of()
    for said in (
        "Erweiterte Meldebescheinigung",
        "Großmüller-Öztürk",
        "Jördis Änne",
        "12.08.1983",
        "Görlitz",
        "Deutschland",
        "Straße des Friedens 12 a, 01234 Elbtal",
        "01.03.2019",
        "Vorlage beim Standesamt",
        "Gemeinde Elbtal",
        "Sabine Vogt",
        "2026-K7QX-3M9F",
        "23.11.2026",
        "Seite 1 / 1",
    ):
        assert said in text
    assert "MUSTER" not in text
    assert "registered" not in text


def test_the_simple_certificate_reveals_less() -> None:
    text = text_of(values={**FORM, "extent": "simple"})
    assert "Großmüller-Öztürk" in text
    for hidden in ("Görlitz", "Deutschland", "01.03.2019", "Erweiterte"):
        assert hidden not in text


@pytest.mark.parametrize("language", ["en", "tr"])
def test_a_citizen_who_reads_no_german_gets_an_explanation(language: str) -> None:
    text = text_of(language=language)
    assert "Only the German text is legally binding" in text
    assert "Geburtsdatum / Date of birth" in text
    assert "Germany" in text


def test_a_verified_identity_names_what_matches_the_chip() -> None:
    text = text_of()
    assert "Aufenthaltstitel" in text
    assert "stimmen überein: Familienname, Vornamen, Geburtsdatum, Staatsangehörigkeit" in text.replace(
        "Mit dem Chip stimmen", "stimmen"
    )
    assert "abweichend" not in text


def test_a_value_that_differs_from_the_chip_is_not_vouched_for() -> None:
    text = text_of(values={**FORM, "family_name": "Schmidt"})
    assert "stimmen überein: Vornamen, Geburtsdatum" in text
    assert "abweichend erfasst: Familienname" in text


def test_without_a_verified_chip_nothing_is_claimed() -> None:
    text = text_of(holder=None)
    assert "nicht anhand eines Chips geprüft" in text
    assert "stimmen überein" not in text


def test_without_an_authority_every_letter_is_a_specimen() -> None:
    assert "Muster ohne Rechtswirkung" in text_of(authority=SPECIMEN)
    assert "Specimen without legal effect" in text_of(authority=SPECIMEN, language="en")


def test_the_file_is_an_archivable_tagged_pdf_with_all_fonts() -> None:
    reader = printed()
    catalog = reader.trailer["/Root"]
    metadata = catalog["/Metadata"].get_data().decode()
    assert 'part="3"' in metadata or "<pdfaid:part>3" in metadata
    assert 'conformance="U"' in metadata or "<pdfaid:conformance>U" in metadata
    assert catalog["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "de"
    for font in reader.pages[0]["/Resources"]["/Font"].values():
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))


def test_long_names_go_on_to_the_next_line_and_page() -> None:
    long = {**FORM, "family_name": "Ä" * 120, "given_names": "ß " * 59 + "x", "purpose": "W" * 200}
    text = "".join(page.extract_text() for page in printed(values=long, language="en").pages)
    assert text.replace("\n", "").replace(" ", "").count("Ä" * 120) >= 1


def test_nothing_a_citizen_says_becomes_markup() -> None:
    html = letter.html(registration_certificate.letter(matter(values={**FORM, "purpose": '<img src="x">&$page'})))
    assert "<img" not in html
    assert "&lt;img src=&quot;x&quot;&gt;&amp;$page" in html


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_printing_fetches_nothing(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        press.print_pdf(f'<img src="{address}">')


def test_words_are_there_in_every_language() -> None:
    folder = Path(registration_certificate.__file__).parent / "words"
    for name in ("letter", SERVICE):
        ids = {
            language: [
                line.split(" =")[0]
                for line in (folder / language / f"{name}.ftl").read_text().splitlines()
                if " =" in line and not line.startswith((" ", "#"))
            ]
            for language in LANGUAGES
        }
        assert ids["de"] == ids["en"]
    with pytest.raises(LookupError):
        words("de", SERVICE)("identity-verified", date="1")


def test_the_second_language_is_one_the_letters_speak() -> None:
    assert [second_language(code) for code in ("de", "de-AT", "en", "en-GB", "uk")] == [None, None, "en", "en", "en"]


@pytest.mark.parametrize(
    ("written", "read", "alike"),
    [
        ("Groß-Öztürk", "GROSS OEZTUERK", True),
        ("Jürgen O'Neil", "JUERGEN ONEIL", True),
        ("Nguyễn", "NGUYEN", True),
        ("Łukasz", "LUKASZ", True),
        ("Müller", "MULLER", False),
        ("Erika", "FRIDA", False),
    ],
)
def test_names_are_compared_as_a_zone_spells_them(written: str, read: str, alike: bool) -> None:
    assert same(written, read) is alike


def test_a_name_cut_by_the_zone_matches_its_beginning_only() -> None:
    assert may_be_cut("VENKATANARASIMHARA", "ANANTHA LAKS")
    assert not may_be_cut("MUSTERMANN", "ERIKA")
    assert same("Anantha Lakshmi", "ANANTHA LAKS", cut=True)
    assert not same("Anantha", "ANANTHA LAKS", cut=True)


def test_the_authority_is_read_from_a_file_or_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "authority.toml"
    path.write_text(
        'name = "Stadt X"\noffice = "Amt"\nstreet = "Weg 1"\npostal_code = "01234"\ncity = "X"\n', encoding="utf-8"
    )
    assert authority.load(path).name == "Stadt X"
    assert not authority.load(path).specimen
    assert authority.load(None).specimen
    path.write_text('name = "Stadt X"\n')
    with pytest.raises(SetupError, match="office"):
        authority.load(path)
    with pytest.raises(SetupError, match="cannot be read"):
        authority.load(tmp_path / "nowhere.toml")


def test_the_web_apps_font_is_embedded_where_it_is_built(tmp_path: Path) -> None:
    assert press.font_rules(tmp_path) == ""
    (tmp_path / "FiraSans-Regular-Ab12.woff2").write_bytes(b"wOF2")
    (tmp_path / "FiraSans-SemiBoldItalic-Ab12.woff2").write_bytes(b"wOF2")
    rules = press.font_rules(tmp_path)
    assert rules.count("@font-face") == 1
    assert "font-weight:400" in rules
