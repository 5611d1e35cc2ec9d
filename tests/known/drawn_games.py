"""Games drawn at random, the same ones for us and for Gambit. Payoffs are whole cents from the standard generator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

Profile = tuple[int, ...]
PRECISIONS = (1.0, 3.0, 10.0)
SEED = 5
SHAPES = ((2, 2), (3, 3), (4, 3), (2, 2, 2), (3, 3, 2))
EACH = 12
"""Games of each shape."""
ORDERS = (((0,), (1,)), ((0,), (1,), (2,)), ((0, 1), (2,)), ((0,), (1, 2)))
TREES = 6
"""Trees of each order of play."""


@dataclass(frozen=True)
class DrawnGame:
    """`profiles` in the order of their moves, and what each is worth to each player in hundredths of a point; `turns`
    as in a `Tree`, or one turn of all."""

    name: str
    turns: tuple[tuple[int, ...], ...]
    profiles: tuple[Profile, ...]
    cents: tuple[tuple[int, ...], ...]


def draw_matrix_games() -> list[DrawnGame]:
    """Games in strategic form, of 2 and 3 players."""
    dice = Random(SEED)
    return [
        _draw(dice, f"{'x'.join(map(str, shape))}-{number}", (tuple(range(len(shape))),), _list_profiles(shape))
        for shape in SHAPES
        for number in range(EACH)
    ]


def draw_trees() -> list[DrawnGame]:
    """Games of two or three turns. Where one player moves at a time, some profiles are left out."""
    dice = Random(SEED + 1)
    games = []
    for turns, number in product(ORDERS, range(TREES)):
        together = max(len(turn) for turn in turns)
        players = sum(len(turn) for turn in turns)
        profiles = _list_profiles([dice.randint(2, 3) for _ in range(players)])
        if together == 1:
            profiles = [profile for profile in profiles if dice.random() < 0.8] or profiles
        name = "-".join("".join(map(str, turn)) for turn in turns)
        games.append(_draw(dice, f"tree-{name}-{number}", turns, profiles))
    return games


def _draw(dice: Random, name: str, turns: tuple[tuple[int, ...], ...], profiles: Sequence[Profile]) -> DrawnGame:
    cents = tuple(tuple(dice.randint(-100, 100) for _ in profile) for profile in profiles)
    return DrawnGame(name, turns, tuple(profiles), cents)


def _list_profiles(shape: Sequence[int]) -> list[Profile]:
    return list(product(*map(range, shape)))


def find_information(game: DrawnGame, player: int, profile: Profile) -> Profile:
    """What a player knows when it moves in a profile: the moves of earlier turns."""
    known: list[int] = []
    for turn in game.turns:
        if player in turn:
            break
        known += turn
    return tuple(profile[other] for other in known)


def list_information(game: DrawnGame, player: int) -> list[tuple[Profile, list[int]]]:
    """What a player may know when it moves, and the moves that it then has, in the order of Gambit's tree."""
    found: dict[Profile, set[int]] = {}
    for profile in game.profiles:
        found.setdefault(find_information(game, player, profile), set()).add(profile[player])
    return [(known, sorted(moves)) for known, moves in found.items()]


def write_tree(game: DrawnGame) -> str:
    """The game in Gambit's format for extensive games; players and moves are numbered from 0, information sets are
    called by what has been played."""
    names = " ".join(f'"P{player}"' for player in range(len(game.profiles[0])))
    sets: dict[tuple[int, Profile], int] = {}
    lines = _write_node(game, list(range(len(game.profiles))), (), sets)
    return "\n".join(['EFG 2 R "drawn" { ' + names + " }", '""', "", *lines, ""])


def _write_node(
    game: DrawnGame, left: Sequence[int], played: Profile, sets: dict[tuple[int, Profile], int]
) -> Iterator[str]:
    order = [player for turn in game.turns for player in turn]
    if len(played) == len(order):
        worth = ", ".join(f"{cent / 100:.2f}" for cent in game.cents[left[0]])
        yield f't "" {left[0] + 1} "" {{ {worth} }}'
        return
    player = order[len(played)]
    known = find_information(game, player, game.profiles[left[0]])
    number = sets.setdefault((player, known), 1 + sum(1 for other, _ in sets if other == player))
    moves = sorted({game.profiles[place][player] for place in left})
    labels = " ".join(f'"m{move}"' for move in moves)
    yield f'p "" {player + 1} {number} "{tell_information(known)}" {{ {labels} }} 0'
    for move in moves:
        onward = [place for place in left if game.profiles[place][player] == move]
        yield from _write_node(game, onward, (*played, move), sets)


def tell_information(known: Profile) -> str:
    """The label of an information set."""
    return ",".join(map(str, known)) or "start"
