"""The conversation with AusweisApp's SDK, message by message: who says what, and what the citizen sees."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booth.eid import messages
from booth.eid.digits import Digits
from booth.eid.errors import ProtocolBroken
from booth.eid.identification import Identification, Outgoing
from booth.eid.messages import (
    Accept,
    Cancel,
    Command,
    Continue,
    GetCertificate,
    RunChangePin,
    SecretCommand,
    SetAccessRights,
)
from booth.eid.workflow import ENDS, OPEN, TRANSITIONS, Signal, Step, WorkflowError, fault_of, next_step
from media.consultation import EidFault, EidStage

OK = {"major": "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#ok"}
MINOR = "http://www.bsi.bund.de/ecard/api/1.1/resultminor/"
RIGHTS = {
    "effective": ["FamilyName", "BirthName", "CanAllowed"],
    "optional": ["BirthName", "CanAllowed"],
    "required": ["FamilyName"],
}


def error(minor: str, reason: str = "") -> dict[str, str]:
    return {
        "major": "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#error",
        "minor": MINOR + minor,
        "reason": reason,
    }


def reader(tries: int | None = 3, **card: bool) -> dict[str, Any]:
    return {"name": "Reader 1", "attached": True, "keypad": False, "card": {"retryCounter": tries, **card}}


class Dialogue:
    """A test reads as what AusweisApp says (`hears`) and what the citizen does."""

    def __init__(self) -> None:
        self.one = Identification()
        self.said: list[Command] = []
        self.secrets: list[tuple[str, str]] = []
        self.takes(self.one.begin("https://eid.example/token"))
        self.said.clear()

    def takes(self, outgoing: Outgoing | None) -> None:
        for command in outgoing or ():
            if isinstance(command, SecretCommand):
                text = json.loads(messages.secret_command(command))
                self.secrets.append((text["cmd"], text["value"]))
                command.digits.wipe()
            else:
                self.said.append(command)

    def hears(self, msg: str, **fields: Any) -> None:
        message = messages.decode(json.dumps({"msg": msg, **fields}))
        assert message is not None
        self.takes(self.one.received(message))

    def types(self, digits: str) -> None:
        for digit in digits:
            self.one.press(int(digit))
        self.takes(self.one.enter())

    def is_asked(self) -> None:
        self.hears("AUTH")
        self.hears("ACCESS_RIGHTS", chat=RIGHTS)
        self.hears("CERTIFICATE", description={"subjectName": "Bürgeramt", "purpose": "Meldung"})

    def agrees(self) -> None:
        self.is_asked()
        self.takes(self.one.agree())

    @property
    def step(self) -> Step:
        return self.one.step

    @property
    def fault(self) -> EidFault | None:
        return self.one.view().fault


@pytest.fixture
def dialogue() -> Dialogue:
    return Dialogue()


def test_the_citizen_sees_who_asks_for_what_and_agrees(dialogue: Dialogue) -> None:
    dialogue.hears("AUTH")
    dialogue.hears("ACCESS_RIGHTS", chat=RIGHTS, aux={"requiredAge": "18"})
    assert dialogue.said == [GetCertificate(), SetAccessRights(chat=["BirthName"])]
    dialogue.takes(dialogue.one.agree())
    assert dialogue.step is Step.RIGHTS, "nobody agrees to what is not shown yet"
    dialogue.hears("CERTIFICATE", description={"subjectName": "Bürgeramt", "purpose": "Meldung"})
    view = dialogue.one.view()
    assert (view.asks, view.purpose, view.required_age) == ("Bürgeramt", "Meldung", "18")
    assert [(right.name, right.optional, right.granted) for right in view.rights] == [
        ("FamilyName", False, True),
        ("BirthName", True, True),
    ]
    dialogue.takes(dialogue.one.agree())
    assert (dialogue.said[-1], dialogue.step) == (Accept(), Step.WORKING)


def test_an_optional_right_is_switched_off_and_on(dialogue: Dialogue) -> None:
    dialogue.is_asked()
    dialogue.takes(dialogue.one.grant("BirthName", False))
    assert dialogue.said[-1] == SetAccessRights(chat=["CanAllowed"])
    dialogue.hears("ACCESS_RIGHTS", chat=RIGHTS | {"effective": ["FamilyName"]})
    assert [right.granted for right in dialogue.one.view().rights] == [True, False]
    dialogue.takes(dialogue.one.grant("BirthName", True))
    assert dialogue.said[-1] == SetAccessRights(chat=["BirthName"])
    dialogue.takes(dialogue.one.grant("FamilyName", False))
    assert len(dialogue.said) == 4, "a required right cannot be switched off"


def test_the_right_pin_ends_well(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("INSERT_CARD")
    assert dialogue.one.view().stage is EidStage.INSERT_CARD
    dialogue.hears("ENTER_PIN", reader=reader())
    dialogue.types("12345")
    assert dialogue.secrets == [], "a PIN has six digits"
    dialogue.types("6")
    assert (dialogue.secrets, dialogue.step) == ([("SET_PIN", "123456")], Step.WORKING)
    dialogue.hears("STATUS", workflow="AUTH", progress=60, state=None)
    assert dialogue.one.view().progress == 60
    dialogue.hears("AUTH", result=OK, url="https://eid.example/refresh")
    assert (dialogue.step, dialogue.one.view().stage) == (Step.DONE, EidStage.SENT)


def test_wrong_pins_lead_over_the_can_to_the_puk(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("ENTER_PIN", reader=reader(3))
    assert dialogue.fault is None
    dialogue.types("111111")
    dialogue.hears("ENTER_PIN", reader=reader(2))
    assert (dialogue.fault, dialogue.one.view().tries) == (EidFault.WRONG_PIN, 2)
    dialogue.one.press(1)
    assert dialogue.fault is None
    dialogue.types("11112")
    dialogue.hears("ENTER_CAN", reader=reader(1))
    assert (dialogue.step, dialogue.fault) == (Step.CAN, EidFault.WRONG_PIN)
    dialogue.types("000000")
    dialogue.hears("ENTER_CAN", reader=reader(1))
    assert dialogue.fault is EidFault.WRONG_CAN
    dialogue.types("500540")
    dialogue.hears("ENTER_PIN", reader=reader(1))
    assert (dialogue.fault, dialogue.one.view().tries) == (None, 1)
    dialogue.types("111113")
    dialogue.hears("ENTER_PUK", reader=reader(0))
    assert (dialogue.step, dialogue.fault) == (Step.PUK, EidFault.WRONG_PIN)
    dialogue.types("1234567890")
    assert dialogue.secrets[-1] == ("SET_PUK", "1234567890")
    dialogue.hears("ENTER_PUK", reader=reader(0))
    assert dialogue.fault is EidFault.WRONG_PUK
    dialogue.types("9876543210")
    dialogue.hears("ENTER_PIN", reader=reader(3))
    assert (dialogue.step, dialogue.fault) == (Step.PIN, None)


def test_a_puk_that_is_used_up_is_told(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("ENTER_PUK", reader=reader(0, inoperative=True))
    assert dialogue.fault is EidFault.CARD_INOPERATIVE


def test_a_pin_is_set_in_place_of_the_transport_pin(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("ENTER_PIN", reader=reader())
    dialogue.takes(dialogue.one.only_transport_pin())
    assert (dialogue.said[-1], dialogue.step) == (Cancel(), Step.SWITCHING)
    dialogue.hears("AUTH", result=error("sal#cancellationByUser"))
    assert dialogue.said[-1] == RunChangePin()
    dialogue.hears("CHANGE_PIN")
    dialogue.hears("ENTER_PIN", reader=reader())
    assert dialogue.one.view().least == 5
    dialogue.types("12345")
    dialogue.hears("ENTER_NEW_PIN", reader=reader())
    dialogue.types("654321")
    assert dialogue.one.view().again, "the new PIN is typed twice"
    dialogue.types("654322")
    assert (dialogue.fault, dialogue.one.view().again) == (EidFault.WRONG_PIN, False)
    dialogue.types("654321")
    dialogue.types("654321")
    assert dialogue.secrets == [("SET_PIN", "12345"), ("SET_NEW_PIN", "654321")]
    dialogue.hears("CHANGE_PIN", success=True)
    assert (dialogue.step, dialogue.one.view().stage) == (Step.CHANGED, EidStage.PIN_CHANGED)


def test_a_pin_that_was_not_set_is_a_failure(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("ENTER_PIN", reader=reader())
    dialogue.takes(dialogue.one.only_transport_pin())
    dialogue.hears("ENTER_PIN", reader=reader())  # crosses the cancellation
    dialogue.hears("AUTH", result=error("sal#cancellationByUser"))
    dialogue.hears("CHANGE_PIN")
    dialogue.hears("CHANGE_PIN", success=False, reason="Card_Removed")
    assert (dialogue.step, dialogue.fault) == (Step.FAILED, EidFault.CARD_REMOVED)


def test_stopping_waits_for_ausweisapp_to_agree(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.takes(dialogue.one.stop())
    assert (dialogue.said[-1], dialogue.step) == (Cancel(), Step.CANCELLING)
    dialogue.hears("ENTER_PIN", reader=reader())
    dialogue.hears("AUTH", result=error("sal#cancellationByUser"))
    assert (dialogue.step, dialogue.fault) == (Step.CANCELLED, None)


def test_what_was_sent_before_it_could_be_stopped_has_been_sent(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.takes(dialogue.one.stop())
    dialogue.hears("AUTH", result=OK)
    assert dialogue.step is Step.DONE


def test_nothing_to_cancel_is_an_end(dialogue: Dialogue) -> None:
    dialogue.is_asked()
    dialogue.takes(dialogue.one.stop())
    dialogue.hears("BAD_STATE", error="CANCEL")
    assert dialogue.step is Step.CANCELLED


def test_a_card_that_goes_away_is_asked_for_again(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("ENTER_PIN", reader=reader())
    dialogue.one.press(1)
    dialogue.hears("READER", name="Reader 1", attached=True, card=None)
    dialogue.hears("INSERT_CARD")
    assert (dialogue.step, dialogue.one.view().digits) == (Step.CARD, 0)
    dialogue.hears("ENTER_PIN", reader=reader())
    assert dialogue.step is Step.PIN


@pytest.mark.parametrize(
    ("readers", "fault"),
    [
        ([], EidFault.NO_READER),
        ([{"name": "Simulator", "attached": True, "insertable": True, "card": None}], EidFault.NO_READER),
        ([{"name": "Reader 1", "attached": False}], EidFault.NO_READER),
        ([{"name": "Reader 1", "attached": True, "card": None}], None),
        ([{"name": "Reader 1", "attached": True, "card": {}}], EidFault.CARD_UNKNOWN),
        ([reader(3, deactivated=True)], EidFault.CARD_DEACTIVATED),
        ([reader(0, inoperative=True)], EidFault.CARD_INOPERATIVE),
    ],
)
def test_why_a_card_is_still_waited_for(
    dialogue: Dialogue, readers: list[dict[str, Any]], fault: EidFault | None
) -> None:
    dialogue.agrees()
    dialogue.hears("READER_LIST", readers=[{"msg": "READER", **one} for one in readers])
    dialogue.hears("INSERT_CARD")
    assert dialogue.fault is fault


def test_a_card_that_lies_badly_is_waited_for(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("PAUSE", cause="BadCardPosition")
    assert (dialogue.step, dialogue.fault) == (Step.POSITION, EidFault.CARD_POSITION)
    dialogue.takes(dialogue.one.lay_right())
    assert (dialogue.said[-1], dialogue.step) == (Continue(), Step.WORKING)


@pytest.mark.parametrize(
    ("minor", "reason", "fault"),
    [
        ("dp#trustedChannelEstablishmentFailed", "", EidFault.SERVER_UNREACHABLE),
        ("al/common#communicationError", "", EidFault.SERVER_REFUSED),
        ("il/signature#invalidCertificatePath", "", EidFault.SERVER_REFUSED),
        ("dp#timeoutError", "", EidFault.TIMEOUT),
        ("al/common#unknownError", "", EidFault.CARD_ERROR),
        ("al/common#internalError", "Card_Removed", EidFault.CARD_REMOVED),
        ("al/common#internalError", "Card_Pin_Blocked", EidFault.CARD_INOPERATIVE),
        ("", "Get_TcToken_Server_Error", EidFault.SERVER_UNREACHABLE),
        ("", "", EidFault.CARD_ERROR),
    ],
)
def test_why_an_authentication_failed(dialogue: Dialogue, minor: str, reason: str, fault: EidFault) -> None:
    dialogue.hears("AUTH")
    dialogue.hears("AUTH", result=error(minor, reason))
    assert (dialogue.step, dialogue.fault) == (Step.FAILED, fault)
    assert fault_of(minor, reason) is fault


@pytest.mark.parametrize(
    "message",
    [
        {"msg": "INTERNAL_ERROR", "error": "Unexpected condition"},
        {"msg": "INVALID", "error": "unterminated string"},
        {"msg": "UNKNOWN_COMMAND", "error": "RUN_AUTH"},
        {"msg": "BAD_STATE", "error": "RUN_AUTH"},
        {"msg": "AUTH", "error": "tcTokenURL cannot be undefined"},
        {"msg": "ENTER_NEW_PIN"},
        {"msg": "PAUSE"},
    ],
)
def test_misunderstandings_break_it_off(dialogue: Dialogue, message: dict[str, str]) -> None:
    with pytest.raises(ProtocolBroken):
        dialogue.hears(message.pop("msg"), **message)


def test_a_reader_with_a_keypad_of_its_own_is_named(dialogue: Dialogue) -> None:
    dialogue.agrees()
    with pytest.raises(ProtocolBroken, match="'Reader 1' has a keypad of its own"):
        dialogue.hears("ENTER_PIN", reader=reader() | {"keypad": True})


@pytest.mark.parametrize("wish", ["ENTER_PIN", "ENTER_CAN", "ENTER_PUK"])
def test_digits_that_ausweisapp_does_not_take_are_asked_for_again(dialogue: Dialogue, wish: str) -> None:
    """Not wrong: none of the card's tries was used."""
    dialogue.agrees()
    dialogue.hears(wish, reader=reader())
    dialogue.types("1234567890")
    dialogue.hears(wish, reader=reader(), error="You must provide digits")
    assert (dialogue.one.view().digits, dialogue.fault) == (0, None)


