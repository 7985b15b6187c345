"""The house plan: imports only go down, the core asks and never acts, and modules stay small.

Read from the source by ``ast``, so that an import inside a function or under TYPE_CHECKING counts like any other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "edgeware"

# From the ground up. A room imports from the floors below it and from itself, never sideways and never up.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"messages", "exceptions", "forking"}),
    frozenset({"config"}),
    frozenset({"core"}),
    frozenset({"cache", "functions", "origins", "trace", "access_log", "metrics", "scope", "environ", "dice"}),
    frozenset({"edge"}),
    frozenset({"inspector"}),
    frozenset({"asgi", "wsgi"}),
    frozenset({"parity"}),
    frozenset({"cli", "testing"}),
    frozenset({"__init__", "__main__", "pytest_plugin"}),
)

# What the core has no business with: the world outside, clocks, threads, logs and dice.
NOT_IN_CORE = frozenset(
    """
    asyncio concurrent contextvars http.client http.server io logging multiprocessing os pathlib queue random secrets
    select selectors shutil signal socket socketserver ssl subprocess sys tempfile threading time urllib.request uuid
    warnings
    """.split()
)
# `from x import y` or `import x` of these modules is fine in the core as long as nothing of this list is named.
CLOCKS_AND_DICE = frozenset({"time.time", "time.monotonic", "time.sleep", "datetime.now", "datetime.utcnow"})
BUILT_INS_NOT_IN_CORE = frozenset({"breakpoint", "input", "open", "print"})

# Where the world's own clock may be read, and why.
CLOCKS_ALLOWED: Mapping[str, str] = {
    "edge.py": "the default of Edge(clock=...)",
    "dice.py": "the default of Edge(ids=...): a generator of its own, which nobody else seeds",
    "testing/clock.py": "a test's time begins now, so that what an application dates is not of another year",
    "cli/sign.py": "a signature that expires in an hour does so by everybody's clock",
}

MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 300
# Longer than the house allows, and why that is right.
LONG_MODULES: Mapping[str, str] = {
    "config/model.py": "one list of value classes, a field a line; split, it would only be harder to look up",
}
LONG_FUNCTIONS: Mapping[str, str] = {}

# Modules that no test file carries the name of, and the tests that are theirs.
TESTED_ELSEWHERE: Mapping[str, str] = {}

MODULES = sorted(PACKAGE.rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def floor(of_room: str) -> int:
    for number, rooms in enumerate(FLOORS):
        if of_room in rooms:
            return number
    raise AssertionError(f"edgeware/{of_room} has no place in FLOORS: give it one, in CONTRIBUTING.md too")


def package_of(path: Path) -> list[str]:
    """The package that relative imports of a module start from, as parts."""
    return ["edgeware", *path.relative_to(PACKAGE).parts[:-1]]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the full dotted name of everything that a module imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package_of(path)[: -(node.level - 1) or None] if node.level else []
            module = [*base, *([node.module] if node.module else [])]
            yield from ((node.lineno, ".".join([*module, alias.name])) for alias in node.names)
        elif isinstance(node, ast.Call) and dotted(node.func) in {
            "import_module",
            "importlib.import_module",
            "__import__",
        }:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield node.lineno, argument.value


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a name or an attribute, "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def wrong_way(path: Path) -> list[str]:
    """The imports of a module that do not go down."""
    own = room(path)
    complaints = []
    for line, full in imported(path):
        parts = full.split(".")
        if parts[0] != "edgeware":
            continue
        # `from edgeware import X` enters by the front door; a room named there is what is really imported.
        target = parts[1] if len(parts) > 1 and is_room(parts[1]) else "__init__"
        if target != own and floor(target) >= floor(own):
            complaints.append(f"{name(path)}:{line} (floor {floor(own)}) imports {full} (floor {floor(target)})")
    return complaints


def is_room(part: str) -> bool:
    return (PACKAGE / part).is_dir() or (PACKAGE / f"{part}.py").is_file()


def answerless_yields(path: Path) -> list[str]:
    """Each bare ``yield`` that may ask something: its answer is Any.

    ``Effect.__iter__`` is where the one true yield stands. A plain iterator of values asks nothing.
    """
    module = tree(path)
    allowed: set[ast.AST] = set()
    for owner in ast.walk(module):
        for function in ast.iter_child_nodes(owner):
            if isinstance(function, ast.FunctionDef) and may_yield(owner, function):
                allowed |= set(ast.walk(function))
    return [
        f"{name(path)}:{node.lineno}: write `yield from`, a bare yield answers Any"
        for node in ast.walk(module)
        if isinstance(node, ast.Yield) and node not in allowed
    ]


def may_yield(owner: ast.AST, function: ast.FunctionDef) -> bool:
    of_effect = isinstance(owner, ast.ClassDef) and owner.name == "Effect" and function.name == "__iter__"
    return of_effect or (isinstance(function.returns, ast.Subscript) and dotted(function.returns.value) == "Iterator")


def clocks_and_dice(path: Path) -> list[str]:
    """Each use of the world's clock, of a sleep or of ``random``."""
    found = [(line, full) for line, full in imported(path) if full.split(".")[0] == "random" or full in CLOCKS_AND_DICE]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            spelled = ".".join(dotted(node).split(".")[-2:])
            if spelled in CLOCKS_AND_DICE:
                found.append((node.lineno, spelled))
    return [f"{name(path)}:{line}: {what}" for line, what in found]


