from __future__ import annotations

import json
from pathlib import Path

from edgeware.functions import scripts

FOLDER = Path(scripts.__file__).parent


def test_every_script_of_the_library_has_its_place() -> None:
    listed = [*scripts.LIBRARY, *scripts.INNER, *scripts.LATE, *scripts.FIRST, *scripts.SECOND, *scripts.LAST]
    assert sorted(listed) == sorted(path.stem for path in (FOLDER / "njs").glob("*.js"))


def test_a_context_of_a_runs_own_is_given_less_than_one_that_many_share() -> None:
    programs = scripts.programs()
    assert set(programs) == {(True, True), (True, False), (False, True), (False, False)}
    for first in (True, False):
        assert len(programs[False, first]) < 0.75 * len(programs[True, first])
    assert b"swap16" in programs[True, False]
    assert b"swap16" not in programs[True, True] + programs[False, False]
    assert b"bytesFrom" in programs[False, True]


def test_comments_and_indentation_stay_behind() -> None:
    for path in FOLDER.rglob("*.js"):
        lines = scripts.script(str(path.relative_to(FOLDER))).splitlines()
        assert not any(line.startswith((" ", "//")) for line in lines)
        assert len(lines) > 10


def test_late_scripts_are_json() -> None:
    for name, data in scripts.late().items():
        assert json.loads(data) == scripts.script(f"njs/{name.decode()}.js")
