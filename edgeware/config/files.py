"""Whether a file is there, and the files that an edge function is made of."""

from __future__ import annotations

from pathlib import Path

NODE_SUFFIXES = (".js", ".mjs", ".cjs")
PYTHON_SUFFIXES = (".py",)


def is_directory(path: Path) -> bool:
    """Whether a directory is there; False for what the system cannot even look up."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Whether a file is there; False for what the system cannot even look up."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def absolute(path: Path) -> Path:
    """The path from the root, without `..`; as it was where the system cannot look it up."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


def handler_files(directory: Path, handler: str, runtime: str) -> tuple[Path, ...]:
    """The files in which a Lambda runtime would look for a handler, `src/edge.handler` or `pkg.edge.handler`."""
    if runtime.startswith("python"):
        module = handler.rpartition(".")[0]
        return (directory / f"{module.replace('.', '/')}.py",)
    folder, slash, names = handler.rpartition("/")
    module = f"{folder}{slash}{names.partition('.')[0]}"
    packages = directory / "node_modules" / module
    return (*(directory / f"{module}{suffix}" for suffix in NODE_SUFFIXES), directory / module, packages)
