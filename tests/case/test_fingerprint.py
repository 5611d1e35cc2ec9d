from datetime import date
from functools import cache

import pytest

from crossroads.case.distributions import Categorical, Uniform
from crossroads.case.files import load
from crossroads.case.fingerprint import case_hash, simulation_hash
from crossroads.case.records import Anchor, Case, Correlation, Payoff, Scale


@cache
def toy() -> Case:
    return load("toy")


def change(section: str, place: int, **values: object) -> Case:
    case = toy()
    records = list(getattr(case, section))
    records[place] = records[place].model_copy(update=values)
    return case.model_copy(update={section: tuple(records)})


def join(rank: float = 0.4, meaning: str = "M.", between: tuple[str, ...] = ("flood_rate", "growth")) -> Case:
    together = Correlation(id="wet", between=between, rank=rank, meaning=meaning)
    return toy().model_copy(update={"correlations": (together,)})


CHANGES_RUNS = {
    "correlation": join(),
    "distribution": change("uncertainties", 0, distribution=Uniform(low=0, high=1)),
    "order of a choice": change(
        "uncertainties", 3, distribution=Categorical(shares={"sand": 0.4, "clay": 0.6})
    ),
    "belief": change("views", 1, beliefs={}),
    "fact": change("facts", 0, value=801),
    "lever": change("levers", 1, baseline=0.1),
    "step": change("options", 1, steps=()),
    "gate": change("options", 1, steps=(toy().options[1].steps[0].model_copy(update={"when": "wet"}),)),
    "mix without a move": change("mixes", 1, shares={"council": {"supports": 1}, "builder": {"on_time": 1}}),
    "horizon": change("horizons", 0, weeks=25),
    "reading": change("outcomes", 0, reading="total"),
    "turn": change("actors", 0, order=3),
    "discount rate": toy().model_copy(update={"discount_rate": 0.03}),
    "years": toy().model_copy(update={"years": 6}),
    "id": toy().model_copy(update={"id": "town"}),
    "baseline option": toy().model_copy(update={"baseline": "raise"}),
    "start": toy().model_copy(update={"start": date(2026, 1, 2)}),
    "start of the history": toy().model_copy(update={"history_start": date(2023, 1, 1)}),
    "signal": change("actors", 0, moves=toy().actors[0].moves[:1]),
    "structural choice": change("uncertainties", 3, structural=False),
    "name of a horizon": change("horizons", 0, id="soon"),
}
CHANGES_WORDS = {
    "title": toy().model_copy(update={"title": "Another"}),
    "statement": change("evidence", 0, statement="Otherwise said."),
    "shares of a mix": change(
        "mixes", 0, shares={"council": {"supports": 0.9, "opposes": 0.1}, "builder": {"on_time": 1}}
    ),
    "weights": change("stakeholders", 0, weights={"safety": 1}),
    "concern": change("concerns", 0, outcomes={"harmed": 1}),
    "null": change("uncertainties", 2, null=0.01),
    "name of an option": change("options", 0, name="Wait"),
    "claim": change("claims", 0, parts=()),
    "probe": change("probes", 0, steps=()),
    "no probes": toy().model_copy(update={"probes": ()}),
    "scale": change("outcomes", 0, scales={"year_1": Scale(worst=10, best=-10)}),
    "payoff": change("actors", 0, payoff=Payoff(unit="U.", horizon="year_1", precision=1, because="B.")),
    "what an actor knows": change("actors", 0, known=("growth",)),
    "base rate": change("mixes", 0, anchors={"council": Anchor(moves=("supports",), share=0.5, because="B.")}),
}


def test_hashes_are_the_same_in_every_reading():
    one, two = load("toy"), load("toy")
    assert case_hash(one) == case_hash(two)
    assert simulation_hash(one) == simulation_hash(two)
    assert len(case_hash(one)) == len(simulation_hash(one)) == 64
    assert case_hash(one) != simulation_hash(one)


@pytest.mark.parametrize("changed", CHANGES_RUNS.values(), ids=CHANGES_RUNS.keys())
def test_what_changes_runs_changes_both_hashes(changed):
    assert simulation_hash(changed) != simulation_hash(toy())
    assert case_hash(changed) != case_hash(toy())


@pytest.mark.parametrize("changed", CHANGES_WORDS.values(), ids=CHANGES_WORDS.keys())
def test_what_only_tells_or_values_keeps_the_runs(changed):
    assert simulation_hash(changed) == simulation_hash(toy())
    assert case_hash(changed) != case_hash(toy())


def test_who_moves_together_and_how_much_changes_runs_but_not_why():
    assert simulation_hash(join(0.5)) != simulation_hash(join())
    assert simulation_hash(join(between=("flood_rate", "overrun"))) != simulation_hash(join())
    assert simulation_hash(join(between=("growth", "flood_rate"))) == simulation_hash(join())
    assert simulation_hash(join(meaning="Rain.")) == simulation_hash(join())


def turn(section):
    """The toy with one of its sections in another order."""
    return toy().model_copy(update={section: getattr(toy(), section)[::-1]})


@pytest.mark.parametrize("section", ["options", "uncertainties", "outcomes", "horizons", "actors", "views", "levers"])
def test_the_order_in_which_runs_are_stored_counts(section):
    assert simulation_hash(turn(section)) != simulation_hash(toy())


@pytest.mark.parametrize(
    "section", ["stakeholders", "concerns", "evidence", "claims", "probes", "references", "history"]
)
def test_the_order_of_what_is_told_changes_the_content_alone(section):
    assert len(getattr(toy(), section)) > 1
    assert simulation_hash(turn(section)) == simulation_hash(toy())
    assert case_hash(turn(section)) != case_hash(toy())


def test_the_order_of_the_mixes_says_nothing_to_the_runs():
    assert simulation_hash(turn("mixes")) == simulation_hash(toy())


def test_the_order_of_fields_in_a_mapping_says_nothing_to_the_runs():
    moves = toy().actors[0].moves
    for sets in ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}):
        moved = change("actors", 0, moves=(moves[0].model_copy(update={"sets": sets}), *moves[1:]))
        assert simulation_hash(moved) == simulation_hash(
            change("actors", 0, moves=(moves[0].model_copy(update={"sets": {"a": 1.0, "b": 2.0}}), *moves[1:]))
        )
        assert simulation_hash(moved) != simulation_hash(toy())


def test_a_setting_is_what_it_gives_and_not_what_it_is_called():
    settings = toy().levers[0].settings
    name, setting = list(settings.items())[-1]

    def with_setting(**changes):
        return change("levers", 0, settings={**settings, name: setting.model_copy(update=changes)})

    assert simulation_hash(with_setting(name="Higher", meaning="Words.")) == simulation_hash(toy())
    assert simulation_hash(with_setting(gives={"levee_height": 0.9, "works": 1.0})) != simulation_hash(toy())


def test_an_option_without_a_mix_can_be_told_from_one_with_a_mix():
    assert simulation_hash(change("options", 0, mix="nobody")) != simulation_hash(toy())


def test_the_name_of_a_mix_is_only_a_name():
    renamed = change("mixes", 0, id="still")
    options = tuple(
        option.model_copy(update={"mix": "still"}) if option.mix == toy().mixes[0].id else option
        for option in renamed.options
    )
    assert simulation_hash(renamed.model_copy(update={"options": options})) == simulation_hash(toy())


def test_a_case_written_as_json_and_read_again_keeps_its_hash():
    case = toy()
    again = Case.model_validate_json(case.model_dump_json())
    assert again == case
    assert case_hash(again) == case_hash(case)
    assert simulation_hash(again) == simulation_hash(case)
