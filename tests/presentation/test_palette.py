from colorsys import rgb_to_hls

import pytest

from crossroads.case.files import load
from crossroads.presentation.palette import BASELINE, colours


def make_options(names, *tags):
    """The case with one option for each group of tags, after its baseline."""
    first, option = names.case.options[:2]
    more = (option.model_copy(update={"id": f"o{i}", "tags": tuple(tag)}) for i, tag in enumerate(tags))
    return names.case.model_copy(update={"options": (first, *more)})


def hue(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return rgb_to_hls(red, green, blue)[0]


def test_an_option_keeps_its_colour_when_others_are_added_after_it(names):
    tags = [("force",), ("consent",), ("force",), ("civilian",), ("consent",)]
    whole = colours(make_options(names, *tags))
    for count in range(1, len(tags)):
        part = colours(make_options(names, *tags[:count]))
        assert part == {name: whole[name] for name in part}


def test_only_the_first_tag_of_an_option_counts(names):
    plain = colours(make_options(names, ("force",), ("consent",)))
    assert colours(make_options(names, ("force", "fast"), ("consent", "slow", "force"))) == plain


def test_options_of_one_family_look_more_alike_than_those_of_two(names):
    found = colours(make_options(names, ("force",), ("consent",), ("force",), ("consent",)))
    hues = [hue(found[f"o{i}"]) for i in range(4)]
    within = max(abs(hues[0] - hues[2]), abs(hues[1] - hues[3]))
    between = min(abs(hues[i] - hues[j]) for i in (0, 2) for j in (1, 3))
    assert within < between


def test_options_without_a_tag_are_a_family_of_their_own(names):
    found = colours(make_options(names, (), ("force",), ()))
    assert len(set(found.values())) == 4
    assert found["o0"] == colours(make_options(names, ("force",)))["o0"]


def test_the_baseline_is_grey_wherever_it_stands_and_takes_no_colour_from_its_family(names):
    case = make_options(names, ("works",), ("works",))
    last = case.model_copy(update={"options": (*case.options[1:], case.options[0])})
    tagged = case.model_copy(
        update={"options": (case.options[0].model_copy(update={"tags": ("works",)}), *case.options[1:])}
    )
    assert colours(last) == colours(tagged) == colours(case)
    assert colours(last)[case.baseline] == BASELINE


@pytest.mark.parametrize("name", ["toy", "mexico"])
def test_no_two_options_of_a_shipped_case_share_a_colour(name):
    case = load(name)
    found = colours(case)
    assert list(found) == [one.id for one in case.options]
    assert len(set(found.values())) == len(found)


def test_a_large_family_runs_out_of_no_colour(names):
    found = colours(make_options(names, *[("force",)] * 30))
    assert len(set(found.values())) == 31


def lightness(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_stands_out_on_white(names):
    tags = [(family,) for family in "abcde" for _ in range(12)]
    for colour in colours(make_options(names, *tags)).values():
        assert 1.05 / (lightness(colour) + 0.05) >= 3
