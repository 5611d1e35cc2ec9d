from __future__ import annotations

import pytest
from fake_town import CHUNK, PAIRS, futures, town, weigh

from crossroads.simulation.progress import Silent, Together
from crossroads.simulation.wrapped import wrap_batch

COUNT = 32


class Hearing:
    """Writes down all it hears; may lose patience after some chunks."""

    def __init__(self, patience: int = 99) -> None:
        self.heard: list[tuple[object, ...]] = []
        self.patience = patience

    def begin(self, total_runs: int, already_done: int) -> None:
        self.heard.append(("begin", total_runs, already_done))

    def advance(self, runs: int, failures: int) -> None:
        self.heard.append(("advance", runs, failures))
        self.patience -= 1
        if self.patience == 0:
            raise KeyboardInterrupt

    def end(self) -> None:
        self.heard.append(("end",))


def test_each_chunk_is_told_with_its_failed_runs(tmp_path):
    lost = futures(COUNT).column("flood_rate")[CHUNK + 3]

    def fragile(given, weeks):
        told = town(given, weeks)
        told["harmed"][given["flood_rate"] == lost] = float("nan")
        return told

    hearing = Hearing()
    weigh(tmp_path, COUNT, wrap_batch(fragile), progress=hearing)
    assert hearing.heard == [
        ("begin", COUNT * PAIRS, 0),
        ("advance", CHUNK * PAIRS, 0),
        ("advance", CHUNK * PAIRS, PAIRS),
        ("end",),
    ]


def test_who_listens_hears_the_end_even_when_the_driver_is_stopped(tmp_path):
    impatient = Hearing(patience=1)
    with pytest.raises(KeyboardInterrupt):
        weigh(tmp_path, COUNT, progress=impatient)
    assert [what for what, *_ in impatient.heard] == ["begin", "advance", "end"]
    again = Hearing()
    assert weigh(tmp_path, COUNT, progress=again).complete
    assert again.heard[0] == ("begin", COUNT * PAIRS, CHUNK * PAIRS)
    assert len(again.heard) == 3


def test_where_nothing_is_left_to_run_nothing_is_told(tmp_path):
    weigh(tmp_path, COUNT)
    hearing = Hearing()
    weigh(tmp_path, COUNT, progress=hearing)
    assert hearing.heard == []


def test_nobody_need_listen(capsys):
    silent = Silent()
    assert silent.begin(10, 0) is silent.advance(10, 0) is silent.end() is None
    assert capsys.readouterr() == ("", "")


def test_several_simulations_are_told_as_one():
    hearing = Hearing()
    whole = Together(hearing, 100)
    whole.begin(60, 10)
    whole.advance(50, 1)
    whole.end()
    whole.begin(40, 40)
    whole.end()
    whole.close()
    assert hearing.heard == [("begin", 100, 10), ("advance", 50, 1), ("advance", 40, 0), ("end",)]


def test_where_nothing_begins_nothing_ends():
    hearing = Hearing()
    Together(hearing, 0).close()
    assert hearing.heard == []
