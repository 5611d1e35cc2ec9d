import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.case.citations import cite, read_reference


def test_an_article_is_cited_in_one_line():
    item = {
        "id": "a",
        "type": "article-journal",
        "title": "Why do towns flood?",
        "author": [{"family": "Brook", "given": "Ada M."}, {"family": "Weir", "given": "Tom"}],
        "issued": {"date-parts": [[2021, 3]]},
        "container-title": "Rivers",
        "volume": "4",
        "issue": "2",
        "page": "10-20",
        "DOI": "10.1000/x",
    }
    assert (
        cite(item)
        == "Brook A. M. and Weir T. (2021). Why do towns flood? Rivers, 4(2), 10–20. doi:10.1000/x."
    )
    assert read_reference(item)["doi"] == "10.1000/x"
    assert read_reference(item)["year"] == 2021


def test_many_authors_are_shortened():
    people = [{"family": f"Name{i}"} for i in range(7)]
    assert cite({"title": "T", "author": people}).startswith("Name0, Name1, Name2 et al. (no date). T.")


def test_a_work_without_authors_begins_with_its_title():
    assert cite({"title": "Levels", "issued": {"date-parts": [["2020"]]}, "URL": "https://x.org/a"}) == (
        "Levels. https://x.org/a. (2020)."
    )


@pytest.mark.parametrize(
    "issued", [None, "2020", {}, {"date-parts": []}, {"date-parts": [[]]}, {"literal": "n.d."}]
)
def test_a_date_that_is_not_there_is_said_so(issued):
    assert read_reference({"title": "T", "issued": issued})["year"] is None
    assert "(no date)" in cite({"title": "T", "issued": issued})


def person(place):
    return {"family": f"Name{place}", "given": "Ada"}


@pytest.mark.parametrize(
    ("count", "authors"),
    [
        (1, "Name0 A."),
        (2, "Name0 A. and Name1 A."),
        (3, "Name0 A., Name1 A. and Name2 A."),
        (6, "Name0 A., Name1 A., Name2 A., Name3 A., Name4 A. and Name5 A."),
        (7, "Name0 A., Name1 A., Name2 A. et al."),
    ],
)
def test_up_to_six_authors_are_named(count, authors):
    item = {"title": "T", "author": [person(place) for place in range(count)]}
    assert cite(item) == f"{authors} (no date). T."


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ({"literal": "Office of Rivers", "family": "ignored"}, "Office of Rivers"),
        ({"family": "Weir"}, "Weir"),
        ({"given": "Tom"}, "T."),
        ({"family": "Weir", "given": "T.M."}, "Weir T. M."),
        ({"family": "Weir", "given": "Ángel  luis"}, "Weir Á. l."),
    ],
)
def test_a_name_is_a_family_with_initials_or_an_office(who, shown):
    assert cite({"title": "T", "author": [who]}) == f"{shown} (no date). T."


def test_editors_stand_in_for_authors_who_are_not_named():
    assert cite({"title": "T", "author": [], "editor": [person(1)]}).startswith("Name1 A. ")
    assert cite({"title": "T", "author": [person(0)], "editor": [person(1)]}).startswith("Name0 A. (")


def test_a_publisher_is_not_named_twice():
    office = {"title": "Levels", "author": [{"literal": "Office"}], "publisher": "Office"}
    assert cite(office) == "Office (no date). Levels."
    assert cite({**office, "publisher": "Press"}) == "Office (no date). Levels. Press."


def test_a_work_is_found_by_its_doi_or_else_by_its_address():
    item = {"title": "T", "URL": "https://x.org/a", "author": [person(0)]}
    assert cite(item).endswith("T. https://x.org/a.")
    assert cite({**item, "DOI": "10.1/y"}).endswith("T. doi:10.1/y.")
    assert read_reference({**item, "DOI": "10.1/y"})["url"] == "https://x.org/a"


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ({"container-title": "Rivers"}, "Rivers."),
        ({"container-title": "Rivers", "volume": 4}, "Rivers, 4."),
        ({"container-title": "Rivers", "issue": "2"}, "Rivers, (2)."),
        ({"container-title": "Rivers", "page": "e17"}, "Rivers, e17."),
        ({"volume": "4", "page": "1-2"}, "4, 1–2."),
    ],
)
def test_a_part_of_a_journal_that_is_not_known_is_left_out(where, shown):
    assert cite({"title": "T", "author": [person(0)], **where}) == f"Name0 A. (no date). T. {shown}"


@pytest.mark.parametrize(
    ("issued", "year"),
    [
        ({"date-parts": [[2021, 3, 4]]}, 2021),
        ({"date-parts": [["2021"]]}, 2021),
        ({"date-parts": [[2019], [2021]]}, 2019),
        ({"literal": "2020, in print"}, 2020),
        ({"date-parts": [[None]]}, None),
    ],
)
def test_the_first_year_is_read_however_the_date_is_written(issued, year):
    assert read_reference({"title": "T", "issued": issued})["year"] == year


def test_fields_that_a_work_lacks_are_left_for_the_rules_to_miss():
    assert set(read_reference({})) == {"citation", "doi", "url", "year"}
    told = read_reference({"id": "a", "type": "book", "note": "kept in the file"})
    assert set(told) == {"id", "type", "citation", "doi", "url", "year"}
    assert (told["id"], told["type"], told["doi"], told["url"]) == ("a", "book", "", "")


KEYS = ("title", "publisher", "container-title", "page", "URL")


@given(st.dictionaries(st.sampled_from(KEYS), st.text("ab .?!", max_size=6)))
@settings(max_examples=60, deadline=None)
def test_a_citation_is_one_line_that_ends_with_a_full_stop(parts):
    line = cite({**parts, "author": [person(0)]})
    assert "\n" not in line
    assert line.startswith("Name0 A. (no date).")
    assert line.endswith((".", "?", "!"))
