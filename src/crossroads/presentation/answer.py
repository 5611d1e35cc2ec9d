"""The answer on one screen: every sentence is made from a record of the analysis, with its condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crossroads.analysis.judgement import Effect, Flip, Judgement, Standing
from crossroads.analysis.results import Analysis
from crossroads.analysis.strategies import QUANTAL
from crossroads.case.records import Option
from crossroads.presentation.charts import is_sayable, say_crossing
from crossroads.presentation.replies import say_reading
from crossroads.presentation.summary import Summary, in_percent, is_visible, say_size, summarise
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.presentation.words import counted, listed, number, sentence, signed, step_of

FEW = 3
"""Options in front that are named; more are counted."""
SHOWN = 1
"""Outcomes told with their extremes."""
MOST = 4
"""Lines in a card; the rest is counted and stands further down."""


@dataclass(frozen=True)
class Card:
    """A heading with its sentences, and the evidence behind them that a reader must be warned of."""

    title: str
    lines: tuple[str, ...]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The whole screen."""

    lines: tuple[str, ...]
    condition: str
    summary: Summary
    families: tuple[Card, ...]
    cards: tuple[Card, ...]
    notes: tuple[str, ...]


def write_answer(analysis: Analysis, names: Names) -> Answer:
    """What can be said in one screen, and under which conditions."""
    cards = [
        _tell_time(analysis, names),
        _tell_flips(analysis, names, "stance"),
        _tell_flips(analysis, names, "view"),
        _tell_losers(analysis, names),
        _tell_acceptance(analysis),
    ]
    return Answer(
        tuple(_tell_best(analysis, names)),
        _tell_condition(analysis, names),
        summarise(analysis, names),
        tuple(_tell_families(analysis, names)),
        tuple(card for card in cards if card.lines),
        tuple(_tell_notes(analysis, names)),
    )


def find_firsts(analysis: Analysis, outcome: str, horizon: str) -> tuple[str, ...]:
    """Options that no other is clearly better than, on this outcome at this horizon; in the mixture."""
    ranks = analysis.pairs["rank_low"].sel(view=MIXTURE, outcome=outcome, horizon=horizon)
    return tuple(str(option) for option in ranks["option"].values if int(ranks.sel(option=option)) == 1)


def find_best_at_all(analysis: Analysis, names: Names) -> tuple[str, ...]:
    """Options that stand first, or level with the first, on every headline outcome at the last horizon."""
    firsts = [set(find_firsts(analysis, outcome, names.last)) for outcome in analysis.headline]
    return tuple(option for option in names.options if firsts and all(option in found for found in firsts))


def _tell_best(analysis: Analysis, names: Names) -> Iterator[str]:
    best, count = find_best_at_all(analysis, names), len(analysis.headline)
    when = names.after(names.last)
    if best:
        yield (f"No option is clearly ahead of {_shorts(best, names)} on any of the {count} headline outcomes {when}.")
    else:
        yield (
            f"No option is best at everything: each is clearly behind another on some of the {count} "
            f"headline outcomes {when}."
        )
    yield from _tell_families_plainly(analysis, names)
    yield from _tell_extremes(analysis, names)
    ahead: dict[tuple[str, ...], list[str]] = {}
    for outcome in analysis.headline:
        firsts = find_firsts(analysis, outcome, names.last)
        ahead.setdefault(firsts if len(firsts) <= FEW else (), []).append(names.running(names.outcomes[outcome].short))
    tied = ahead.pop((), [])
    if ahead:
        parts = [f"{_shorts(firsts, names)} on {listed(outcomes)}" for firsts, outcomes in ahead.items()]
        yield f"In front {when}: {'; '.join(parts)}."
    if tied:
        yield f"On {listed(tied)}, more than {FEW} options stand in front together and cannot be told apart."


