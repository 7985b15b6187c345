"""What can be wrong with the result of a Lambda@Edge function.

The lines on the viewer's page are production's where they have been seen; the others continue the same families in our
own words. The order in which findings are reported is that of the checks, and the first one is the viewer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from edgeware.core.invalid import Invalid

NOT_PARSABLE: Final = "The Lambda function returned invalid json: The json output is not parsable"
NOT_AN_OBJECT: Final = "The Lambda function returned invalid JSON: The JSON output must be an object type."

_HEADERS = "The Lambda function returned an invalid entry in the headers object: "
ENTRY_NOT_AN_ARRAY: Final = f"{_HEADERS}Each header entry in the headers object must be an array."
HEADERS_NOT_AN_OBJECT: Final = f"{_HEADERS}The headers field must be an object."
HEADER_NAME: Final = f"{_HEADERS}A header name is not valid."
HEADER_VALUE: Final = f"{_HEADERS}A header value is neither a string nor an array of strings."
HEADER_CHARACTER: Final = f"{_HEADERS}A header value has an invalid character."

_RESULT = "The Lambda function result failed validation: "
READ_ONLY_HEADER: Final = f"{_RESULT}The function tried to add, delete, or change a read-only header."
DISALLOWED_HEADER: Final = f"{_RESULT}The function tried to add a blacklisted header."
BODY: Final = f"{_RESULT}The body is not a string, is not an object, or exceeds the maximum size."
BODY_ENCODING: Final = f"{_RESULT}The body does not fit its encoding."
BODY_NOT_ALLOWED: Final = f"{_RESULT}This response must not have a body."
STATUS: Final = f"{_RESULT}The status is not a number from 200 to 599."
STATUS_READ_ONLY: Final = f"{_RESULT}The function tried to change the status of a viewer response."
STATUS_DESCRIPTION: Final = f"{_RESULT}The status description is not valid."
URI: Final = f"{_RESULT}The URI is not valid."
QUERY_STRING: Final = f"{_RESULT}The query string is not valid."
READ_ONLY_FIELD: Final = f"{_RESULT}The function tried to change a read-only field."

ORIGIN: Final = "The Lambda function returned an invalid origin configuration: "
ORIGIN_HEADERS: Final = f"{ORIGIN}One or more HeaderName or HeaderValue values are invalid."
ORIGIN_KIND: Final = f"{ORIGIN}The origin must be exactly one of custom and s3."


class Finding(NamedTuple):
    """One thing that is wrong: the line for the viewer's page, and the sentence for the developer."""

    message: str
    text: str


def finding(message: str, field: str, what: str, page: str) -> Finding:
    """A finding about a field of the result; ``page`` is the slug of the AWS page that has the rule."""
    return Finding(message, f"{field}: {what} [{page}]")


def refused(findings: Sequence[Finding]) -> Invalid:
    """The refusal that these findings, at least one, amount to."""
    return Invalid(findings[0].message, tuple(found.text for found in findings))
