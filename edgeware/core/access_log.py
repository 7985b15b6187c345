"""The line that an edge location logs for a request: standard logs, 33 fields [standard-logs-reference]."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timezone
from urllib.parse import quote

from edgeware.config.model import Distribution, EventType
from edgeware.core.function_event import utf8_of
from edgeware.core.headers import result_type
from edgeware.messages import Headers, Request, Response, value

FIELDS = tuple(
    """
    date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent)
    cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken
    x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status
    fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len
    sc-range-start sc-range-end
    """.split()
)
HEADER = ("#Version: 1.0", "#Fields: " + " ".join(FIELDS))
"""The two lines that a log file begins with."""
CUSTOM_DATA_BYTES = 800
"""Of custom log data, URL-encoded; the rest is cut off [general-helper-methods]."""


@value(kw_only=True)
class LogFacts:
    """What is known of a request when its response has ended. Times are in seconds, sizes in bytes."""

    request: Request
    """As the viewer sent it."""
    domain_name: str
    """The distribution's own."""
    pop: str
    request_id: str
    status: int
    """0: the viewer left before there was a response."""
    response_headers: Headers = field(default_factory=Headers)
    result_type: str
    """After the last byte: ``Hit``, ``Miss``, ``Error`` and so on."""
    response_result_type: str = ""
    """Before the first byte; empty where it is the same."""
    detail: str = ""
    """The detailed result type, such as ``OriginDnsError``; empty where it is the result type."""
    finished_at: float
    """Seconds since the epoch."""
    time_taken: float
    time_to_first_byte: float
    response_body_size: int
    request_body_size: int = 0
    tls: str = ""
    """``protocol:cipher:handshake``, as in CloudFront-Viewer-TLS."""
    cookies: bool = False
    """Whether cookie logging is on."""
    log_data: Mapping[EventType, str] = field(default_factory=dict)
    """Custom log data by event type."""


@value()
class Record:
    """What a flow comes to: the access log's line, put together when somebody reads it. Most runs have nobody who does.

    It holds values, not the visit: that leads to the trace, which keeps this, and such a ring only the collector ends.
    """

    distribution: Distribution
    request: Request
    request_id: str
    pop: str
    x_cache: str
    detail: str
    response: Response
    size: int
    """Bytes of body that went to the viewer."""
    started: float
    """Seconds since the epoch, as those that follow."""
    first_byte: float
    finished: float
    log_data: Mapping[EventType, str] | None = None

    def facts(self) -> LogFacts:
        """What the line tells."""
        return LogFacts(
            request=self.request,
            domain_name=self.distribution.domain_name,
            pop=self.pop,
            request_id=self.request_id,
            status=self.response.status,
            response_headers=self.response.headers,
            result_type=result_type(self.x_cache),
            detail=self.detail,
            finished_at=self.finished,
            time_taken=self.finished - self.started,
            time_to_first_byte=self.first_byte - self.started,
            response_body_size=self.size,
            tls=self.distribution.viewer.tls,
            log_data=self.log_data or {},
        )


def fields(facts: LogFacts) -> Mapping[str, str]:
    """The 33 fields by name, in their order; ``-`` for what is empty.

    Where a function has logged data, that too: ``viewer-request-log-data``, ``viewer-response-log-data``.
    """
    values = _when_and_where(facts) | _asked(facts) | _answered(facts)
    return {name: values.get(name) or "-" for name in FIELDS} | _custom(facts)


def line(fields: Mapping[str, str]) -> str:
    """A log file's line, without its line feed."""
    return "\t".join(fields[name] for name in FIELDS)


def _when_and_where(facts: LogFacts) -> dict[str, str]:
    finished = datetime.fromtimestamp(facts.finished_at, timezone.utc).isoformat(timespec="seconds")
    return {
        "date": finished[:10],
        "time": finished[11:19],
        "x-edge-location": facts.pop,
        "x-edge-request-id": facts.request_id,
        "time-taken": f"{facts.time_taken:.3f}",
        "time-to-first-byte": f"{facts.time_to_first_byte:.3f}",
    }


