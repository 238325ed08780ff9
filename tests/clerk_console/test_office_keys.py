import stat
from pathlib import Path
from secrets import token_bytes

import pytest

from clerk_console.errors import ConsoleError, ErrorId, SetupError
from clerk_console.keys import CASE_KEY, TOKEN_KEY, load_token_key, load_vault


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    token, vault = load_token_key(tmp_path), load_vault(tmp_path, token_bytes)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (TOKEN_KEY, CASE_KEY)} == {0o600}
    assert load_token_key(tmp_path).private_bytes_raw() == token.private_bytes_raw()
    assert load_vault(tmp_path, token_bytes).unlock(vault.lock(b"said", "case:1"), "case:1") == b"said"


@pytest.mark.parametrize("name", [TOKEN_KEY, CASE_KEY])
def test_a_key_others_can_read_is_refused_with_the_remedy(tmp_path: Path, name: str) -> None:
    load_token_key(tmp_path), load_vault(tmp_path, token_bytes)
    (tmp_path / name).chmod(0o640)
    with pytest.raises(SetupError, match=f"chmod 600 .*{name}"):
        load_token_key(tmp_path), load_vault(tmp_path, token_bytes)


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    for name in (TOKEN_KEY, CASE_KEY):
        (tmp_path / name).write_bytes(b"not a key")
        (tmp_path / name).chmod(0o600)
    with pytest.raises(SetupError, match="not an Ed25519"):
        load_token_key(tmp_path)
    with pytest.raises(SetupError, match="9 bytes instead of 32"):
        load_vault(tmp_path, token_bytes)


def test_the_vault_refuses_changed_swapped_and_cut_records(tmp_path: Path) -> None:
    vault = load_vault(tmp_path, token_bytes)
    sealed = vault.lock(b"Erika Mustermann", "case:1")
    assert b"Erika" not in sealed
    flipped = bytes([*sealed[:-1], sealed[-1] ^ 1])
    for record, about in ((flipped, "case:1"), (sealed, "case:2"), (sealed[:11], "case:1"), (b"", "case:1")):
        with pytest.raises(ConsoleError) as refused:
            vault.unlock(record, about)
        assert refused.value.error is ErrorId.RECORD_DAMAGED
        assert "Erika" not in refused.value.text