def acts(path: Path) -> list[str]:
    """What a module of the core does that only the world may do."""
    found = [(line, full) for line, full in imported(path) if any(f"{full}.".startswith(f"{m}.") for m in NOT_IN_CORE)]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and dotted(node.func) in BUILT_INS_NOT_IN_CORE:
            found.append((node.lineno, dotted(node.func)))
    return [f"{name(path)}:{line}: {what}" for line, what in found]


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines from ``def`` to the end, without the docstring."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def has_code(path: Path) -> bool:
    """Whether a module does anything: value classes and protocols without a line of code in them need no tests."""
    return any(
        not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for function in functions(path)
        for node in function.body
    )


def test_files(path: Path) -> list[Path]:
    """Where the tests of a module may stand: ``core/freshness.py`` in ``tests/test_core_freshness.py``."""
    parts = [part for part in path.relative_to(PACKAGE).with_suffix("").parts if part != "__init__"]
    spellings = {"_".join(parts), "_".join([parts[0], parts[-1]]), parts[-1]} if parts else {"package"}
    if path.stem == "__init__":
        spellings.add("_".join([*parts, "init"]))
    return [REPOSITORY / "tests" / f"test_{spelling.strip('_')}.py" for spelling in spellings]


test_files.__test__ = False  # type: ignore[attr-defined]  # a helper, whatever its name says


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_room_has_a_floor_and_imports_only_go_down(path: Path) -> None:
    assert floor(room(path)) >= 0
    assert wrong_way(path) == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").rglob("*.py")), ids=name)
def test_the_core_asks_by_yield_from_and_does_nothing_itself(path: Path) -> None:
    assert answerless_yields(path) == []
    assert acts(path) == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_time_and_randomness_come_in_from_outside(path: Path) -> None:
    assert clocks_and_dice(path) == [] or name(path) in CLOCKS_ALLOWED


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_functions_and_modules_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_MODULE_LINES or name(path) in LONG_MODULES
    long = [
        f"{name(path)}::{function.name}" for function in functions(path) if code_lines(function) > MAX_FUNCTION_LINES
    ]
    assert [function for function in long if function not in LONG_FUNCTIONS] == []


@pytest.mark.parametrize("path", [path for path in MODULES if has_code(path)], ids=name)
def test_every_module_has_a_test_file(path: Path) -> None:
    if name(path) in TESTED_ELSEWHERE:
        assert list((REPOSITORY / TESTED_ELSEWHERE[name(path)]).glob("test_*.py"))
    else:
        assert [file for file in test_files(path) if file.is_file()], f"none of {test_files(path)} is there"


