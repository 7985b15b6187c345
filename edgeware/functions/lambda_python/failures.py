"""What went wrong, as Lambda reports it: the runtime's own faults and the function's exceptions."""

from __future__ import annotations

import os
import traceback
from types import TracebackType
from typing import Any


class Fault(Exception):  # noqa: N818  (Lambda's own word)
    """Something that the runtime itself finds wrong, such as ``Runtime.ImportModuleError``."""

    def __init__(self, kind: str, message: str, where: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.where = where


def failure(error: Exception, directory: str, request_id: str) -> dict[str, Any]:
    """An exception as a reply's ``failure``; ``where`` is its innermost place in the function's directory."""
    kind = error.kind if isinstance(error, Fault) else type(error).__name__
    given = error.where if isinstance(error, Fault) else None
    frames = _own_frames(error.__traceback__, directory)
    within = [frame for frame in frames if _is_inside(frame.filename, directory)]
    where = given or (f"{within[-1].filename}:{within[-1].lineno}" if within else None)
    text = _text(error)
    return {
        "kind": "execution",
        "message": f"{kind}: {text}",
        "where": where,
        "error": {
            "errorMessage": text,
            "errorType": kind,
            "requestId": request_id,
            "stackTrace": traceback.format_list(frames),
        },
    }


def log_lines(failed: dict[str, Any]) -> tuple[str, ...]:
    """The lines that Lambda writes to the log about a failure."""
    frames = "".join(failed["error"]["stackTrace"]).splitlines()
    trace = ("Traceback (most recent call last):", *frames) if frames else ()
    return (f"[ERROR] {failed['message']}", *trace)


def _own_frames(trace: TracebackType | None, directory: str) -> traceback.StackSummary:
    """From the first frame in the function's code on: neither the runtime's frames nor the import system's."""
    while trace is not None and not _is_inside(trace.tb_frame.f_code.co_filename, directory):
        trace = trace.tb_next
    return traceback.extract_tb(trace)


def _is_inside(file: str, directory: str) -> bool:
    return file.startswith(directory + os.sep)


def _text(error: Exception) -> str:
    try:
        return str(error)
    except Exception:
        return "the exception has no text"