def _tell_families_plainly(analysis: Analysis, names: Names) -> Iterator[str]:
    """What each family of options does at the last horizon, in one sentence without numbers."""
    judged = {one.option: one for one in analysis.judgements}
    for tag, options in _families(names).items():
        effects = [each for option in options for each in judged[option.id].effects if each.horizon == names.last]
        found: dict[str, list[str]] = {"better": [], "worse": [], "split": []}
        for outcome in dict.fromkeys(effect.outcome for effect in effects):
            group = [effect for effect in effects if effect.outcome == outcome]
            reading, _ = _join_effects(group, names)
            if reading in found:
                found[reading].append(names.running(names.outcomes[outcome].short) + _say_share(group, names))
        heads = {"better": "better on", "worse": "worse on", "split": "better or worse by option on"}
        parts = [f"{heads[reading]} {listed(shorts)}" for reading, shorts in found.items() if shorts]
        said = "; ".join(parts) or "no clear change in any headline outcome"
        yield f"{_title(tag)} {names.after(names.last)}, against {names.baseline}: {said}."


def _title(tag: str) -> str:
    return tag.replace("_", " ").replace("-", " ").capitalize()


def _tell_extremes(analysis: Analysis, names: Names) -> Iterator[str]:
    """The first headline outcomes that some option betters and another worsens, with bands."""
    effects = [
        (judgement.option, effect)
        for judgement in analysis.judgements
        for effect in judgement.effects
        if effect.horizon == names.last and is_visible(effect, names)
    ]
    told = 0
    for outcome in analysis.headline:
        mine = sorted((one for one in effects if one[1].outcome == outcome), key=lambda one: one[1].mean)
        if told < SHOWN and {effect.reading for _, effect in mine} == {"better", "worse"}:
            told += 1
            ends = " and ".join(say_effect(option, effect, names) for option, effect in (mine[0], mine[-1]))
            record = names.outcomes[outcome]
            yield f"{record.name}, {names.unit(outcome)} {names.after(names.last)}: {ends}, against {names.baseline}."


def say_effect(option: str, effect: Effect, names: Names) -> str:
    """“Prevention 410 fewer (180 to 690 fewer in 8 of 10 runs)”: words that need no signs."""
    below, above = ("lower", "higher") if names.unit(effect.outcome) == "points" else ("fewer", "more")
    along, against = (below, above) if effect.mean < 0 else (above, below)
    digits, step = names.outcomes[effect.outcome].digits, step_of(effect.low, effect.high)
    far, near = sorted((effect.low, effect.high), key=lambda end: end * effect.mean, reverse=True)
    size, most, least = (number(abs(value), step, digits) for value in (effect.mean, far, near))
    turned = near * effect.mean < 0 and least.strip("0.,") != ""
    band = f"{least} {against} to {most} {along}" if turned else f"{least} to {most} {along}"
    return f"{names.call(option)} {size} {along} ({band} in 8 of 10 runs)"


def _tell_condition(analysis: Analysis, names: Names) -> str:
    futures = analysis.weights.futures.shape[1]
    return (
        f"Read over {counted(futures, 'future')}, all {counted(len(names.case.views), 'view')} counted "
        f"alike, and {_name_answers(analysis)}. Differences are means from "
        f"{names.baseline} in the same future, with the band of 8 in 10 runs; what Monte Carlo error "
        f"cannot separate is not ranked. This compares options; it is no forecast. {say_reading(analysis, names)}"
    ).strip()


def _name_answers(analysis: Analysis) -> str:
    if analysis.strategies is None:
        return "the declared mix of answers by others, which is a judgement"
    if analysis.strategies.reading != QUANTAL:
        return "the answers of others read otherwise than by the game"
    return "the answers of others as a game gives them, on payoffs that are a judgement"


def _families(names: Names) -> dict[str, list[Option]]:
    groups: dict[str, list[Option]] = {}
    for option in names.options.values():
        if option.id != names.case.baseline:
            groups.setdefault(option.tags[0] if option.tags else "other", []).append(option)
    return groups


