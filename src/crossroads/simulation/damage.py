"""What can be wrong with a chunk on disk, in words."""

from __future__ import annotations

from collections.abc import Mapping

from crossroads.simulation.completion import Completion, digest_futures
from crossroads.simulation.store import AXES, Store


def find_lost_files(sizes: Mapping[str, int], completion: Completion) -> str:
    """What is wrong with a chunk's files, given the bytes of every file there; empty when all is well."""
    for name, size in completion.files.items():
        if name not in sizes:
            return f"{name} is missing"
        if sizes[name] != size:
            return f"{name} has {sizes[name]} bytes instead of {size}"
    return ""


def find_damage(store: Store, completion: Completion, sizes: Mapping[str, int]) -> str:
    """What is wrong with a chunk, all of it read and compared with its digests; empty when all is well."""
    lost = find_lost_files(sizes, completion)
    if lost:
        return lost
    try:
        block = store.read(completion.chunk, completion.futures)
    except (OSError, ValueError, RuntimeError) as error:
        return f"it cannot be read ({error})"
    same = digest_futures(block, AXES) == completion.digests
    return "" if same else "its values are not those that were written"
