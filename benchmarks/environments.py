"""Environments of the peers' own, under benchmarks/.envs: made once, from the pinned requirements beside this file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".envs"


class MissingError(Exception):
    """Something that a row of the table needs is not on this machine; the message says what."""


@dataclass(frozen=True)
class Peer:
    """A library with its pinned requirements, and the versions of Python that these need."""

    name: str
    title: str
    pythons: tuple[str, ...]

    @property
    def requirements(self) -> Path:
        """The file with the pins."""
        return HERE / f"requirements-{self.name}.txt"

    def read_version(self) -> str:
        """The pinned version of the library itself."""
        library = "ema_workbench" if self.name == "ema" else self.name
        pins = dict(line.split("==") for line in self.requirements.read_text().splitlines() if "==" in line)
        return next(version for name, version in pins.items() if name.lower() == library)


EMA = Peer("ema", "EMA Workbench", ("3.12", "3.13"))
RHODIUM = Peer("rhodium", "Rhodium", ("3.11", "3.12"))


def prepare(peer: Peer) -> Path:
    """The interpreter of a peer's environment. Raises MissingError where it cannot be made."""
    folder, pins = ENVIRONMENTS / peer.name, peer.requirements.read_text()
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    if stamp.is_file() and stamp.read_text() == pins:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    base = find_python(peer.pythons)
    if base is None:
        raise MissingError(f"{peer.title} needs Python {' or '.join(peer.pythons)}, which is not on this machine")
    print(f"making an environment for {peer.title} {peer.read_version()}", file=sys.stderr, flush=True)
    _run([str(base), "-m", "venv", str(folder)], peer)
    install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(peer.requirements)]
    _run([str(python), *install], peer)
    stamp.write_text(pins)
    return python


def find_python(versions: tuple[str, ...]) -> Path | None:
    """An interpreter of one of these versions that starts."""
    return next((path for version in versions for path in _list_pythons(version) if _starts(path, version)), None)


def _list_pythons(version: str) -> Iterator[Path]:
    found = shutil.which(f"python{version}")
    if found:
        yield Path(found)
    yield Path(sys.executable)
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for folder in sorted(root.glob(f"versions/{version}*"), reverse=True):
        yield folder / "bin" / "python"


def _starts(python: Path, version: str) -> bool:
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        told = subprocess.run([str(python), "-c", code], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return False
    return told.returncode == 0 and told.stdout.strip() == version


def _run(command: list[str], peer: Peer) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise MissingError(f"{peer.title} could not be installed: {last}")
