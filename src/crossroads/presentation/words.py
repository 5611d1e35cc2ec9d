"""Numbers and lists as plain words: rounded no finer than their interval allows, with real minus signs."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, isfinite, log10

MINUS = "−"
NARROW = "\u202f"
NOT_APART = "≈"

_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_TOO_LARGE = 1e15


def step_of(low: float, high: float) -> float:
    """The step to round to so that an interval low..high keeps two digits of its width; 0 for no width."""
    width = abs(high - low)
    if not isfinite(width) or width == 0:
        return 0.0
    return float(10.0 ** (floor(log10(width)) - 1))


def number(value: float, step: float = 0.0, digits: int | None = None) -> str:
    """A value rounded to a step (0: three figures, no idle zeros), never to more decimals than `digits`.

    Millions and billions are written out; a value that is not finite reads "not known".
    """
    if not isfinite(value):
        return "not known"
    if abs(value) >= _TOO_LARGE:
        return _power(value)
    least = step or _figures_step(value, 3)
    if digits is not None:
        least = max(least, 10.0**-digits)
    text = _scaled(round(value / least) * least, least)
    return text if step else _drop_zeros(text)


def signed(value: float, step: float = 0.0, digits: int | None = None) -> str:
    """As number, with its sign shown; a value that rounds to nothing has none."""
    text = number(value, step, digits)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def _drop_zeros(text: str) -> str:
    """1.50 million becomes 1.5 million; 1,500 stays."""
    amount, space, scale = text.partition(" ")
    return f"{amount.rstrip('0').rstrip('.') if '.' in amount else amount}{space}{scale}"


def _power(value: float) -> str:
    """A number too large for words: 1.3 × 10³²."""
    exponent = floor(log10(abs(value)))
    return f"{_plain(value / 10.0**exponent, 0.1)} × 10{str(exponent).translate(_POWERS)}"


def _figures_step(value: float, figures: int) -> float:
    return float(10.0 ** (floor(log10(abs(value))) - figures + 1)) if value else 1.0


def _scaled(value: float, step: float) -> str:
    for size, name in _SCALES:
        if abs(value) >= size:
            return f"{_plain(value / size, step / size)} {name}"
    return _plain(value, step)


def _plain(value: float, step: float) -> str:
    decimals = max(0, -floor(log10(step) + 1e-9))
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def interval(low: float, high: float, digits: int | None = None, *, sign: bool = False) -> str:
    """Both ends of an interval, rounded alike: "−300 to +1,200"."""
    step, write = step_of(low, high), signed if sign else number
    first, last = write(low, step, digits), write(high, step, digits)
    return first if first == last else f"{first} to {last}"


def percent(share: float, decimals: int = 0) -> str:
    """A share of 1 as a percentage; small shares that are not nothing read "under 1 %"."""
    if not isfinite(share):
        return "not known"
    least = 10.0**-decimals
    if 1e-9 < abs(share) * 100 < least / 2:
        return f"under {least:g}{NARROW}%"
    return f"{_plain(round(share * 100, decimals), least)}{NARROW}%"


def change(share: float) -> str:
    """A change in percent with its sign: tenths below two percent; "±0 %" for what rounds to nothing."""
    text = signed(share * 100, 1.0 if abs(share) >= 0.02 else 0.1)
    return f"{text if text.strip('0.') else '±0'}{NARROW}%"


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names in a row: "a, b and c"; nothing reads "none"."""
    items = list(names)
    if not items:
        return "none"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 run", "3,072 runs"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """A length of time in words: "2 min 05 s"."""
    if not isfinite(seconds):
        return "an unknown time"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def sentence(text: str) -> str:
    """The same text beginning with a capital and ending with a stop."""
    text = text.strip()
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."
