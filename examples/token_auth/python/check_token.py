"""viewer-request: without a token that the database knows, a request ends here; the app never sees it."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

# Opened once for each process, read-only: the directory of a function cannot be written to.
DATABASE = sqlite3.connect(f"{Path(__file__).with_name('tokens.db').as_uri()}?mode=ro", uri=True)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    request: dict[str, Any] = event["Records"][0]["cf"]["request"]
    name = name_of(request["headers"].pop("authorization", []))
    if name is None:
        return unauthorized()
    request["headers"]["x-viewer-name"] = [{"key": "X-Viewer-Name", "value": name}]
    return request


def name_of(authorization: list[dict[str, str]]) -> str | None:
    for line in authorization:
        scheme, _, token = line["value"].partition(" ")
        if scheme.lower() == "bearer":
            digest = hashlib.sha256(token.strip().encode()).hexdigest()
            row = DATABASE.execute("SELECT name FROM tokens WHERE digest = ?", (digest,)).fetchone()
            return str(row[0]) if row else None
    return None


def unauthorized() -> dict[str, Any]:
    return {
        "status": "401",
        "statusDescription": "Unauthorized",
        "headers": {
            "content-type": [{"key": "Content-Type", "value": "text/plain"}],
            "www-authenticate": [{"key": "WWW-Authenticate", "value": "Bearer"}],
        },
        "body": "A token, please.\n",
    }
