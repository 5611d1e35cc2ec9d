"""A store that fsspec knows by an address of its own (bucket:///folder), for several processes: import this.

Objects lie in files, and nothing else of a file system is offered: no lock, no waiting for the disk.
"""

from __future__ import annotations

from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem


class Bucket(LocalFileSystem):
    protocol = "bucket"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "auto_mkdir": True})

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        if isinstance(path, list):
            return [cls._strip_protocol(each) for each in path]
        return super()._strip_protocol(str(path).removeprefix("bucket://"))


fsspec.register_implementation("bucket", Bucket, clobber=True)
