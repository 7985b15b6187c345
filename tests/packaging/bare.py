"""A script for an installation without extras: every module imports, but those that are an extra's own.

Standard library only: pytest is an extra's too.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

import edgeware

# Modules that are of no use without an extra, and the distribution package that each of them misses first.
NEEDS_AN_EXTRA: Mapping[str, str] = {
    "edgeware.cli.reloading": "uvicorn",
    "edgeware.inspector.cache_view": "jinja2",
    "edgeware.inspector.distribution_view": "jinja2",
    "edgeware.inspector.functions_view": "jinja2",
    "edgeware.inspector.pages": "jinja2",
    "edgeware.inspector.replay_view": "jinja2",
    "edgeware.inspector.requests_view": "jinja2",
    "edgeware.inspector.server": "uvicorn",
    "edgeware.inspector.site": "jinja2",
    "edgeware.inspector.stores_view": "jinja2",
    "edgeware.origins.forwarding": "h11",
    "edgeware.origins.url": "h11",
    "edgeware.origins.url_asgi": "h11",
    "edgeware.pytest_plugin": "pytest",
    "edgeware.testing.django_client": "django",
}


def missing(module: str) -> str | None:
    """What the import of a module lacks, or None."""
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        return error.name
    return None


def main() -> None:
    found = [info.name for info in pkgutil.walk_packages(edgeware.__path__, "edgeware.")]
    modules = [module for module in found if not module.endswith("__main__")]  # importing it would run the command
    lacking = {module: name for module in modules if (name := missing(module)) is not None}
    needs = {module: name for module, name in NEEDS_AN_EXTRA.items() if module in modules}
    if len(modules) < 10 or lacking != needs:
        raise SystemExit(f"{len(modules)} modules; lacking {lacking}, where {needs} was expected")
    print(f"{len(modules) - len(lacking)} modules import without an extra; {len(lacking)} need one")


if __name__ == "__main__":
    main()
