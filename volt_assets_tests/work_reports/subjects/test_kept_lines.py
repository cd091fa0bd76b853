import json

from volt_assets.work_reports.subjects.kept_lines import lines_without
from volt_assets.work_reports.subjects.subject import Subject

ANA = Subject(emails=frozenset({"ana@example.com"}), user_ids=frozenset({42}), names=frozenset({"Ana Ito"}))


def test_what_was_spent_stays_and_other_lines_stay_byte_by_byte() -> None:
    others = b'{"call":"a-1","subject":"user 421","input_tokens":3}\n{"half": \n'
    theirs = b'{"call": "a-2", "subject": "user 42", "input_tokens": 5, "cost_usd": 0.1, "note": "for Ana Ito"}\n'
    kept = lines_without(ANA, others + theirs + b'{"message": "ana@example.com"}\n{"subject": "Ana I')
    assert kept.startswith(others)
    assert [json.loads(line) for line in kept[len(others) :].splitlines()[:1]] == [
        {"call": "a-2", "input_tokens": 5, "cost_usd": 0.1, "subject": "forgotten"}
    ]
    assert b"ana@" not in kept
