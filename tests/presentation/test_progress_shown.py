import io
import signal
import threading

import pytest
from rich.console import Console

from crossroads.presentation.progress import EVERY, Bar, Brake, Count, Lines


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Heard:
    """A progress that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple] = []

    def begin(self, total_runs, already_done):
        self.told.append(("begin", total_runs, already_done))

    def advance(self, runs, failures):
        self.told.append(("advance", runs, failures))

    def end(self):
        self.told.append(("end",))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def count(clock) -> Count:
    count = Count(clock=clock)
    count.begin(10_000, 0)
    return count


@pytest.fixture
def handler():
    before = signal.getsignal(signal.SIGINT)
    yield before
    assert signal.getsignal(signal.SIGINT) is before


def test_before_the_first_chunk_nothing_is_promised(clock, count):
    assert count.say() == "starting"
    clock.now = 3.0
    assert count.say() == "starting"


def test_rate_failures_and_time_left_stand_in_one_line(clock, count):
    clock.now = 20.0
    count.add(2_500, 3)
    assert count.say() == "125 runs a second, 3 failed runs, 1 min 00 s left"


def test_one_failure_is_singular_and_none_is_not_mentioned(clock, count):
    clock.now = 1.0
    count.add(100, 0)
    assert "failed" not in count.say()
    count.add(100, 1)
    assert ", 1 failed run," in count.say()


def test_no_time_is_left_when_all_is_done(clock, count):
    clock.now = 10.0
    count.add(10_000, 0)
    assert count.say() == "1,000 runs a second"


def test_a_new_sitting_forgets_the_failures_and_the_rate_of_the_last(clock, count):
    clock.now = 10.0
    count.add(5_000, 7)
    count.begin(10_000, 5_000)
    assert (count.done, count.failures, count.say()) == (5_000, 0, "starting")
    clock.now = 20.0
    count.add(1_000, 0)
    assert (count.rate, count.left) == (100.0, 40.0)


def test_a_line_has_the_share_the_count_and_what_failed(clock):
    said: list[str] = []
    lines = Lines(said.append, Count(clock=clock))
    lines.begin(1_000, 0)
    assert said == ["simulating 1,000 runs"]
    clock.now = EVERY - 0.1
    lines.advance(100, 0)
    assert len(said) == 1
    clock.now = EVERY
    lines.advance(150, 2)
    assert said[1:] == [" 25%  250 of 1,000 runs; 50 runs a second, 2 failed runs, 15 s left"]


def test_lines_come_no_closer_than_the_pause_between_them(clock):
    said: list[str] = []
    lines = Lines(said.append, Count(clock=clock))
    lines.begin(1_000, 0)
    for second in range(1, 31):
        clock.now = float(second)
        lines.advance(10, 0)
    assert len(said) == 1 + 30 // EVERY


def test_runs_that_are_all_kept_from_before_are_safe_at_once(clock):
    said: list[str] = []
    lines = Lines(said.append, Count(clock=clock))
    lines.begin(640, 640)
    lines.end()
    assert said == ["simulating 640 runs, 640 kept from before", "640 of 640 runs are safe; starting"]


def test_nothing_to_simulate_divides_by_nothing(clock):
    said: list[str] = []
    lines = Lines(said.append, Count(clock=clock))
    lines.begin(0, 0)
    clock.now = EVERY + 1
    lines.advance(0, 0)
    assert said[1].startswith("100%  0 of 0 runs")


def test_a_bar_shows_what_failed_and_how_many_runs_are_done():
    console = Console(file=io.StringIO(), force_terminal=True, width=140)
    bar = Bar(console)
    bar.begin(200, 40)
    bar.advance(60, 2)
    bar.end()
    shown = console.file.getvalue()
    assert "100/200" in shown
    assert "2 failed runs" in shown
    assert "left" in shown


def test_a_bar_that_begins_again_shows_the_new_runs_alone():
    console = Console(file=io.StringIO(), force_terminal=True, width=140)
    bar = Bar(console)
    for total in (200, 50):
        before = len(console.file.getvalue())
        bar.begin(total, 0)
        bar.advance(total, 0)
        bar.end()
    shown = console.file.getvalue()[before:]
    assert "50/50" in shown
    assert "200/200" not in shown


def test_a_bar_that_was_never_begun_can_still_be_moved_and_ended():
    bar = Bar(Console(file=io.StringIO(), force_terminal=True))
    bar.advance(10, 0)
    bar.end()


def test_a_brake_passes_on_what_it_is_told(handler):
    heard = Heard()
    with Brake(heard, str) as brake:
        brake.begin(100, 20)
        brake.advance(80, 1)
        brake.end()
    assert heard.told == [("begin", 100, 20), ("advance", 80, 1), ("end",)]


def test_the_chunk_in_flight_is_counted_before_control_c_stops(handler):
    heard, said = Heard(), []
    with Brake(heard, said.append) as brake:
        brake.begin(100, 0)
        signal.raise_signal(signal.SIGINT)
        assert len(said) == 1
        with pytest.raises(KeyboardInterrupt):
            brake.advance(50, 0)
    assert heard.told[-1] == ("advance", 50, 0)


def test_once_nothing_is_in_flight_control_c_stops_at_once(handler):
    said: list[str] = []
    with Brake(Heard(), said.append) as brake:
        brake.begin(100, 0)
        brake.end()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert said == []


def test_outside_the_main_thread_signals_are_left_alone(handler):
    seen = []

    def work():
        with Brake(Heard(), str) as brake:
            brake.begin(10, 0)
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [handler]
