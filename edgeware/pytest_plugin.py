"""The pytest plugin: fixtures ``edge``, ``cloudfront_function``, ``lambda_function`` and ``recording``, and stores.

It is loaded in every run of pytest where edgeware is installed, so everything else is imported when a fixture is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from edgeware.cache.store import Store
    from edgeware.config.model import Distribution, Overlay
    from edgeware.testing import CloudFrontFunctionCalls, LambdaFunctionCalls, Recorded, Site

OPTION = "--edgeware-store"
MARKER = "edgeware_store"
_SITES = pytest.StashKey[list[Any]]()


class NewSite(Protocol):
    """What the fixture ``edge`` is: puts an edge round an application; it is closed when the test ends."""

    def __call__(
        self,
        app: Any,
        distribution: Distribution | str | Path | Mapping[str, object],
        *,
        named: str | None = None,
        parameters: Mapping[str, str] | None = None,
        overlay: Overlay | Sequence[Overlay] | None = None,
        clock: float | datetime | None = None,
        store: Store | None = None,
        **options: Any,
    ) -> Site:
        """A site; the arguments are those of ``edgeware.testing.Site``."""
        ...


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that chooses stores."""
    parser.getgroup("edgeware").addoption(
        OPTION,
        action="append",
        metavar="STORE",
        help="where the sites of the fixture `edge` keep objects: memory (default), disk, disk:PATH, "
        "redis://HOST:PORT/DB; given more than once, each test runs on each of them",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", f"{MARKER}(*stores): run the test on each of these stores, whatever {OPTION} says"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses ``edge`` once for each store."""
    if "edgeware_store" not in metafunc.fixturenames:
        return
    names = _stores(metafunc.definition, metafunc.config)
    if len(names) > 1:
        metafunc.parametrize("edgeware_store", names, indirect=True, ids=[str(name).split(":")[0] for name in names])


def _stores(node: pytest.Item, config: pytest.Config) -> Sequence[str]:
    marker = node.get_closest_marker(MARKER)
    if marker is None:
        return config.getoption(OPTION) or ["memory"]
    if not marker.args:
        raise pytest.UsageError(f"{node.nodeid}: the marker {MARKER} names no store: @pytest.mark.{MARKER}('memory')")
    return marker.args


@pytest.fixture
def edgeware_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Where the sites of ``edge`` keep their objects in this test; override it to bring a store of your own."""
    from edgeware.testing import stores

    name = getattr(request, "param", None) or _stores(request.node, request.config)[0]
    folder = request.getfixturevalue("tmp_path") / "edgeware-store" if name == "disk" else Path()
    store = stores.store_of(name, folder)
    yield store
    stores.close(store)


@pytest.fixture
def edge(request: pytest.FixtureRequest, edgeware_store: Store) -> Iterator[NewSite]:
    """What makes a site of an application and a distribution."""
    from edgeware.testing import Site

    sites = request.node.stash.setdefault(_SITES, [])
    with ExitStack() as stack:

        def new(app: Any, distribution: Any, *, store: Store | None = None, **options: Any) -> Site:
            site = Site(app, distribution, store=edgeware_store if store is None else store, **options)
            stack.callback(site.close)
            sites.append(site)
            return site

        yield new


@pytest.fixture
def cloudfront_function() -> Iterator[CloudFrontFunctionCalls]:
    """Call a CloudFront Function: ``cloudfront_function("rewrite.js", uri="/docs/")``."""
    from edgeware.testing import CloudFrontFunctionCalls

    calls = CloudFrontFunctionCalls()
    yield calls
    calls.close()


@pytest.fixture
def lambda_function() -> Iterator[LambdaFunctionCalls]:
    """Call a Lambda@Edge function: ``lambda_function("auth.py", uri="/", event_type="viewer-request")``."""
    from edgeware.testing import LambdaFunctionCalls

    calls = LambdaFunctionCalls()
    yield calls
    calls.close()


@pytest.fixture
def recording() -> Callable[[str | Path], Sequence[Recorded]]:
    """Read a recording: ``recording("run.har")`` are the requests, for ``site.send``, and what was answered then."""
    from edgeware.testing import recording

    return recording


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Show what the edge did in a test that failed."""
    report = yield
    if report.failed and report.when == "call":
        for site in item.stash.get(_SITES, ()):
            if text := site.report():
                report.sections.append(("edgeware trace", text))
    return report
