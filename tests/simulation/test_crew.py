from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from crossroads.errors import RunsError
from crossroads.simulation.cluster import Cluster
from crossroads.simulation.crew import IN_A_ROW, IN_FLIGHT, TRIES, Crew
from crossroads.simulation.work import Done, Trouble, Work

NOTHING = np.empty(0)


def make_works(count):
    return [Work(None, chunk, count, NOTHING, NOTHING, NOTHING) for chunk in range(count)]


class Bench:
    """An executor that answers by itself: `answer` tells what becomes of a chunk at its first, second, third try."""

    def __init__(self, answer, most: int = 10**9) -> None:
        self.answer = answer
        self.tries: dict[int, int] = {}
        self.waiting: list[tuple[int, Future]] = []
        self.most = most
        self.peak = 0
        self.cancelled = 0

    def submit(self, function, work):
        self.tries[work.chunk] = self.tries.get(work.chunk, 0) + 1
        future: Future = Future()
        self.waiting.append((work.chunk, future))
        self.peak = max(self.peak, len(self.waiting))
        if len(self.waiting) >= min(self.most, IN_FLIGHT) or self.most == 1:
            self.play()
        return future

    def play(self):
        while self.waiting:
            chunk, future = self.waiting.pop()
            told = self.answer(chunk, self.tries[chunk])
            if isinstance(told, Exception):
                future.set_exception(told)
            else:
                future.set_result(told)


def finish(chunk, number):
    return Done(chunk, 10, 0)


def make(bench, count):
    return [done.chunk for done in Crew(bench).make(make_works(count))]


def test_every_chunk_is_made_once_in_whichever_order():
    with ThreadPoolExecutor(3) as pool:

        class Reverse:
            def submit(self, function, work):
                return pool.submit(finish, work.chunk, 1)

        assert sorted(make(Reverse(), 200)) == list(range(200))


def test_no_more_than_a_window_is_handed_over_at_a_time():
    taken = []

    def works():
        for work in make_works(10 * IN_FLIGHT):
            taken.append(work.chunk)
            yield work

    crew = Crew(Bench(finish)).make(works())
    next(crew)
    assert len(taken) == IN_FLIGHT
    for _ in range(5):
        next(crew)
    assert IN_FLIGHT <= len(taken) <= IN_FLIGHT + 6
    crew.close()
    assert len(taken) <= IN_FLIGHT + 6


def test_who_closes_the_crew_lets_go_of_what_has_not_begun():
    futures = []

    class Slow:
        def submit(self, function, work):
            futures.append(Future())
            if work.chunk == 0:
                futures[-1].set_result(finish(0, 1))
            return futures[-1]

    crew = Crew(Slow()).make(make_works(10))
    assert next(crew).chunk == 0
    crew.close()
    assert [future.cancelled() for future in futures] == [False] + [True] * 9


@pytest.mark.parametrize(
    "trouble", [OSError("the cable is out"), Trouble(2, "OSError: the cable is out", final=False), TimeoutError()]
)
def test_a_chunk_that_fails_is_tried_again(trouble):
    bench = Bench(lambda chunk, number: trouble if chunk == 2 and number < TRIES else finish(chunk, number), most=1)
    assert sorted(make(bench, 6)) == list(range(6))
    assert bench.tries == {**dict.fromkeys(range(6), 1), 2: TRIES}


def test_a_chunk_that_always_fails_is_named_after_all_others_are_safe():
    bench = Bench(lambda chunk, number: OSError("no") if chunk in (2, 4) else finish(chunk, number), most=1)
    made = []
    with pytest.raises(RunsError, match=r"\(chunk 2: OSError: no; chunk 4: OSError: no\). All others are finished"):
        made += (done.chunk for done in Crew(bench).make(make_works(30)))
    assert {chunk: tries for chunk, tries in bench.tries.items() if tries > 1} == {2: TRIES, 4: TRIES}
    assert set(bench.tries) == set(range(30))


def test_where_no_chunk_gets_through_the_rest_is_not_tried():
    bench = Bench(lambda chunk, number: OSError("no space left"), most=1)
    with pytest.raises(RunsError, match=rf"{IN_A_ROW} tries in a row .* no space left. Chunks that were finished are"):
        make(bench, 1000)
    assert sum(bench.tries.values()) <= IN_FLIGHT + IN_A_ROW


def test_a_worker_that_would_give_other_numbers_stops_all_at_once():
    bench = Bench(lambda chunk, number: Trouble(chunk, "A worker has another engine.", final=True), most=1)
    with pytest.raises(RunsError, match=r"^A worker has another engine.$"):
        make(bench, 1000)
    assert set(bench.tries.values()) == {1}


def test_an_answer_that_is_none_is_no_chunk():
    bench = Bench(lambda chunk, number: "hello" if chunk == 1 else finish(chunk, number), most=1)
    with pytest.raises(RunsError, match=r"chunk 1: it gave 'hello'"):
        make(bench, 3)
    assert bench.tries[1] == 1


class Deaf:
    """A client of dask whose only worker died between the end of a call and the telling of it."""

    status = "running"

    def __init__(self, asked_before_told):
        self.left = asked_before_told

    def submit(self, function, work, pure):
        return self

    def nthreads(self):
        return {"worker": 1} if self.left < 10 else {}

    def add_done_callback(self, heard):
        heard(self)

    def cancel(self):
        pass

    def result(self, timeout=None):
        assert timeout is not None, "this would wait for ever"
        self.left -= 1
        if self.left >= 0:
            raise TimeoutError
        return Done(0, 10, 0)


def test_a_call_whose_worker_died_before_it_told_is_heard_from_the_next_worker():
    assert make(Cluster(Deaf(asked_before_told=3), "tcp://127.0.0.1:1"), 1) == [0]


def test_nobody_waits_for_ever_for_a_call_whose_worker_died_before_it_told(monkeypatch):
    monkeypatch.setattr("crossroads.simulation.cluster.WITHOUT_WORKERS", 0.0)
    with pytest.raises(RunsError, match="has had no worker"):
        make(Cluster(Deaf(asked_before_told=1000), "tcp://127.0.0.1:1"), 1)
