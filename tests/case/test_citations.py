import pytest

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
