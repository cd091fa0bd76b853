from __future__ import annotations

from typing import Any

from volt_assets.work_reports.enrich.people_match import likely_emails, match_people
from volt_assets.work_reports.models import Person

JANE = Person(user_id=1, name="Jane", email="jane@example.com")
JOHN = Person(user_id=2, name="John", email="John@old.example.org")
NOBODY = Person(user_id=3, name="Nobody", email=None)
STRANGER = Person(user_id=4, name="Stranger", email="stranger@example.com")
USERS: list[dict[str, Any]] = [{"email": "JANE@Example.com"}, {"email": "john@example.com"}, {"email": None}, {}]
PEOPLE_MAP = {"john@old.example.org": "john@example.com", "jane@example.com": "john@example.com"}


def test_the_own_e_mail_wins_over_the_map_and_case_does_not_matter() -> None:
    match = match_people([JANE, JOHN, NOBODY, STRANGER], USERS, PEOPLE_MAP)
    assert match.user_ids == {"jane@example.com": (1,), "john@example.com": (2,)}
    assert match.spellings == ("JANE@Example.com", "john@example.com")
    assert match.unmatched == (NOBODY, STRANGER)


def test_two_toggl_accounts_of_one_person_share_the_fibery_user() -> None:
    second = JOHN.model_copy(update={"user_id": 5, "email": "john@example.com"})
    assert match_people([JOHN, second], USERS, PEOPLE_MAP).user_ids == {"john@example.com": (2, 5)}


def test_asked_for_are_both_spellings_and_the_mapped_e_mail() -> None:
    assert likely_emails([JOHN, NOBODY], PEOPLE_MAP) == ("John@old.example.org", "john@old.example.org", "john@example.com")
