"""What can be wrong with a chunk on disk, in words."""

from __future__ import annotations

from crossroads.simulation.completion import Completion, digest_futures
from crossroads.simulation.store import AXES, Store


def find_lost_files(store: Store, completion: Completion) -> str:
    """What is wrong with the sizes of a chunk's files; empty when all is well."""
    for name, size in completion.files.items():
        file = store.root / name
        if not file.is_file():
            return f"{name} is missing"
        if file.stat().st_size != size:
            return f"{name} has {file.stat().st_size} bytes instead of {size}"
    return ""


def find_damage(store: Store, completion: Completion) -> str:
    """What is wrong with a chunk, all of it read and compared with its digests; empty when all is well."""
    lost = find_lost_files(store, completion)
    if lost:
        return lost
    try:
        block = store.read(completion.chunk, completion.futures)
    except (OSError, ValueError, RuntimeError) as error:
        return f"it cannot be read ({error})"
    same = digest_futures(block, AXES) == completion.digests
    return "" if same else "its values are not those that were written"
