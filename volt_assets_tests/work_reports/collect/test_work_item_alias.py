from __future__ import annotations

import pytest

from volt_assets.settings import EnrichmentSettings, TypeSettings, load_settings
from volt_assets.work_reports.collect.description import parse_description
from volt_assets.work_reports.collect.work_item_alias import ResolvedType, TypeResolver

SHIPPED = load_settings({}).enrichment
ANY = TypeSettings(activity="default_enrich_entity")


def resolve_type(groups: tuple[str, ...], enrichment: EnrichmentSettings) -> ResolvedType:
    return TypeResolver(enrichment).of_groups(groups)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (("Scrum", "Release", "P"), ResolvedType("Scrum/Build", "[Scrum] [Release]", "P", "alias")),
        (("Scrum", "Sub-bug", ""), ResolvedType("Scrum/Sub-bug", "[Scrum] [Sub-bug]", None, "alias")),
        (("Scrum", "Test coverage", "P"), ResolvedType("Scrum/Test coverage", "[Scrum] [Test coverage]", "P", "alias")),
        (("Requests", "Request", "P"), ResolvedType("Product Management/Request", "[Requests] [Request]", "P", "alias")),
        (("Design", "Design feature", "P"), ResolvedType("Design/Design Feature", "[Design] [Design feature]", "P", "alias")),
        (("Design", "Work Version", "P"), ResolvedType("Design/Work Version", "[Design] [Work Version]", "P", "alias")),
        (("Design", "Work version", "P"), ResolvedType("Design/Old Work Version", "[Design] [Work version]", "P", "alias")),
        (("QA", "Test report", "P"), ResolvedType("QA/Test report", "[QA] [Test report]", "P", "alias")),
        (("To Do", "Home"), ResolvedType("To-dos/To-do", "[To Do]", "Home", "alias")),
        (("Scrum", "Task"), ResolvedType("Scrum/Task", "[Scrum] [Task]", None, "alias")),
        (("Product", "Feature", "P"), ResolvedType("Product/Feature", "[Product] [Feature]", "P", "as written")),
        (("Backend", "Bug", "Auth"), ResolvedType("Backend/Bug", "[Backend] [Bug]", "Auth", "as written")),
        (("To Do", "Home", "P"), ResolvedType("To Do/Home", "[To Do] [Home]", "P", "as written")),
        (("scrum", "TASK", "P"), ResolvedType("Scrum/Task", "[scrum] [TASK]", "P", "guess")),
        (("Scrum", "Sub task", "P"), ResolvedType("Scrum/Sub-task", "[Scrum] [Sub task]", "P", "guess")),
        (("scrum", "release", "P"), ResolvedType("Scrum/Build", "[scrum] [release]", "P", "guess")),
        (("to-do", "Home"), ResolvedType("To-dos/To-do", "[to-do]", "Home", "guess")),
        (("product", "feature", "P"), ResolvedType("Product/Feature", "[product] [feature]", "P", "guess")),
    ],
)
def test_shipped_configuration(groups: tuple[str, ...], expected: ResolvedType) -> None:
    assert resolve_type(groups, SHIPPED) == expected


def test_labels_that_fit_two_types_are_not_guessed() -> None:
    assert resolve_type(("design", "work version", "P"), SHIPPED) == ResolvedType(
        "design/work version", "[design] [work version]", "P", "as written"
    )


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (("To Do",), ResolvedType("To-dos/To-do", "[To Do]", None, "alias")),
        (("Hotfix",), ResolvedType("Scrum/Hotfix", "[Hotfix]", None, "guess")),
        (("release",), ResolvedType("Scrum/Build", "[release]", None, "guess")),
        (("Scrum", "", "P"), ResolvedType("Scrum/Scrum", "[Scrum]", "P", "as written")),
        (("Backend",), ResolvedType("Backend/Backend", "[Backend]", None, "as written")),
        (("Scrum/Task",), ResolvedType("Scrum/Task", "[Scrum/Task]", None, "as written")),
        # Two types are called Feature.
        (("Feature",), ResolvedType("Feature/Feature", "[Feature]", None, "as written")),
    ],
)
def test_a_single_label(groups: tuple[str, ...], expected: ResolvedType) -> None:
    assert resolve_type(groups, SHIPPED) == expected


def test_the_pair_of_two_groups_comes_before_the_first_group_alone() -> None:
    enrichment = EnrichmentSettings(aliases={"[A]": "Space/Single", "[A] [B]": "Space/Pair"})
    assert resolve_type(("A", "B"), enrichment).type == "Space/Pair"
    assert resolve_type(("A", "C"), enrichment) == ResolvedType("Space/Single", "[A]", "C", "alias")


def test_an_alias_comes_before_a_type_of_the_same_name() -> None:
    enrichment = EnrichmentSettings(aliases={"[Scrum] [Release]": "Scrum/Build"}, enrichment_activities={"Scrum/Release": ANY})
    assert resolve_type(("Scrum", "Release", "P"), enrichment).type == "Scrum/Build"
    assert resolve_type(("scrum", "release", "P"), enrichment) == ResolvedType("Scrum/Build", "[scrum] [release]", "P", "guess")


def test_the_default_entry_is_no_type() -> None:
    enrichment = EnrichmentSettings(enrichment_activities={"default": ANY})
    assert resolve_type(("default",), enrichment).resolution == "as written"


def test_a_bare_id_needs_a_default_database() -> None:
    bare = parse_description("Research #5678")
    assert TypeResolver(SHIPPED).of_description(bare) is None
    with_default = SHIPPED.model_copy(update={"default_database": "Scrum/Task"})
    assert TypeResolver(with_default).of_description(bare) == ResolvedType("Scrum/Task", "", None, "default database")
    assert TypeResolver(with_default).of_description(parse_description("Meeting")) is None
    assert TypeResolver(with_default).of_description(parse_description("Fix #1 [QA] [Test report]")) == ResolvedType(
        "QA/Test report", "[QA] [Test report]", None, "alias"
    )
