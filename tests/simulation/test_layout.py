from __future__ import annotations

import numpy as np
import pytest

from crossroads.case.files import load
from crossroads.errors import CaseError
from crossroads.simulation.layout import build_inputs, column_at, count_history_weeks


@pytest.fixture(scope="module")
def case():
    return load("toy")


def test_profiles_stand_in_order_of_play_with_the_last_actor_fastest(case):
    inputs = build_inputs(case)
    first, second = sorted(case.actors, key=lambda actor: actor.order)
    expected = [f"{a.id}+{b.id}" for a in first.moves for b in second.moves]
    assert list(inputs.reactions) == expected
    for profile, row in zip(inputs.reactions, inputs.signals_of, strict=True):
        moves = {move.id: move for actor in case.actors for move in actor.moves}
        told = {name: value for move in profile.split("+") for name, value in moves[move].sets.items()}
        assert dict(zip(inputs.signals, row, strict=True)) == {
            name: told.get(name, 0.0) for name in inputs.signals
        }


def test_shares_of_a_profile_are_products_and_sum_to_one(case):
    inputs = build_inputs(case)
    assert np.allclose(inputs.mix.sum(axis=1), 1)
    assert not inputs.mix[~inputs.applicable].any()
    mixes = {mix.id: mix for mix in case.mixes}
    for option, row in zip(case.options, inputs.mix, strict=True):
        shares = {move: share for moves in mixes[option.mix].shares.values() for move, share in moves.items()}
        expected = [
            np.prod([shares.get(move, 0) for move in profile.split("+")]) for profile in inputs.reactions
        ]
        assert np.allclose(row, expected)


def test_a_profile_is_applicable_when_every_move_is_in_the_mix(case):
    mix = case.mixes[0]
    left_out = sorted(next(iter(mix.shares.values())))[0]
    actor = next(iter(mix.shares))
    thin = mix.model_copy(
        update={
            "shares": {**mix.shares, actor: {m: s for m, s in mix.shares[actor].items() if m != left_out}}
        }
    )
    inputs = build_inputs(case.model_copy(update={"mixes": (thin, *case.mixes[1:])}))
    for option, row in zip(case.options, inputs.applicable, strict=True):
        for profile, fits in zip(inputs.reactions, row, strict=True):
            if option.mix == mix.id:
                assert fits == all(
                    any(move in moves for moves in thin.shares.values()) for move in profile.split("+")
                )


def test_steps_are_told_in_weeks_and_fall_back_at_their_end(case):
    inputs = build_inputs(case)
    option, column = inputs.options.index("move_out"), inputs.columns.index("warning")
    assert inputs.schedules[option, column].tolist() == [0.2, 0.8, 26, 52, 208]
    at = {week: column_at(inputs.schedules[option], week)[column] for week in (0, 25, 26, 51, 77, 207, 208)}
    assert at[0] == at[25] == 0.2
    assert at[26] == pytest.approx(0.2 + 0.6 / 52)
    assert at[51] == pytest.approx(0.2 + 0.6 * 26 / 52)
    assert at[77] == pytest.approx(0.8)
    assert at[207] == 0.8
    assert at[208] == 0.2


def test_a_step_without_a_ramp_is_full_in_its_first_week(case):
    inputs = build_inputs(case)
    option, column = inputs.options.index("raise"), inputs.columns.index("levee_height")
    assert column_at(inputs.schedules[option], 0)[column] == 0.8


def test_the_gate_of_a_step_opens_every_column_of_its_levers(case):
    assert build_inputs(case).gates == {}
    option = case.options[2]
    moving, warning = option.steps
    told = gated(case, moving, warning.model_copy(update={"when": "wet"}))
    assert told.gates == {("move_out", "warning"): "wet"}
    both = warning.model_copy(update={"when": "wet", "set": {**warning.set, "levee": "raised"}})
    assert set(gated(case, both).gates) == {("move_out", column) for column in ("warning", *case.levers[0].columns)}
    assert gated(case, moving, both).schedules.tolist() == gated(case, moving, ungated(both)).schedules.tolist()


def ungated(step):
    return step.model_copy(update={"when": None})


def gated(case, *steps):
    options = (*case.options[:2], case.options[2].model_copy(update={"steps": steps}), *case.options[3:])
    return build_inputs(case.model_copy(update={"options": options}))


def test_a_share_of_a_column_is_that_share_of_its_change(case):
    schedule = build_inputs(case).schedules[2]
    closed, half, usual = (column_at(schedule, 60, opened) for opened in (0.0, 0.5, 1.0))
    assert np.array_equal(usual, column_at(schedule, 60))
    assert np.array_equal(closed, schedule[:, 0])
    assert half == pytest.approx((closed + usual) / 2)
    assert not np.array_equal(closed, usual)


def test_the_baseline_of_a_column_can_be_read_as_a_fact(case):
    assert build_inputs(case).facts["warning_baseline"] == 0.2


def test_the_history_is_counted_in_weeks_of_a_year_of_52(case):
    assert count_history_weeks(case) == 104
    assert count_history_weeks(case.model_copy(update={"history_start": case.start})) == 0


def test_a_lever_that_two_steps_set_is_refused(case):
    option = case.options[2]
    doubled = option.model_copy(update={"steps": (*option.steps, option.steps[0])})
    with pytest.raises(CaseError, match=r"lever moving is set by two steps"):
        build_inputs(case.model_copy(update={"options": (*case.options[:2], doubled)}))


def test_a_column_of_two_levers_and_a_signal_of_two_actors_are_refused(case):
    lever, actor = case.levers[0], case.actors[0]
    broken = case.model_copy(
        update={
            "levers": (*case.levers, lever.model_copy(update={"id": "second_levee"})),
            "actors": (*case.actors, actor.model_copy(update={"id": "second_actor", "order": 9})),
        }
    )
    with pytest.raises(CaseError) as caught:
        build_inputs(broken)
    told = str(caught.value)
    assert "is already set by lever levee" in told
    assert f"is already set by actor {actor.id}" in told
    assert "actor second_actor has no shares" in told