def test_a_reader_that_goes_is_told_and_one_that_comes_is_used(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("READER_LIST", readers=[{"msg": "READER", **reader()}])
    dialogue.hears("ENTER_PIN", reader=reader())
    dialogue.one.press(1)
    dialogue.hears("READER", name="Reader 1", attached=False)
    dialogue.hears("INSERT_CARD")
    assert (dialogue.step, dialogue.fault, dialogue.one.view().digits) == (Step.CARD, EidFault.NO_READER, 0)
    dialogue.hears("READER", **reader() | {"name": "Reader 2"})
    assert dialogue.fault is None
    dialogue.hears("ENTER_PIN", reader=reader() | {"name": "Reader 2"})
    assert dialogue.step is Step.PIN


def test_a_pin_is_blocked_while_the_card_is_away(dialogue: Dialogue) -> None:
    """The last try is lost, the card is taken and laid down again: what is asked for is the PUK."""
    dialogue.agrees()
    dialogue.hears("ENTER_PIN", reader=reader(1))
    dialogue.types("111111")
    dialogue.hears("INSERT_CARD")
    dialogue.hears("ENTER_PUK", reader=reader(0))
    assert dialogue.step is Step.PUK


DOCUMENTED = {
    "ACCESS_RIGHTS": {"chat": RIGHTS, "error": "", "transactionInfo": "x", "aux": {"validityDate": "2026-11-25"}},
    "API_LEVEL": {"error": "", "available": [1, 2, 3], "current": 3},
    "AUTH": {"result": OK, "url": "https://eid.example/refresh"},
    "BAD_STATE": {"error": "GET_CERTIFICATE"},
    "CERTIFICATE": {"description": {"issuerUrl": "x"}, "validity": {"effectiveDate": "2026-11-01"}},
    "CHANGE_PIN": {"success": False, "reason": "Card_Removed"},
    "ENTER_CAN": {"error": "x", "reader": reader()},
    "ENTER_NEW_PIN": {"error": "x", "reader": reader()},
    "ENTER_PIN": {"error": "x", "reader": reader()},
    "ENTER_PUK": {"error": "x", "reader": reader()},
    "INFO": {"VersionInfo": {"Name": "AusweisApp", "Implementation-Version": "2.4.1"}},
    "INSERT_CARD": {"error": "x"},
    "INTERNAL_ERROR": {"error": "x"},
    "INVALID": {"error": "x"},
    "PAUSE": {"cause": "BadCardPosition"},
    "READER": reader() | {"insertable": False},
    "READER_LIST": {"readers": [reader() | {"insertable": False, "card": {}}]},
    "STATUS": {"workflow": None, "progress": None, "state": None},
    "UNKNOWN_COMMAND": {"error": "get_INFo"},
}
"""Every message of the SDK's documentation at version 2.4, with the fields it may have."""


def test_every_documented_message_is_understood() -> None:
    assert set(DOCUMENTED) == set(NAMES)
    for name, fields in DOCUMENTED.items():
        assert messages.decode(json.dumps({"msg": name, **fields})) is not None, name


def _reached(step: Step) -> Dialogue:
    """A dialogue at that step, got there by what AusweisApp and the citizen say."""
    dialogue = Dialogue()
    if step is Step.STARTING:
        return dialogue
    dialogue.is_asked()
    if step is Step.RIGHTS:
        return dialogue
    dialogue.takes(dialogue.one.agree())
    match step:
        case Step.WORKING:
            pass
        case Step.CARD:
            dialogue.hears("INSERT_CARD")
        case Step.POSITION:
            dialogue.hears("PAUSE", cause="BadCardPosition")
        case Step.CANCELLING:
            dialogue.takes(dialogue.one.stop())
        case Step.SWITCHING:
            dialogue.hears("ENTER_PIN", reader=reader())
            dialogue.takes(dialogue.one.only_transport_pin())
        case _:
            dialogue.hears(f"ENTER_{step.name}", reader=reader())
    return dialogue


WISHES = {
    "INSERT_CARD": Step.CARD,
    "ENTER_PIN": Step.PIN,
    "ENTER_CAN": Step.CAN,
    "ENTER_PUK": Step.PUK,
    "ENTER_NEW_PIN": Step.NEW_PIN,
    "PAUSE": Step.POSITION,
}


@pytest.mark.parametrize("step", sorted(OPEN))
def test_what_every_message_does_at_every_step(step: Step) -> None:
    """Its wishes lead to the step of their name where a card is in play, cross a cancellation, and are a
    misunderstanding before the citizen has agreed; news and late commands change nothing; failures end it."""
    for name, fields in DOCUMENTED.items():
        dialogue = _reached(step)
        assert dialogue.step is step
        early = step in (Step.STARTING, Step.RIGHTS)
        crossing = step in (Step.SWITCHING, Step.CANCELLING)
        if name in ("INTERNAL_ERROR", "INVALID") or (name == "UNKNOWN_COMMAND" and not crossing):
            expected = None
        elif name in WISHES:
            expected = None if early else step if crossing else WISHES[name]
        elif name == "ACCESS_RIGHTS":
            expected = Step.RIGHTS if early else step if crossing else None
        elif name == "AUTH":
            expected = None if early else Step.DONE
        elif name == "CHANGE_PIN":
            expected = Step.CANCELLED if step is Step.CANCELLING else Step.FAILED
        else:
            expected = step
        if expected is None:
            with pytest.raises(ProtocolBroken):
                dialogue.hears(name, **fields)
            assert dialogue.step is step
        else:
            dialogue.hears(name, **fields)
            assert dialogue.step is expected, name


@pytest.mark.parametrize("command", ["SET_PIN", "GET_CERTIFICATE", "ACCEPT", "CONTINUE"])
def test_a_command_that_crossed_a_message_is_passed_over(dialogue: Dialogue, command: str) -> None:
    dialogue.agrees()
    dialogue.hears("BAD_STATE", error=command)
    assert dialogue.step is Step.WORKING


def test_when_ausweisapp_goes_digits_go_too(dialogue: Dialogue) -> None:
    dialogue.agrees()
    dialogue.hears("ENTER_PIN", reader=reader())
    dialogue.one.press(1)
    dialogue.one.broken(EidFault.APP_FAILED)
    assert (dialogue.step, dialogue.fault, dialogue.one.view().digits) == (Step.FAILED, EidFault.APP_FAILED, 0)


def test_every_open_step_can_be_broken_and_stopped() -> None:
    for step in OPEN:
        assert next_step(step, Signal.BROKEN) in ENDS
        assert (step, Signal.STOPPED) in TRANSITIONS or step is Step.CANCELLING
    assert not [step for step, _ in TRANSITIONS if step in ENDS]
    with pytest.raises(WorkflowError, match="starting does not know entered"):
        next_step(Step.STARTING, Signal.ENTERED)


def test_digits_are_overwritten() -> None:
    digits = Digits()
    for digit in (1, 2, 3, 10, -1):
        digits.press(digit, 6)
    kept = digits._kept
    assert (len(digits), bytes(kept[:3]), repr(digits)) == (3, b"123", "Digits(…)")
    digits.erase()
    assert bytes(kept) == b"12" + bytes(8)
    digits.wipe()
    assert bytes(kept) == bytes(10)


def test_a_message_of_a_later_version_is_passed_over() -> None:
    assert messages.decode('{"msg":"SOMETHING_NEW","a":1}') is None
    assert messages.decode('{"msg":"INSERT_CARD","later":true}') == messages.InsertCard()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = sorted(messages._tags)
bounded = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@bounded
@given(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(["chat", "reader", "result", "error"]), JSON))
def test_only_typed_errors_come_of_any_message(name: str, fields: dict[str, Any]) -> None:
    one = Identification()
    one.begin("https://eid.example/token")
    try:
        message = messages.decode(json.dumps({**fields, "msg": name}))
        if message is not None:
            one.received(message)
    except ProtocolBroken:
        pass


@bounded
@given(st.binary(max_size=64))
def test_only_typed_errors_come_of_any_bytes(frame: bytes) -> None:
    with contextlib.suppress(ProtocolBroken):
        messages.decode(frame)


@bounded
@given(st.lists(st.sampled_from([*NAMES, "agree", "stop", "enter", "press", "transport"]), max_size=30))
def test_whatever_order_things_come_in_it_ends_or_waits(events: Iterable[str]) -> None:
    one = Identification()
    one.begin("https://eid.example/token")
    acts = {"agree": one.agree, "stop": one.stop, "enter": one.enter, "transport": one.only_transport_pin}
    for event in events:
        if event in acts:
            acts[event]()
        elif event == "press":
            one.press(1)
        elif (message := _simple(event)) is not None:
            try:
                one.received(message)
            except ProtocolBroken:
                one.broken(EidFault.APP_FAILED)
        assert one.step in Step
        assert one.over or one.view().stage is not EidStage.SENT


def _simple(name: str) -> Any:
    try:
        return messages.decode(json.dumps({"msg": name, "chat": RIGHTS, "description": {}, "VersionInfo": {}}))
    except ProtocolBroken:
        return None
