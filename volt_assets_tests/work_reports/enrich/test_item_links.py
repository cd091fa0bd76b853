from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.enrich.item_links import item_url


def test_spaces_become_underscores_and_the_slug_is_only_for_reading() -> None:
    url = item_url("https://acme.fibery.io/", "Product Management/Request", "12", "Export to CSV & Excel?")
    assert url == "https://acme.fibery.io/Product_Management/Request/Export-to-CSV-Excel-12"


def test_a_name_without_latin_letters_leaves_the_number() -> None:
    assert item_url("https://acme.fibery.io", "Scrum/Task", "7", "Нет полей") == "https://acme.fibery.io/Scrum/Task/7"


@given(type_name=st.text(max_size=40), public_id=st.text(max_size=20), name=st.text(max_size=200))
def test_text_from_outside_never_leaves_its_place_in_the_link(type_name: str, public_id: str, name: str) -> None:
    url = item_url("https://acme.fibery.io", type_name, public_id, name)
    assert re.fullmatch(r"https://acme\.fibery\.io(/[A-Za-z0-9_.~%-]*){1,3}", url)
