"""Small graphs of models that nobody wrote, for drawings and words."""

from __future__ import annotations

from crossroads.simulation.causes import Cause, Causes, Node

NODES = (
    Node("money", "column", "", "US$", "What an option spends."),
    Node("stance", "signal", "", "", "A neighbour."),
    Node("doubt", "uncertainty", "", "1", "What nobody knows."),
    Node("roads", "stock", "works", "km", "roads that are open"),
    Node("repair", "rate", "works", "km a week", "roads repaired"),
    Node("delay", "outcome", "works", "hours", "hours lost"),
    Node("traffic", "stock", "travel", "cars", "cars on the road <daily>"),
    Node("wear", "rate", "travel", "share", "what cars do to roads"),
    Node("start_of_it", "stock", "travel", "cars", "cars at the start"),
    Node("noise", "outcome", "quiet_zone", "dB", "noise at night"),
)
EVIDENCE = ("road-count",)


def edge(cause: str, sign: str, effect: str, pull: float = 0.5, weekly: bool = True) -> Cause:
    owner = {node.name: node.mechanism for node in NODES}[effect]
    return Cause(cause, effect, owner, weekly, sign, pull / 10, pull, ("doubt",), EVIDENCE)


EDGES = (
    edge("money", "+", "repair"),
    edge("stance", "−", "repair"),
    edge("doubt", "±", "wear"),
    edge("repair", "+", "roads"),
    edge("roads", "+", "traffic", 0.8),
    edge("roads", "−", "delay", -0.2),
    edge("roads", "±", "start_of_it", weekly=False),
    edge("traffic", "+", "wear", 1.0),
    edge("wear", "−", "roads", -0.4),
    edge("traffic", "+", "noise", 0.0001),
    edge("roads", "+", "wear", 0.05),
)


def make_graph(edges: tuple[Cause, ...] = EDGES, off: tuple[str, ...] = (), gated: tuple = ()) -> Causes:
    mechanisms = tuple(name for name in ("works", "travel", "quiet_zone") if name not in off)
    return Causes({node.name: node for node in NODES}, edges, mechanisms, off, gated)
