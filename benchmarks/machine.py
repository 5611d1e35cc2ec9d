"""The machine that is measured."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from llvmlite import binding


@dataclass(frozen=True)
class Machine:
    """Processor, its widest instructions, cores, memory and system."""

    processor: str
    instructions: str
    cores: int
    gigabytes: float
    system: str
    compiler: str

    @property
    def wide(self) -> bool:
        """Whether the processor has AVX-512."""
        return self.instructions == "AVX-512"


def describe_machine() -> Machine:
    """This machine."""
    features = binding.get_host_cpu_features()
    known = (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("neon", "NEON"))
    return Machine(
        _read_field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        next((name for flag, name in known if features.get(flag)), "none"),
        os.cpu_count() or 1,
        int((_read_field("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 1024**2,
        f"{platform.system()} {platform.machine()}",
        _name_compiler(),
    )


def _read_field(path: str, name: str) -> str:
    if not Path(path).is_file():
        return ""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")


def _name_compiler() -> str:
    try:
        told = subprocess.run(["gcc", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return f"gcc {told.stdout.splitlines()[0].split()[-1]}"
