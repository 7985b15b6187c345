"""The path and the query string that a Lambda@Edge function returns [edge-function-restrictions-all]."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from edgeware.core.lambda_findings import QUERY_STRING, URI, Finding, finding
from edgeware.core.lambda_headers import RESTRICTIONS

URL_LIMIT = 8192
"""The path and the query string together must be shorter."""

_URI = re.compile(r"/[^\x00-\x20\x7f?#]*")
_QUERY_STRING = re.compile(r"[^\x00-\x20\x7f#]*")


def check_url(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> list[Finding]:
    """A path and a query string that the function left alone are not judged. No query string is an empty one."""
    uri, query = returned.get("uri"), returned.get("querystring", "")
    findings = []
    if uri != sent["uri"] and not (isinstance(uri, str) and _URI.fullmatch(uri)):
        what = "must be a path that begins with a slash, without space, control character, ? and #"
        findings.append(finding(URI, "uri", what, RESTRICTIONS))
    if query != sent["querystring"] and not (isinstance(query, str) and _QUERY_STRING.fullmatch(query)):
        what = "must be a string without space, control character and #"
        findings.append(finding(QUERY_STRING, "querystring", what, RESTRICTIONS))
    changed = (uri, query) != (sent["uri"], sent["querystring"])
    if not findings and changed and len(uri or "") + len(query) >= URL_LIMIT:
        what = f"must be shorter than {URL_LIMIT} characters together with the query string"
        findings.append(finding(URI, "uri", what, RESTRICTIONS))
    return findings