def _tell_families(analysis: Analysis, names: Names) -> Iterator[Card]:
    judged = {one.option: one for one in analysis.judgements}
    for tag, options in _families(names).items():
        ran = [judged[option.id] for option in options if judged[option.id].ran]
        lines = [_tell_horizon(ran, horizon, names) for horizon in dict.fromkeys((names.near, names.last))]
        lines += [
            f"{option.short} could not be weighed: too few of its runs ended well."
            for option in options
            if not judged[option.id].ran
        ]
        title = _title(tag)
        who = f"{_shorts((option.id for option in options), names)}."
        used = [each for outcome in analysis.headline for each in names.outcomes[outcome].evidence]
        yield Card(title, tuple(line for line in (who, *lines) if line), _warned(used, names))


def _tell_horizon(judgements: Sequence[Judgement], horizon: str, names: Names) -> str:
    """What the options of a family do at one horizon, with the range of means."""
    found: dict[str, list[str]] = {"better": [], "worse": [], "split": [], "same": []}
    effects = [effect for one in judgements for effect in one.effects if effect.horizon == horizon]
    for outcome in dict.fromkeys(effect.outcome for effect in effects):
        reading, words = _join_effects([effect for effect in effects if effect.outcome == outcome], names)
        if reading:
            found[reading].append(words)
    heads = {"better": "better on", "worse": "worse on", "split": "mixed on", "same": "no clear change in"}
    parts = [f"{heads[reading]} {listed(words)}" for reading, words in found.items() if words]
    return sentence(f"{names.after(horizon)}: {'; '.join(parts)}") if parts else ""


def _join_effects(group: Sequence[Effect], names: Names) -> tuple[str, str]:
    """How several options read on one outcome, and the words for it."""
    short = names.running(names.outcomes[group[0].outcome].short)
    clear = [effect for effect in group if is_visible(effect, names)]
    if not clear:
        return ("same", short) if any(one.reading != "not known" for one in group) else ("", "")
    amount = _say_range(clear, names)
    better = sum(effect.reading == "better" for effect in clear)
    if 0 < better < len(clear):
        return "split", f"{short} ({better} better, {len(clear) - better} worse of {len(group)}; {amount})"
    share = "" if len(clear) == len(group) else f"; {len(clear)} of {len(group)} options"
    return clear[0].reading, f"{short} ({amount}{share})"


def _say_share(group: Sequence[Effect], names: Names) -> str:
    """How many options of a family it is about, where not all of them clearly change."""
    clear = sum(is_visible(effect, names) for effect in group)
    return "" if clear == len(group) else f" ({clear} of {len(group)})"


def _say_range(effects: Sequence[Effect], names: Names) -> str:
    """The lowest and highest mean of several options, in the same unit."""
    ordered = sorted(effects, key=lambda effect: effect.mean)
    plain = not all(in_percent(effect) for effect in effects)
    low, high = (say_size(ordered[end], names, plain) for end in (0, -1))
    unit = f" {names.unit(effects[0].outcome)}" if plain else ""
    return f"{low}{unit}" if low == high else f"{low} to {high}{unit}"


def _tell_time(analysis: Analysis, names: Names) -> Card:
    chosen = [one for judgement in analysis.judgements for one in judgement.crossings if is_sayable(one, names)]
    lines = [say_crossing(one, names, whole=True) for one in chosen]
    if not lines:
        lines = [f"No headline outcome turns from clearly better to clearly worse than {names.baseline}, or back."]
    used = [each for one in chosen[:MOST] for each in names.outcomes[one.outcome].evidence]
    return Card("Short term against long term", _cut(lines, "crossing", "Over the years"), _warned(used, names))


