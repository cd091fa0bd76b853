from volt_assets.sandbox.model_lies import PLACEHOLDER, planted_lies

TRUE = "{i1} took {h4}."


def test_lies_keep_to_ids_that_exist_and_none_is_the_truth() -> None:
    lies = list(planted_lies(TRUE, ["h4", "h5", "i1", "i2"]))
    assert "{i1} took {h5}." in lies
    assert TRUE not in lies
    assert {name for lie in lies for name in PLACEHOLDER.findall(lie)} <= {"h4", "h5", "i1", "i2"}
    assert len(lies) == len(set(lies)) > 10


def test_a_sentence_without_a_subject_is_lied_about_too() -> None:
    assert any(lie.startswith("It was") for lie in planted_lies("It took {h4}.", ["h4"]))
