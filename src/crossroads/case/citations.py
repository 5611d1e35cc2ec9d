"""From an item of CSL JSON to a reference with one line of citation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST_AUTHORS = 6


def read_reference(item: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a Reference; keys of CSL that we do not read stay in the file."""
    kept = {key: item[key] for key in ("id", "type", "title") if key in item}
    return kept | {
        "citation": cite(item),
        "doi": str(item.get("DOI", "")),
        "url": str(item.get("URL", "")),
        "year": _year(item),
    }


def cite(item: Mapping[str, Any]) -> str:
    """Authors (year). Title. Container, volume(issue), pages. DOI."""
    authors, year = _authors(item), _year(item)
    publisher = str(item.get("publisher", ""))
    dated = f"({year})" if year else "(no date)"
    parts = [
        f"{authors} {dated}" if authors else "",
        str(item.get("title", "")).strip(),
        _container(item),
        publisher if publisher != authors else "",
        f"doi:{item['DOI']}" if item.get("DOI") else str(item.get("URL", "")),
    ]
    line = " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part)
    return line if authors else f"{line} {dated}."


def _authors(item: Mapping[str, Any]) -> str:
    people = item.get("author") or item.get("editor") or []
    names = [_name(person) for person in people if isinstance(person, Mapping)]
    if len(names) > _MOST_AUTHORS:
        return f"{', '.join(names[:3])} et al."
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _name(person: Mapping[str, Any]) -> str:
    if "literal" in person:
        return str(person["literal"])
    given = str(person.get("given", "")).replace(".", " ").split()
    initials = " ".join(f"{part[0]}." for part in given)
    return f"{person.get('family', '')} {initials}".strip()


def _year(item: Mapping[str, Any]) -> int | None:
    """The first year of CSL's `issued`, in any of the ways CSL allows."""
    issued = item.get("issued")
    if not isinstance(issued, Mapping):
        return None
    parts = issued.get("date-parts") or [[]]
    first = parts[0][0] if parts and isinstance(parts[0], list) and parts[0] else issued.get("literal", "")
    digits = str(first)[:4]
    return int(digits) if digits.isdigit() else None


def _container(item: Mapping[str, Any]) -> str:
    """Container, volume(issue), pages."""
    issue = f"({item['issue']})" if item.get("issue") else ""
    volume = f"{item.get('volume', '')}{issue}"
    pages = str(item.get("page", "")).replace("-", "–")
    return ", ".join(part for part in (str(item.get("container-title", "")), volume, pages) if part)
