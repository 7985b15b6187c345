"""A script that looks into a built wheel and source distribution, and tries the wheel in an environment of its own.

``python wheel.py DIRECTORY``, the directory that ``python -m build`` wrote to. Standard library only.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
IN_THE_SOURCE_DISTRIBUTION = frozenset(
    {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "pyproject.toml", "tox.ini", "tests/test_readme.py"}
)


def only(paths: Iterable[Path]) -> Path:
    (path,) = paths
    return path


def package_files() -> set[str]:
    """Every file of the package in this checkout, the data files and ``py.typed`` with it."""
    return {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "edgeware").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def expect(held: bool, complaint: str) -> None:
    if not held:
        raise SystemExit(complaint)


def check_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode("utf-8")
    expect("edgeware/py.typed" in inside, "the wheel has no py.typed")
    expect(inside == package_files(), f"wheel and package differ by {inside ^ package_files()}")
    expect("Description-Content-Type: text/markdown" in text, "the README is not the project's description")
    expect((REPOSITORY / "README.md").read_text(encoding="utf-8") in text, "the description is not the README")


def check_source_distribution(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        inside = {name.partition("/")[2] for name in tar.getnames()}
    wanted = IN_THE_SOURCE_DISTRIBUTION | package_files()
    expect(wanted <= inside, f"the source distribution lacks {wanted - inside}")


def check_installed(wheel: Path, directory: Path) -> None:
    """The wheel in an environment of its own, asked from a directory that is not the checkout."""
    venv.create(directory, with_pip=True)
    scripts = directory / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", wheel], check=True)
    subprocess.run([scripts / "python", "-m", "pip", "check"], check=True)
    asking = [str(scripts / "python"), "-I", "-c", "import edgeware; print(edgeware.__file__)"]
    subprocess.run(asking, check=True, cwd=directory)
    subprocess.run([scripts / "edgeware", "--help"], check=True, cwd=directory)


def main() -> None:
    built = Path(sys.argv[1]).resolve()
    wheel = only(built.glob("*.whl"))
    check_wheel(wheel)
    check_source_distribution(only(built.glob("*.tar.gz")))
    with tempfile.TemporaryDirectory() as directory:
        check_installed(wheel, Path(directory) / "environment")


if __name__ == "__main__":
    main()
