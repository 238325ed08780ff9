"""The device key: private, checked, and what it signs."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from booth import device_key
from booth.__main__ import main
from booth.device_key import DeviceKeyError


def public_key(x: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "=="))


def test_key_is_made_once_and_private(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "booth"
    assert main(["key", "--data", str(folder)]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main(["key", "--data", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert stat.S_IMODE((folder / "device.key").stat().st_mode) == 0o600
    assert first["x"] == device_key.load(folder).public


def test_a_key_that_others_can_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    device_key.make(tmp_path)
    (tmp_path / "device.key").chmod(0o640)
    with pytest.raises(DeviceKeyError, match="chmod 600"):
        device_key.load(tmp_path)
    line = ["--data", str(tmp_path), "--switchboard", "ws://localhost:1/ws", "--booth", "b", "--site", "x"]
    assert main([*line, "--console", "http://localhost:1"]) == 1
    assert "chmod 600" in capsys.readouterr().err


def test_missing_and_broken_keys_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeviceKeyError, match="python -m booth enrol"):
        device_key.load(tmp_path)
    file = tmp_path / "device.key"
    rsa = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content, said in ((b"garbage", "not a private key"), (rsa, "not an Ed25519 key")):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(DeviceKeyError, match=said):
            device_key.load(tmp_path)


def test_token_is_bound_to_the_challenge(tmp_path: Path) -> None:
    key = device_key.make(tmp_path)
    token = key.token("booth-1", "n" * 16, now=1000.5)
    assert jwt.get_unverified_header(token)["kid"] == "booth-1"
    claims = jwt.decode(
        token,
        public_key(key.public),
        algorithms=["EdDSA"],
        audience="fernamt-switchboard",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims == {
        "iss": "booth-1", "sub": "booth-1", "aud": "fernamt-switchboard", "nonce": "n" * 16, "iat": 1000, "exp": 1060,
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [["--switchboard", "http://x/ws"], ["--booth", "Not An Id"], ["--console", "ftp://x"], ["--size", "big"]]
)
def test_wrong_options_are_named(wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = [
        "--data",
        str(tmp_path),
        "--switchboard",
        "ws://x/ws",
        "--booth",
        "b",
        "--site",
        "s",
        "--console",
        "http://x",
    ]
    with pytest.raises(SystemExit) as ended:
        main([*right, *wrong])
    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err
