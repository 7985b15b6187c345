"""``python -m tests.servers.werkzeug_server module:app port``: werkzeug's development server round a WSGI app."""

from __future__ import annotations

import sys
from importlib import import_module

from werkzeug.serving import run_simple


def main() -> None:
    module, _, attribute = sys.argv[1].partition(":")
    run_simple("127.0.0.1", int(sys.argv[2]), getattr(import_module(module), attribute), threaded=True)


if __name__ == "__main__":
    main()