def _asked(facts: LogFacts) -> dict[str, str]:
    request, headers = facts.request, facts.request.headers
    version = request.http_version if "." in request.http_version else f"{request.http_version}.0"
    protocol, _, rest = facts.tls.partition(":") if request.scheme == "https" else ("", "", "")
    return {
        "c-ip": request.client_ip,
        "c-port": str(request.client_port),
        "cs-method": _encoded(request.method),
        "cs(Host)": facts.domain_name,
        "cs-uri-stem": _encoded(request.path),
        "cs-uri-query": _encoded(request.query),
        "cs(Referer)": _encoded(headers.get("referer")),
        "cs(User-Agent)": _encoded(headers.get("user-agent")),
        "cs(Cookie)": _encoded("; ".join(headers.get_all("cookie"))) if facts.cookies else "",
        "x-host-header": _encoded(headers.get("host")),
        "x-forwarded-for": _encoded(headers.joined("x-forwarded-for")),
        "cs-protocol": request.scheme,
        "cs-protocol-version": f"HTTP/{version}",
        "cs-bytes": str(_request_head_size(request) + facts.request_body_size),
        "ssl-protocol": protocol,
        "ssl-cipher": rest.partition(":")[0],
    }


def _answered(facts: LogFacts) -> dict[str, str]:
    headers = facts.response_headers
    first, last = _range(headers)
    return {
        "sc-status": f"{facts.status:03}",
        "sc-bytes": str(_response_head_size(headers) + facts.response_body_size if facts.status else 0),
        "sc-content-type": _encoded(headers.get("content-type")),
        "sc-content-len": _encoded(headers.get("content-length")),
        "sc-range-start": first,
        "sc-range-end": last,
        "x-edge-result-type": facts.result_type,
        "x-edge-response-result-type": facts.response_result_type or facts.result_type,
        "x-edge-detailed-result-type": facts.detail or facts.result_type,
    }


def _custom(facts: LogFacts) -> dict[str, str]:
    return {f"{event_type}-log-data": _cut(quote(utf8_of(data))) for event_type, data in facts.log_data.items()}


def _cut(encoded: str) -> str:
    """What fits into the log, without the half of an encoded byte at its end."""
    cut = encoded[:CUSTOM_DATA_BYTES]
    return cut if len(cut) == len(encoded) else _HALF_ENCODED.sub("", cut)


_HALF_ENCODED = re.compile(r"%[0-9A-F]?\Z")
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/")


def _range(headers: Headers) -> tuple[str, str]:
    content_range = headers.get("content-range")
    found = content_range and _CONTENT_RANGE.match(content_range)
    return (found[1], found[2]) if found else ("", "")


# Heads are counted as HTTP/1.1 would write them.
_STATUS_LINE_SIZE = len("HTTP/1.1 200 \r\n\r\n")
_REQUEST_LINE_SIZE = len("  HTTP/1.1\r\n\r\n")


def _response_head_size(headers: Headers) -> int:
    return _STATUS_LINE_SIZE + headers.size


def _request_head_size(request: Request) -> int:
    query = len(request.query) + 1 if request.query else 0
    return _REQUEST_LINE_SIZE + len(request.method) + len(request.path) + query + request.headers.size


# Control characters, space, everything from 127 on, and the characters of the page's table: RFC 1738's unsafe ones and
# the apostrophe. The percent sign is among them, so a path that is encoded already is encoded twice, as in production.
_ENCODED = re.compile(r"""[\x00- \x7f-\U0010ffff<>"#%{}|\\^~\[\]`']""")


def _encoded(text: str | None) -> str:
    return _ENCODED.sub(_percent_encoded, text) if text else ""


def _percent_encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("latin-1", "replace"))
