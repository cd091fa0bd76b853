from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.errors import StoredDataError
from volt_assets.work_reports.subjects.suppression import read_suppression, write_suppression

TODAY = date(2025, 10, 20)


@given(st.integers(1, 2**53), st.emails(), st.text(min_size=1).filter(lambda text: text.strip()))
def test_who_is_on_the_list_is_known_by_id_e_mail_and_name_and_written_nowhere(user_id: int, email: str, name: str) -> None:
    empty = read_suppression(Path("/nonexistent/suppressed.json"))
    listed = empty.with_subject(user_ids=[user_id], emails=[email], names=[name], since=TODAY)
    assert listed.hides_user(user_id)
    assert listed.hides_user(None, f" {email.upper()} ") or email.upper().casefold() != email.casefold()
    assert listed.hides_name(f"  {name} ")
    assert not listed.hides_user(user_id + 1, f"x{email}")
    assert not empty.hides_user(user_id, email)
    assert email not in listed.model_dump_json()
    assert not listed.without_email(email).subjects


def test_the_list_survives_being_stored_and_grows_by_people_not_by_calls(tmp_path: Path) -> None:
    path = tmp_path / "suppressed.json"
    first = read_suppression(path).with_subject(user_ids=[1], emails=["a@example.com"], names=["Ann"], since=TODAY)
    write_suppression(path, first)
    again = read_suppression(path).with_subject(user_ids=[1, 2], emails=["a@example.com"], names=["Ann"], since=TODAY)
    write_suppression(path, again.with_subject(user_ids=[9], emails=["z@example.com"], names=["Zoe"], since=TODAY))
    stored = read_suppression(path)
    assert len(stored.subjects) == 2
    assert all(stored.hides_user(user_id) for user_id in (1, 2, 9))
    assert not stored.hides_user(3)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"salt": "no hex", "subjects": []}', b"[1]"])
def test_a_list_that_cannot_be_read_is_an_error_and_never_an_empty_list(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "suppressed.json"
    path.write_bytes(content)
    with pytest.raises(StoredDataError, match=r"suppressed\.json: the list of forgotten people"):
        read_suppression(path)
