"""``python -I -m edgeware.functions.lambda_python``: what the parent starts."""

from __future__ import annotations

from edgeware.functions.lambda_python.process import Process

Process().run()
