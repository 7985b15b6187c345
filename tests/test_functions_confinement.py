"""What a confined process can still do: compute."""

from __future__ import annotations

import subprocess
import sys

import pytest

from edgeware.functions import confinement

PROGRAM = """
import os, sys
sys.path.insert(0, {path!r})
from confinement import confine
before = open(os.devnull)
confine()
try:
    {attempt}
except (OSError, MemoryError) as error:
    print("refused:", type(error).__name__)
else:
    print("done")
"""


def attempt(code: str) -> str:
    path = confinement.__file__.rpartition("/")[0]
    program = PROGRAM.format(path=path, attempt=code)
    return subprocess.run([sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("code", ["open('/etc/passwd')", "os.pipe()", "bytearray(1 << 31)", "os.dup(0)"])
def test_files_and_much_memory_are_refused(code: str) -> None:
    assert attempt(code).startswith("refused:")


@pytest.mark.parametrize("code", ["bytearray(1 << 20)", "before.read()"])
def test_work_on_what_is_there_goes_on(code: str) -> None:
    assert attempt(code) == "done\n"
