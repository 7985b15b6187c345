"""Where the test vectors are: in this repository, or in the folder that EDGEWARE_VECTORS names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("EDGEWARE_VECTORS", Path(__file__).parent / "vectors"))


def load(name: str) -> Any:
    """The parsed content of one vector file."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