def test_the_public_names_are_few_and_sorted() -> None:
    exported = [
        ast.literal_eval(node.value)
        for node in tree(PACKAGE / "__init__.py").body
        if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "__all__"
    ]
    assert len(exported) == 1
    names: list[str] = exported[0]
    assert names == sorted(names)
    assert 0 < len(names) <= 20


def test_the_map_in_the_contributing_page_is_this_plan() -> None:
    page = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn: dict[int, set[str]] = {}
    for number, rooms in re.findall(r"^\| (\d) \| (.+?) \|", page, re.MULTILINE):
        drawn.setdefault(int(number), set()).update(re.findall(r"`(\w+)`", rooms))
    assert drawn == {number: set(rooms) for number, rooms in enumerate(FLOORS)}


def test_no_exception_outlives_its_reason() -> None:
    """An entry of a table above that nothing needs any more has to go."""
    present = {name(path): path for path in MODULES}
    assert {
        entry for entry in LONG_MODULES if len(present[entry].read_text("utf-8").splitlines()) <= MAX_MODULE_LINES
    } == set()
    assert {entry for entry in CLOCKS_ALLOWED if not clocks_and_dice(present[entry])} == set()
    too_long = {
        f"{name(path)}::{function.name}"
        for path in MODULES
        for function in functions(path)
        if code_lines(function) > MAX_FUNCTION_LINES
    }
    assert set(LONG_FUNCTIONS) - too_long == set()
    assert {entry for entry in TESTED_ELSEWHERE if any(file.is_file() for file in test_files(present[entry]))} == set()


@pytest.mark.parametrize(
    ("where", "source", "complains"),
    [
        ("core/x.py", "from edgeware.edge import Edge", True),
        ("core/x.py", "def f():\n    import edgeware.edge", True),
        ("core/x.py", "if TYPE_CHECKING:\n    from edgeware import edge", True),
        ("core/x.py", "from ..edge import Edge", True),
        ("core/x.py", "from .. import edge", True),
        ("core/x.py", "importlib.import_module('edgeware.edge')", True),
        ("core/x.py", "from edgeware import Edge", True),
        ("cache/x.py", "from edgeware.functions import workers", True),
        ("core/x.py", "from edgeware.core.effects import Effect", False),
        ("core/x.py", "from . import effects", False),
        ("core/x.py", "from edgeware.messages import Headers", False),
        ("core/x.py", "import json", False),
        ("__main__.py", "from edgeware.cli import main", False),
    ],
)
def test_this_plan_sees_an_import_that_goes_up(
    where: str, source: str, complains: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for directory in ("core", "cache", "functions", "cli"):
        (tmp_path / directory).mkdir()
    for module in ("edge.py", "messages.py", "__init__.py"):
        (tmp_path / module).touch()
    (tmp_path / where).write_text(source)
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    assert bool(wrong_way(tmp_path / where)) is complains


@pytest.mark.parametrize(
    ("source", "complains"),
    [
        ("def f():\n    answer = yield Lookup('k')", True),
        ("class Other:\n    def __iter__(self):\n        answer = yield self", True),
        ("def f():\n    answer = yield from Lookup('k')", False),
        ("class Effect:\n    def __iter__(self):\n        answer = yield self", False),
        ("def f() -> Iterator[int]:\n    yield 1", False),
        ("def f() -> Flow[int]:\n    yield 1", True),
    ],
)
def test_this_plan_sees_a_bare_yield(
    source: str, complains: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.py").write_text(source)
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    assert bool(answerless_yields(tmp_path / "x.py")) is complains


@pytest.mark.parametrize(
    ("source", "clock", "action"),
    [
        ("import time\nnow = time.time()", True, True),
        ("from time import monotonic", True, True),
        ("import random", True, True),
        ("import datetime\nnow = datetime.datetime.now()", True, False),
        ("import logging", False, True),
        ("print('x')", False, True),
        ("from time import perf_counter", False, True),
        ("import json", False, False),
    ],
)
def test_this_plan_sees_clocks_and_actions(
    source: str, clock: bool, action: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.py").write_text(source)
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    assert bool(clocks_and_dice(tmp_path / "x.py")) is clock
    assert bool(acts(tmp_path / "x.py")) is action
