"""Rules on calibration: what the past is compared with, and what is predicted out of sample."""

from __future__ import annotations

from collections.abc import Iterator

from crossroads.case.distributions import Categorical
from crossroads.case.lookup import Lookup
from crossroads.case.records import HISTORY, Calibration, Forecast, Series
from crossroads.errors import Problem


def find_unknown_parts(look: Lookup) -> Iterator[Problem]:
    """Series, evidence and the uncertainty of the width are those of the case."""
    found = look.case.calibration
    if found is None:
        return
    series = [
        (name, f"calibration.observables.{outcome}.series.{name}")
        for outcome, one in found.observables.items()
        for name in one.series
    ]
    if found.holdout:
        series += [(one.series, f"calibration.holdout.forecasts.{i}.series") for i, one in _list_forecasts(found)]
        series.append((found.holdout.rival, "calibration.holdout.rival"))
    cited = [(name, f"calibration.evidence.{i}") for i, name in enumerate(found.evidence)]
    wide = [(found.width_of, "calibration.width_of")]
    yield from look.find_unknown(series, "history", "case", "", "series")
    yield from look.find_unknown(cited, "evidence", "case", "", "evidence")
    yield from look.find_unknown(wide, "uncertainties", "case", "", "uncertainty")


def find_wrong_years(look: Lookup) -> Iterator[Problem]:
    """The years calibrated to are in order and lie between the start of the history and the start of the case."""
    found, case = look.case.calibration, look.case
    if found is None or any(look.broken.covers("case", field) for field in ("start", "history_start")):
        return
    first, last = case.history_start.year, case.start.year - 1
    if not first <= found.first_year <= found.last_year <= last:
        what = f"{found.first_year} to {found.last_year} are no years of the history ({first} to {last})"
        yield look.problem("case", "", "calibration.first_year", what, "Choose years of it, in order.")
    if found.holdout and not found.first_year <= found.holdout.until < found.last_year:
        what = f"{found.holdout.until} leaves nothing to calibrate to, or nothing to predict"
        way_out = f"Choose a year from {found.first_year} to {found.last_year - 1}."
        yield look.problem("case", "", "calibration.holdout.until", what, way_out)


def find_useless_series(look: Lookup) -> Iterator[Problem]:
    """Every series has values above 0 in the years calibrated to."""
    found, known = look.case.calibration, look.ids("history")
    if found is None:
        return
    for outcome, one in found.observables.items():
        at = f"calibration.observables.{outcome}.series"
        if not one.series:
            yield look.problem("case", "", at, "no series measures it", "Name one, or take the outcome out.")
        for name in (name for name in one.series if name in known):
            values = [
                value for year, value in known[name].values.items() if found.first_year <= year <= found.last_year
            ]
            if not values or min(values) <= 0:
                lacks = "a value that is not above 0" if values else "no value"
                what = f'the series "{name}" has {lacks} in these years'
                yield look.problem("case", "", f"{at}.{name}", what, "Take it out, or change the years.")


def find_wrong_forecasts(look: Lookup) -> Iterator[Problem]:
    """What is predicted was calibrated to by another year, lies later, and is known by now."""
    found, known = look.case.calibration, look.ids("history")
    if found is None or found.holdout is None:
        return
    measured = {name for one in found.observables.values() for name in one.series}
    for i, one in _list_forecasts(found):
        at, until = f"calibration.holdout.forecasts.{i}", found.holdout.until
        if one.series in known and one.series not in measured:
            what = f'the series "{one.series}" measures no outcome'
            yield look.problem("case", "", f"{at}.series", what, "Add it to an observable, or predict another.")
        if one.since < until or min(one.years) <= one.since:
            what = f"{min(one.years)} is not predicted from {one.since}, after {until}"
            way_out = "Predict years after `since`, which lies not before `until`."
            yield look.problem("case", "", f"{at}.years", what, way_out)
        missing = _list_missing(one, known, found.holdout.rival)
        if missing:
            what, way_out = f"there is no value of {', '.join(missing)}", "Predict years that are known by now."
            yield look.problem("case", "", f"{at}.years", what, way_out)


def find_no_width(look: Lookup) -> Iterator[Problem]:
    """A width is told as a factor, so that what it is of lies above 0."""
    found, known = look.case.calibration, look.ids("uncertainties")
    if found is None or found.width_of not in known:
        return
    shape = known[found.width_of].distribution
    categorical = isinstance(shape, Categorical)
    if categorical or shape.bounds()[0] < 0:
        what = f'"{found.width_of}" {"is no number" if categorical else "can be below 0"}, and its width is a factor'
        yield look.problem("case", "", "calibration.width_of", what, "Name an uncertainty that lies above 0.")


def find_taken_id(look: Lookup) -> Iterator[Problem]:
    """The belief's own id is free."""
    if look.case.calibration is not None and HISTORY in look.ids("views"):
        what = f'"{HISTORY}" is the belief that calibration gives'
        yield look.problem("views", HISTORY, "", what, "Give the view another id.")


def _list_forecasts(found: Calibration) -> list[tuple[int, Forecast]]:
    return list(enumerate(found.holdout.forecasts)) if found.holdout else []


def _list_missing(one: Forecast, known: dict[str, Series], rival: str) -> list[str]:
    """Series and years that are needed to score a forecast and are not there; unknown series are told elsewhere."""
    years = sorted({one.since, *one.years})
    names = [name for name in (one.series, rival) if name in known]
    return [f"{name} in {year}" for name in names for year in years if year not in known[name].values]


RULES = (find_unknown_parts, find_wrong_years, find_useless_series, find_wrong_forecasts, find_no_width, find_taken_id)
