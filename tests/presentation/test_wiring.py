from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.presentation.wiring import ENTERS, LEAVES, ROW, Wire, arrange, find_overlaps, order_boxes

WIDTH = 100.0
CHAIN = {"a": 3, "b": 4, "c": 3}
WIRES = (Wire("x", ("a", 1), (("b", 1), ("c", 1))), Wire("y", ("b", 2), (("c", 2),)), Wire("z", ("c", 0), (("a", 0),)))


@st.composite
def drawings(draw):
    """Boxes of a few rows and wires between their ports; each port takes or gives one wire."""
    count = draw(st.integers(2, 7))
    rows = {f"b{place}": draw(st.integers(4, 9)) for place in range(count)}
    wires = []
    taken = dict.fromkeys(rows, 0)
    for number in range(draw(st.integers(1, 9))):
        source = draw(st.sampled_from(sorted(rows)))
        others = [name for name in rows if name != source and taken[name] < rows[name]]
        targets = draw(st.lists(st.sampled_from(others), unique=True, min_size=1, max_size=3)) if others else []
        ports = []
        for name in targets:
            ports.append((name, taken[name]))
            taken[name] += 1
        if ports and number < rows[source]:
            wires.append(Wire(f"w{number}", (source, number), tuple(ports)))
    return rows, tuple(wires), draw(st.integers(1, 4))


@given(drawings())
@settings(max_examples=25, deadline=None)
def test_no_wire_lies_on_another_and_no_box_on_a_box(drawing):
    rows, wires, columns = drawing
    wiring = arrange(rows, wires, columns, WIDTH)
    assert list(find_overlaps(wiring)) == []
    assert {box.id for box in wiring.boxes} == set(rows)
    for one, other in combinations(wiring.boxes, 2):
        apart = one.x + WIDTH <= other.x or other.x + WIDTH <= one.x
        over = one.y + ROW * one.rows <= other.y or other.y + ROW * other.rows <= one.y
        assert apart or over


@given(drawings())
@settings(max_examples=25, deadline=None)
def test_every_wire_is_one_piece_from_its_port_to_each_of_its_ends(drawing):
    rows, wires, columns = drawing
    wiring = arrange(rows, wires, columns, WIDTH)
    places = {box.id: box for box in wiring.boxes}
    for wire, drawn in zip(wires, wiring.wires, strict=True):
        box, row = wire.source
        start = (places[box].x + WIDTH, places[box].y + ROW * row + LEAVES)
        pieces = [*drawn.trunk, *((x, y, right, y) for x, right, y in drawn.ends)]
        assert start == pieces[0][:2]
        touched = [pieces[0]]
        left = pieces[1:]
        while grown := [piece for piece in left if any(touch(piece, other) for other in touched)]:
            touched += grown
            left = [piece for piece in left if piece not in grown]
        assert left == []
        for (name, line), (_, right, y) in zip(wire.targets, drawn.ends, strict=True):
            assert (right, y) == (places[name].x, places[name].y + ROW * line + ENTERS)


def touch(one, other):
    """Whether two straight pieces meet."""
    (a, b, c, d), (e, f, g, h) = one, other
    return min(a, c) <= max(e, g) and min(e, g) <= max(a, c) and min(b, d) <= max(f, h) and min(f, h) <= max(b, d)


@given(drawings())
@settings(max_examples=25, deadline=None)
def test_no_wire_runs_through_a_box(drawing):
    wiring = arrange(*drawing, WIDTH)
    for drawn in wiring.wires:
        for x, y, u, v in drawn.trunk:
            for box in wiring.boxes:
                beside = max(x, u) <= box.x or min(x, u) >= box.x + WIDTH
                beyond = max(y, v) <= box.y or min(y, v) >= box.y + ROW * box.rows
                assert beside or beyond


def test_causes_stand_left_of_their_effects():
    rows = dict.fromkeys("dcba", 4)
    chain = [Wire(one, (one, 0), ((other, 0),)) for one, other in ("ab", "bc", "cd")]
    assert order_boxes(rows, chain, 4) == (("a",), ("b",), ("c",), ("d",))


def test_columns_are_about_even():
    rows = dict.fromkeys("abcdefgh", 5)
    piles = order_boxes(rows, (), 4)
    assert [len(pile) for pile in piles] == [2, 2, 2, 2]


def test_the_same_boxes_are_drawn_alike_every_time():
    assert arrange(CHAIN, WIRES, 3, WIDTH) == arrange(CHAIN, WIRES, 3, WIDTH)


def test_a_branch_is_marked_where_it_leaves_the_trunk():
    wiring = arrange(CHAIN, WIRES, 2, WIDTH)
    for wire in wiring.wires:
        for x, y in wire.joints:
            assert any(piece[0] == piece[2] == x and piece[1] < y < piece[3] for piece in wire.trunk)


def test_columns_stand_apart_even_where_no_wire_runs_between_them():
    first, second = sorted(arrange({"a": 5, "b": 5}, (), 2, WIDTH).boxes, key=lambda box: box.x)
    assert second.x > first.x + WIDTH


def test_boxes_without_wires_are_drawn_too():
    wiring = arrange({"alone": 5}, (), 1, WIDTH)
    assert wiring.wires == ()
    assert (wiring.width, wiring.height) == (WIDTH, 7 * ROW)


def test_a_shared_line_would_be_found():
    wiring = arrange(CHAIN, WIRES, 3, WIDTH)
    doubled = replace(wiring, wires=(wiring.wires[0], replace(wiring.wires[0], id="twin")))
    assert list(find_overlaps(doubled)) != []
