"""`make reproduction`: writes docs/reproduction.md, the published cartel-size model beside what our mechanism gives.

The words are those of reproduction.md beside this file. It needs the findings folder with the documented network, which
is never shipped.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from published_beyond import ARRESTS, FORMS, SIZES, Beyond, share_of
from published_findings import Findings, find_all
from published_oracle import PUBLISHED, RESTARTS
from published_values import (
    EMPTY_AT_FIVE_TIMES,
    FALLS_AT_ONCE,
    LETHALITY,
    MATRICES,
    PROFILE,
    RAISES_DEATHS_ABOVE,
    ROWS,
    STAND_IN,
    STAND_IN_DEATHS,
)
from reproduction_tables import (
    horizon_pairs,
    judge_refits,
    round_to,
    row_pairs,
    structure_pairs,
    sum_up,
    tabulate_baselines,
    tabulate_doses,
    tabulate_headline,
    tabulate_horizons,
    tabulate_matrices,
    tabulate_pools,
    tabulate_profile,
    tabulate_rates,
    tabulate_structures,
    tabulate_tipping,
    tabulate_worlds,
    tabulate_years,
    write_effect,
    write_list,
    write_pair,
    year_pairs,
)

PAGE = Path(__file__).parents[2] / "docs" / "reproduction.md"
NETWORK = "bacrim2020_edges.csv"
RESIDUAL, POINTS = 7.6, 10
"""Error of the best fit in deaths a week, of ten yearly numbers (reference)."""


def build_page(findings: Findings) -> str:
    """The whole page."""
    words = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, keep_trailing_newline=True
    )
    values = {**_fitted(findings), **_tables(findings), **_texts(findings), **_beyond(findings)}
    return words.get_template("reproduction.md").render(values)


def _fitted(findings: Findings) -> dict[str, Any]:
    """What the words about fits and tests need."""
    drawn, weeks = findings.random_start, findings.horizons["2 x arrests"]
    published = {row.key: row.published for row in ROWS}
    fits = [each.fit for each in (*findings.profile.values(), *findings.matrices.values())]
    return {
        "off": tuple(abs(published[key] - drawn[key][0]) / drawn[key][1] for key in ("largest", "second")),
        "twice": write_list(f"{weeks[at][1]:+.1f} %" for at in (260, 286, 312)),
        "twice_year": f"{findings.headline['twice_year']:+.1f} %",
        "vintage": f"{findings.vintage['2 x arrests']:+.1f} %",
        "spread": "a millionth" if max(fit.spread for fit in fits) < 1e-6 else "more than a millionth",
        "restarts": RESTARTS,
        "levels": sum_up(row_pairs(findings, "level"), 0.1, relative=True),
        "percentages": sum_up(row_pairs(findings, "%"), 0.1),
        "horizon_verdict": sum_up(horizon_pairs(findings), 0.1),
        "year_verdict": sum_up(year_pairs(findings), 0.1, relative=True),
    }


def _tables(findings: Findings) -> dict[str, str]:
    return {
        "headline": tabulate_headline(findings),
        "horizons": tabulate_horizons(findings),
        "years": tabulate_years(findings),
        "profile": tabulate_profile(findings),
        "rates": tabulate_rates(findings),
        "structures": tabulate_structures(findings),
        "matrices": tabulate_matrices(findings),
        "tipping": tabulate_tipping(findings),
        "baselines": tabulate_baselines(findings),
        "doses": tabulate_doses(findings),
    }


def _texts(findings: Findings) -> dict[str, Any]:
    """Numbers within the words on fits, structures, matrices and tipping points."""
    pairs, against = structure_pairs(findings)
    errors = RESIDUAL * np.sqrt(520 / POINTS) / findings.directions
    members = sorted(each.members for each in findings.shuffles.values())
    lethality = [
        f"{write_pair(pair, 0)} ; {write_pair(findings.lethality[factor])} (times {factor:g})"
        for factor, pair in LETHALITY.items()
    ]
    return {
        "profile_verdict": judge_refits([(told, findings.profile[size]) for size, told in PROFILE.items()], 0.1, 1.0),
        "matrix_verdict": judge_refits([(told, findings.matrices[name]) for name, told in MATRICES.items()], 0.3, 2.0),
        "structure_verdict": sum_up(pairs, 1.0),
        "against_verdict": sum_up(against, 1.0),
        "known": (f"{100 * errors[0]:.0f}", f"{100 * errors[1]:.0f}", f"{np.exp(errors[2]):.0f}"),
        "sign_change": round_to(findings.sign_change, 100),
        "sign_change_told": f"{RAISES_DEATHS_ABOVE:,}",
        "lethality": ", ".join(lethality),
        "shuffles": f"{len(members)} others give {members[0]:,.0f} to {members[-1]:,.0f}",
        "stand_in": _stand_in(findings),
        "falls": f"{FALLS_AT_ONCE} ; {findings.falls_at_once:.2f}",
        "empty": f"{EMPTY_AT_FIVE_TIMES} ; {findings.weeks_to_empty}",
    }


def _stand_in(findings: Findings) -> str:
    run, network = findings.stand_in["status quo"], findings.headline
    members, deaths = run.members[0, 520], run.killed[0, 520]
    more = 100 * (members / network["members_2022"] - 1)
    fewer = 100 * (1 - deaths / network["deaths_week_2022"])
    return (
        f"{STAND_IN.members:,.0f} ; {members:,.0f} members in 2022 and {STAND_IN_DEATHS} ; {deaths:.1f} deaths a week, "
        f"{more:.1f} % more and {fewer:.1f} % fewer than the network"
    )


def _beyond(findings: Findings) -> dict[str, Any]:
    """What our case does differently."""
    beyond = Beyond(findings)
    worlds, own = beyond.worlds, beyond.own_replacement
    effects = {name: np.array([world.effects[name].against for world in worlds]) for name in worlds[0].effects}
    arrests, recruits = effects["more arrests"], effects["fewer recruits"]
    above = np.array([world.effects["more arrests"].deaths > 0.05 for world in worlds])
    return {
        "sizes": write_list(f"{size:,}" for size in SIZES),
        "risks": write_list(f"{100 * PUBLISHED.eta * 52 / size:.1f}" for size in SIZES),
        "scaled": f"{beyond.scaled:.1f}",
        "pools": tabulate_pools(beyond, findings),
        "own": f"{write_effect(own['status quo'])} (status quo) and {write_effect(own['2 x arrests'])} (2 x arrests)",
        "half": f"{PUBLISHED.rho * findings.headline['members_2022'] / 2:.0f}",
        "worlds": worlds,
        "nsizes": len(SIZES),
        "size_range": f"{SIZES[0]:,} to {SIZES[-1]:,}",
        "forms": len(FORMS),
        "arrests": len(ARRESTS),
        "world_table": tabulate_worlds(worlds),
        "helps": f"{share_of(worlds, arrests < -0.05):.0f}",
        "above": f"{share_of(worlds, above):.0f}",
        "better": f"{share_of(worlds, recruits < arrests):.0f}",
        "close": f"{share_of(worlds, np.abs(recruits - arrests) < 5.0):.0f}",
    }


def renew(folder: Path) -> str:
    """Write the page from the network in `folder`/data; a sentence about what was done, or what is missing."""
    if not (folder / "data" / NETWORK).is_file():
        return f"{NETWORK} is not in {folder / 'data'}: say where the findings folder is, make reproduction SHARED=..."
    PAGE.write_text(build_page(find_all(folder / "data")), encoding="utf-8")
    return f"{PAGE.name} is renewed."


if __name__ == "__main__":
    told = renew(Path(sys.argv[1]))
    print(told)
    sys.exit(0 if told.endswith("renewed.") else 1)
