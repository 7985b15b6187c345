"""Reference cycles: what only the garbage collector can end, and who makes it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CoroutineType, FrameType, GeneratorType, MethodType
from typing import Any

import edgeware

PACKAGE = str(Path(edgeware.__file__).parent)


@contextmanager
def none_of_ours() -> Iterator[None]:
    """Fails if something of edgeware was left, within the block, to the garbage collector."""
    gc.disable()
    gc.freeze()  # what is there already is none of it
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield
        gc.collect()
        ours = [repr(found)[:200] for found in gc.garbage if _is_ours(found)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.unfreeze()
        gc.enable()
    assert ours == []


def _is_ours(found: Any) -> bool:
    if isinstance(found, GeneratorType):
        return found.gi_code.co_filename.startswith(PACKAGE)
    if isinstance(found, CoroutineType):
        return found.cr_code.co_filename.startswith(PACKAGE)
    if isinstance(found, FrameType):
        return found.f_code.co_filename.startswith(PACKAGE)
    if isinstance(found, MethodType):
        return _is_ours(found.__self__)
    return type(found).__module__.partition(".")[0] == "edgeware"
