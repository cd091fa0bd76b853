from uuid import NAMESPACE_URL, uuid5

from volt_assets.sandbox.schema import FieldSpec, TypeSpec, stable_id


def test_ids_are_uuids_of_the_fifth_version() -> None:
    assert stable_id("Scrum/Task", 12, "été") == str(uuid5(NAMESPACE_URL, "Scrum/Task/12/été"))


def test_of_two_fields_with_one_display_name_the_first_is_found() -> None:
    fields = [FieldSpec("user/name", "fibery/text"), FieldSpec("enum/name", "fibery/text"), FieldSpec("bare", "fibery/int")]
    spec = TypeSpec("Scrum/Task", {field.name: field for field in fields})
    assert spec.field_named("name") == fields[0]
    assert spec.field_named("Name") is None
