"""The traps are where the truth expects them, and nothing else of the company changes for them."""

from datetime import date

from volt_assets.sandbox.planted_traps import ENTRIES, ITEMS, PEOPLE, TYPE
from volt_assets.sandbox.world import World, WorldOptions, build_world

PLAIN, TRAPS = WorldOptions(people=3, weeks=1), WorldOptions(people=3, weeks=1, traps=True)


def seconds_by_text(world: World, first: int) -> dict[str, list[int]]:
    columns, found = world.entries.columns, dict[str, list[int]]()
    for person, text, seconds in zip(columns["person"], columns["text"], columns["seconds"], strict=True):
        if person >= first:
            found.setdefault(world.entries.descriptions[text], []).append(seconds)
    return found


def test_four_people_have_the_planted_entries_and_nothing_else() -> None:
    world = build_world(TRAPS)
    assert [person.name for person in world.people[3:]] == [name for name, _ in PEOPLE]
    planted = sorted(entry.seconds for entry in ENTRIES)
    assert sorted(seconds for each in seconds_by_text(world, 3).values() for seconds in each) == planted
    assert {0, 179, 181, 900, 3_599} <= set(planted)


def test_every_trap_is_an_item_with_its_texts() -> None:
    world = build_world(TRAPS)
    for item in ITEMS:
        row = world.fibery.find(TYPE, item.public_id)
        assert row is not None
        assert len(row.get("comments/comments", ())) == bool(item.comment)
        assert not item.description or item.description in world.fibery.documents.values()


def test_the_others_do_what_they_do_without_traps() -> None:
    plain, trapped = build_world(PLAIN), build_world(TRAPS)
    assert trapped.people[:3] == plain.people
    columns = trapped.entries.columns
    assert sum(1 for person in columns["person"] if person < 3) == len(plain.entries)


def test_a_night_goes_across_the_change_of_clocks_in_both_directions() -> None:
    for monday in (date(2025, 10, 20), date(2026, 3, 23)):
        world = build_world(WorldOptions(people=3, weeks=1, traps=True, first_monday=monday))
        assert [text for text in seconds_by_text(world, 3) if "#9312" in text], monday
    assert not [text for text in seconds_by_text(build_world(TRAPS), 3) if "#9312" in text]