def _tell_flips(analysis: Analysis, names: Names, by: str) -> Card:
    title, place = (
        ("What depends on the stance", "The other side")
        if by == "stance"
        else ("What depends on the view", "What each option does")
    )
    flips = [
        (one.option, flip)
        for one in analysis.judgements
        for flip in one.flips
        if (flip.by, flip.horizon) == (by, names.last) and one.option != names.case.baseline
    ]
    lines = [_say_flip(option, flip, names) for option, flip in flips]
    if not lines:
        lines = [
            f"No headline outcome {names.after(names.last)} turns from clearly better to clearly "
            f"worse with the {by}; sizes do "
            "change."
        ]
    used = [each for _, flip in flips[:MOST] for each in names.outcomes[flip.outcome].evidence]
    return Card(title, _cut(lines, "such turn", place), _warned(used, names))


def _say_flip(option: str, flip: Flip, names: Names) -> str:
    called = names.moves if flip.by == "stance" else names.views
    better, worse = (listed((called.get(each, each) for each in side), "or") for side in (flip.better, flip.worse))
    return (
        f"{names.options[option].short}: {names.running(names.outcomes[flip.outcome].short)} "
        f"{names.after(flip.horizon)} "
        f"better under {better}; worse under {worse}."
    )


def _tell_losers(analysis: Analysis, names: Names) -> Card:
    """Who loses most under each option, the heaviest losses first; each stakeholder at its own horizon."""
    losing = sorted((one for one in analysis.judgements if one.losers), key=lambda one: one.losers[0].value)
    lines = [
        f"{names.options[one.option].short}: {listed(_say_standing(each, names) for each in one.losers[:2])}."
        for one in losing
    ]
    if not lines:
        lines = [f"No stakeholder clearly loses against {names.baseline} on what is modelled."]
    return Card("Who bears the losses, in hundredths of all they weigh", _cut(lines, "option", "Who gains, who loses"))


def _say_standing(one: Standing, names: Names) -> str:
    return f"{names.stakeholders[one.stakeholder].name} ({signed(100 * one.value, 1.0)})"


def _tell_acceptance(analysis: Analysis) -> Card:
    """The options that most and fewest stakeholders could accept."""
    found = [one for one in analysis.findings if one.topic == "acceptance" and one.value is not None]
    ranked = sorted(found, key=lambda one: -(one.value or 0.0))
    chosen = ranked if len(ranked) <= MOST else [*ranked[:2], *ranked[-2:]]
    return Card("Who could accept what", tuple(one.sentence for one in chosen))


def _tell_notes(analysis: Analysis, names: Names) -> Iterator[str]:
    for finding in analysis.findings:
        if finding.topic in ("trust", "order") and not finding.sentence.startswith("All "):
            yield finding.sentence
    if names.case.uncertainties:
        yield say_basis(names)


def say_basis(names: Names) -> str:
    """How many uncertain ranges are our own judgement, and how many of the rest rest on marked evidence."""
    every = names.case.uncertainties
    rest = [one for one in every if not names.is_judged(one)]
    own, marked = len(every) - len(rest), sum(names.rests_on_marked(one) for one in rest)
    ranges, are = counted(len(every), "uncertain range"), "is" if own == 1 else "are"
    said = f"{own or 'None'} of the {ranges} {are} our own judgement"
    said += ", informed by evidence on something near" if own else ""
    if marked:
        said += f"; {marked} of {'the rest' if own else 'them'} {'rests' if marked == 1 else 'rest'} on entries "
        said += "that are judgement or were not checked"
    return f"{said}. They are marked wherever they are used." if own or marked else f"{said}."


def _shorts(options: Iterable[str], names: Names) -> str:
    return listed(names.call(option) for option in options)


def _warned(ids: Iterable[str], names: Names) -> tuple[str, ...]:
    """Evidence of these ids that a reader must be warned of."""
    return tuple(each for each in dict.fromkeys(ids) if each in names.evidence and names.evidence[each].needs_mark)


def _cut(lines: Sequence[str], noun: str, place: str) -> tuple[str, ...]:
    """The first lines, and how many more there are."""
    rest = len(lines) - MOST
    return tuple(lines) if rest <= 0 else (*lines[:MOST], f"{counted(rest, f'more {noun}')} under “{place}”.")
