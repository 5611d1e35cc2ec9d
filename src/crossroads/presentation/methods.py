"""Methods, references and limits, written from what ran."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from crossroads.analysis.calibration import Past
from crossroads.analysis.results import Analysis
from crossroads.analysis.strategies import QUANTAL, Reading
from crossroads.analysis.trust import AUDIT_METHOD, say_worst
from crossroads.analysis.values import Worths
from crossroads.case.records import Case, Concern, Reference
from crossroads.presentation.design import Design
from crossroads.presentation.ledger import find_used_evidence, find_used_references
from crossroads.presentation.replies import say_reading
from crossroads.presentation.tables import Names
from crossroads.presentation.words import counted, duration, listed, number, percent, signed
from crossroads.simulation.contract import Mechanism, Model
from crossroads.simulation.manifest import Manifest
from crossroads.simulation.models import AnyModel
from crossroads.simulation.runs import Runs

_CITATIONS = {
    "framing": "Lempert R. J., Popper S. W., Bankes S. C. (2003) Shaping the Next One Hundred Years. RAND, MR-1626.",
    "sobol": "Joe S., Kuo F. Y. (2008) Constructing Sobol sequences with better two-dimensional "
    "projections. SIAM Journal "
    "on Scientific Computing 30(5), 2635–2654.",
    "scramble": "Matoušek J. (1998) On the L2-discrepancy for anchored boxes. Journal of Complexity 14(4), 527–556.",
    "mixture": "Owen A., Zhou Y. (2000) Safe and effective importance sampling. Journal of the American "
    "Statistical "
    "Association 95(449), 135–143.",
    "kish": "Kish L. (1965) Survey Sampling. Wiley.",
    "jackknife": "Efron B., Stein C. (1981) The jackknife estimate of variance. Annals of Statistics 9(3), 586–596.",
    "swing": "Edwards W., Barron F. H. (1994) SMARTS and SMARTER: improved simple methods for "
    "multiattribute utility "
    "measurement. Organizational Behavior and Human Decision Processes 60(3), 306–325.",
    "rank": "Spearman C. (1904) The proof and measurement of association between two things. American "
    "Journal of Psychology "
    "15(1), 72–101.",
    "copula": "Nelsen R. B. (2006) An Introduction to Copulas. 2nd edition. Springer.",
    "scores": "Kruskal W. H. (1958) Ordinal measures of association. Journal of the American Statistical Association "
    "53(284), 814–861.",
    "inadequacy": "Kennedy M. C., O'Hagan A. (2001) Bayesian calibration of computer models. Journal of the Royal "
    "Statistical Society B 63(3), 425–464.",
    "check": "Gelman A., Meng X.-L., Stern H. (1996) Posterior predictive assessment of model fitness via realized "
    "discrepancies. Statistica Sinica 6(4), 733–760.",
    "quantal": "McKelvey R. D., Palfrey T. R. (1995) Quantal response equilibria for normal form games. Games and "
    "Economic Behavior 10(1), 6–38.",
    "agent": "McKelvey R. D., Palfrey T. R. (1998) Quantal response equilibria for extensive form games. Experimental "
    "Economics 1(1), 9–41.",
    "known": "Longstaff F. A., Schwartz E. S. (2001) Valuing American options by simulation: a simple least-squares "
    "approach. Review of Financial Studies 14(1), 113–147.",
    "constants": "McFadden D. (1974) Conditional logit analysis of qualitative choice behavior. In: Zarembka P. (ed.) "
    "Frontiers in Econometrics. Academic Press, 105–142.",
    "crps": "Gneiting T., Raftery A. E. (2007) Strictly proper scoring rules, prediction, and estimation. Journal of "
    "the American Statistical Association 102(477), 359–378.",
    "smaa": "Lahdelma R., Salminen P. (2001) SMAA-2: stochastic multicriteria acceptability analysis for group "
    "decision making. Operations Research 49(3), 444–454.",
    "survey": "Tervonen T., Lahdelma R. (2007) Implementing stochastic multicriteria acceptability analysis. European "
    "Journal of Operational Research 178(2), 500–513.",
    "groups": "Kruskal W. H., Wallis W. A. (1952) Use of ranks in one-criterion variance analysis. Journal "
    "of the American "
    "Statistical Association 47(260), 583–621.",
}


@dataclass(frozen=True)
class MechanismRow:
    """One mechanism of the model and whether it was at work."""

    name: str
    state: str
    meaning: str


@dataclass(frozen=True)
class Methods:
    """The section on methods."""

    version: str
    content_hash: str
    futures: int
    runs: int
    paragraphs: tuple[str, ...]
    mechanisms: tuple[MechanismRow, ...]
    provenance: tuple[tuple[str, str], ...]
    command: str
    citations: tuple[str, ...]
    references: tuple[Reference, ...]


def list_mechanisms(model: AnyModel | None) -> tuple[Mechanism, ...]:
    """Mechanisms of a model; none where it is a wrapped function or not known."""
    return model.mechanisms if isinstance(model, Model) else ()


def list_working(model: AnyModel | None) -> tuple[Mechanism, ...]:
    """Mechanisms that are not switched off."""
    off = model.off if isinstance(model, Model) else frozenset()
    return tuple(one for one in list_mechanisms(model) if one.name not in off)


def describe_methods(analysis: Analysis, runs: Runs, names: Names, model: AnyModel | None) -> Methods:
    """What ran, with what, and how it is made again."""
    case, manifest = names.case, runs.manifest
    off = model.off if isinstance(model, Model) else frozenset()
    mechanisms = tuple(
        MechanismRow(one.name, "off" if one.name in off else "on", one.meaning) for one in list_mechanisms(model)
    )
    cited = [name for one in list_mechanisms(model) for name in one.evidence]
    used = find_used_evidence(case, [*cited, *(name for finding in analysis.findings for name in finding.references)])
    futures = analysis.weights.futures.shape[1]
    return Methods(
        manifest.versions.get("crossroads", ""),
        runs.content_hash(),
        futures,
        futures * manifest.pairs,
        tuple(_tell(analysis, runs, names)),
        mechanisms,
        _list_provenance(runs),
        _say_command(runs, futures, analysis.strategies.reading if analysis.strategies else QUANTAL),
        _list_citations(case, analysis.past, analysis.worths),
        find_used_references(case, used),
    )


def _say_command(runs: Runs, futures: int, reading: Reading) -> str:
    key = runs.manifest.key
    precision = "" if key.precision == "float32" else f" --precision {key.precision}"
    answers = "" if reading.how == QUANTAL.how else f" --answers {reading.how}"
    fixed = "".join(f" --fix {who}={move}" for who, move in reading.fixed.items())
    return f"crossroads weigh {runs.case.id} --futures {futures} --seed {key.seed}{precision}{answers}{fixed}"


def _tell(analysis: Analysis, runs: Runs, names: Names) -> list[str]:
    case, manifest, weights = names.case, runs.manifest, analysis.weights
    futures, replicates = weights.futures.shape[1], len(set(weights.replicate.tolist()))
    horizons = listed(one.name for one in case.horizons)
    return [
        f"{counted(len(case.options), 'option')} met the reactions that make sense under them, "
        f"{counted(manifest.pairs, 'pair')} of option and reaction, in each of {counted(futures, 'future')}: "
        f"{counted(futures * manifest.pairs, 'run')} of {case.years * 52} weeks from {case.start:%B %Y}, "
        "after a history "
        f"from {case.history_start:%Y}. Outcomes are read {horizons} after the start.",
        f"Futures are drawn from the equal mixture of {counted(len(case.views), 'view')} "
        f"({listed(one.name for one in case.views)}) by "
        f"{counted(replicates, 'independent scramble')} of a Sobol' sequence for each view, with seed "
        f"{manifest.key.seed}. All "
        "options and reactions meet the same futures. A view is the same runs weighed by its own densities.",
        *_tell_correlations(case),
        *_tell_past(case, analysis.past),
        _tell_game(analysis, names),
        "Differences are taken in the same future, after averaging over reactions, each as likely as it is there. "
        "Regret, "
        "acceptance and gains follow from the same runs. Errors are a jackknife over the scrambles; what "
        "lies within two "
        "standard errors is not ranked.",
        f"Gains and losses are a swing reading of declared weights over {_say_ranges(case)}; acceptance asks "
        "that every declared condition holds. Influence is the squared rank correlation, or the share of "
        "ranks between "
        "the categories of a structural choice; its size is read one uncertainty at a time, as the mean difference "
        "over the futures in its lowest and in its highest fifth.",
        *_tell_worths(analysis.worths),
        *_tell_audit(case, manifest),
        f"Money is discounted at {percent(case.discount_rate, 1)} a year. {_tell_cost(manifest)}",
    ]


def _tell_game(analysis: Analysis, names: Names) -> str:
    """How reactions were made likely."""
    if analysis.strategies is None:
        return "Reactions are as likely as the declared shares of the case say, in every future alike."
    fitted = sum(isfinite(one) for one in analysis.strategies.constants.values())
    told = (
        "Reactions are solved as a game in the order of play, by agent quantal response and backward recursion: nobody "
        "is clairvoyant, all go by expected changes over futures as they believe in them, and in one future an actor "
        "differs from itself in another only in its precision, its values and what it is said to know, for which "
        f"expectations are a least-squares fit on the known levels. {counted(fitted, 'constant')} of payoffs, one for "
        "each mix with a base rate, are fitted under the declared beliefs and kept when beliefs change. The best "
        f"response is the limit of infinite precision. {say_reading(analysis, names)}"
    )
    return told.strip()


def _say_ranges(case: Case) -> str:
    scaled = any(outcome.scales for outcome in case.outcomes)
    return "the scales that the case states" if scaled else "the range of each outcome"


def _tell_worths(worths: Worths | None) -> Iterator[str]:
    """How values were drawn, where the case states scales."""
    if worths is not None:
        yield (
            "Who wins under which values is stochastic acceptability (SMAA-2): each draw takes a future of its own and "
            "a row of weights, fixed, or drawn evenly from all that fit what is known of them, and orders the options "
            "by weighted sums of what their changes are worth. Draws of one future are never counted as independent. "
            "TOPSIS, VIKOR and PROMETHEE II stand beside it on mean values."
        )


def _tell_correlations(case: Case) -> Iterator[str]:
    """What moves together, where anything is declared to."""
    if not case.correlations:
        return
    called = {one.id: one.name for one in case.uncertainties}
    told = [f"{listed(called[name] for name in one.between)} ({signed(one.rank)})" for one in case.correlations]
    yield (
        f"Some uncertainties move together, by declared rank correlations: {'; '.join(told)}. A Gaussian copula joins "
        "them, the same under every view; each keeps its own distribution, and all others are drawn independently. The "
        "influence of one that moves with others is in part theirs."
    )


def _tell_past(case: Case, past: Past | None) -> Iterator[str]:
    """How the past weighs on futures, where it does."""
    found = case.calibration
    if past is None or found is None:
        return
    shown = "is refused" if past.refusal else "is shown beside the views"
    yield (
        f"The belief {found.name} weighs all views alike by a Gaussian likelihood of the logs of yearly series from "
        f"{found.first_year} to {past.until}: what the model misses is an Ornstein-Uhlenbeck process that series of "
        "one outcome share, level, drift and scale are integrated out, and each series has errors of its own. The "
        f"belief {shown}."
    )


def _tell_cost(manifest: Manifest) -> str:
    """Time to simulate and to write, and what lies on disk."""
    taken = manifest.seconds + manifest.write_seconds
    writing = manifest.write_seconds / taken if taken else 0.0
    return (
        f"Simulating took {duration(manifest.seconds)} ({number(manifest.runs_per_second, 100.0)} runs a second). "
        f"Writing took {percent(writing, 1)} of all the time; the runs take {number(manifest.bytes / 1e6)} MB on disk."
    )


def _tell_audit(case: Case, manifest: Manifest) -> Iterator[str]:
    """How the second look was made, where there was one: what is in double precision needs none."""
    audit = manifest.audit
    if audit is None:
        return
    told = (
        f"{counted(audit.runs, 'run')} of {manifest.runs:,} ({percent(audit.runs / manifest.runs, 1)}) were run again "
        f"in double precision. {AUDIT_METHOD}"
    )
    yield f"{told} {say_worst(case, manifest.labels, audit.worst)}".rstrip()


def _list_provenance(runs: Runs) -> tuple[tuple[str, str], ...]:
    manifest = runs.manifest
    versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    return (
        ("Seed", str(manifest.key.seed)),
        ("Precision", manifest.key.precision),
        *_list_audit(manifest),
        ("Versions", versions),
        ("Hash of the case as simulated", manifest.key.case),
        ("Hash of the model", manifest.key.model),
        ("Hash of the runs", runs.content_hash()),
        ("Failed runs", f"{manifest.failures:,} of {manifest.runs:,}"),
    )


def _list_audit(manifest: Manifest) -> Iterator[tuple[str, str]]:
    audit = manifest.audit
    if audit is not None:
        yield "Time of the audit in double precision", duration(audit.seconds)


def _list_citations(case: Case, past: Past | None, worths: Worths | None) -> tuple[str, ...]:
    """References of the methods that ran: no views, no mixture; no correlations, no copula; no categories, no test
    between groups."""
    wanted = ["framing", "sobol", "scramble", "jackknife", "rank"]
    if any(view.beliefs for view in case.views):
        wanted += ["mixture", "kish"]
    if case.correlations:
        wanted += ["copula", "scores"]
    if past is not None:
        wanted += ["inadequacy", "check", "crps"]
    if any(actor.payoff for actor in case.actors):
        wanted += ["quantal", "agent", "known"]
    if any(mix.anchors for mix in case.mixes):
        wanted.append("constants")
    if any(one.weights for one in case.stakeholders):
        wanted.append("swing")
    if worths is not None:
        wanted += ["smaa", "survey"]
    if any(one.distribution.kind == "categorical" for one in case.uncertainties):
        wanted.append("groups")
    return tuple(sorted(_CITATIONS[name] for name in wanted))


def _say_silent(concern: Concern, names: Names) -> str:
    note = names.running(concern.note).rstrip(".")
    return f"{concern.name} ({note})" if note else concern.name


def list_limits(analysis: Analysis, names: Names, design: Design) -> tuple[tuple[str, Sequence[str]], ...]:
    """What stays out, what is not modelled, what is not yet weighed, and what rests on declared judgement."""
    unmodelled = {concern for concerns in analysis.unmodelled.values() for concern in concerns}
    silent = [_say_silent(names.concerns[one], names) for one in names.concerns if one in unmodelled]
    answers = "How others answer is a declared mix of openings, the same in every future."
    if analysis.strategies is not None:
        answers = "What those who answer play for, how sharply they choose, and the base rates that the game meets."
    judged = [
        answers,
        "Claims from the debate are listed but not yet tested.",
        "Bands show what is uncertain inside the case as written. What no mechanism holds can be larger than any band.",
    ]
    return (
        ("What this case refuses to answer", names.case.stays_out),
        ("What matters and is not modelled", names.case.not_modelled),
        ("What stakeholders weigh and no outcome speaks for", silent),
        ("Levers that are not yet weighed", design.unweighed),
        ("What rests on judgement throughout", judged),
    )
