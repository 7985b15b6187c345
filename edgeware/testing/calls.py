"""Calling one edge function with an event in keyword arguments, or one in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from edgeware.config.model import EventType
from edgeware.exceptions import UsageError
from edgeware.functions.trial import FunctionResult, parsed
from edgeware.testing.functions import FunctionRunner

Event: TypeAlias = "Mapping[str, Any] | str | Path | None"
Values: TypeAlias = "Mapping[str, str | Sequence[str]]"


class _Calls:
    """Runs functions in child processes, which stay for further calls until ``close``."""

    def __init__(self) -> None:
        self._runners: dict[tuple[Any, ...], FunctionRunner] = {}

    def _run(self, function: str | Path, event: object, event_type: EventType | None, **options: Any) -> FunctionResult:
        key = (str(function), *options.items())
        if key not in self._runners:
            self._runners[key] = FunctionRunner(function, **options)
        return self._runners[key].run(event, event_type)

    def close(self) -> None:
        """End the child processes."""
        while self._runners:
            self._runners.popitem()[1].close()


class CloudFrontFunctionCalls(_Calls):
    """Calls CloudFront Functions [functions-event-structure]."""

    def __call__(
        self,
        function: str | Path,
        event: Event = None,
        *,
        event_type: EventType | None = None,
        runtime: str | None = None,
        uri: str = "/",
        method: str = "GET",
        querystring: Values | None = None,
        headers: Values | None = None,
        cookies: Values | None = None,
        ip: str | None = None,
        status_code: int | None = None,
        status_description: str = "",
        response_headers: Values | None = None,
        response_cookies: Values | None = None,
    ) -> FunctionResult:
        """Run the function in a file, on an ``event`` (a mapping or a JSON file) or one made of the other arguments.

        With a ``status_code`` it is a viewer-response event, without one a viewer-request event. A value that is a list
        comes as multiValue. UsageError for an event that no edge location would send.
        """
        if event is None:
            request = {"method": method, "uri": uri}
            request |= _entries(querystring=querystring, headers=headers, cookies=cookies)
            event = {"request": request, "viewer": {} if ip is None else {"ip": ip}}
            if status_code is not None or event_type == "viewer-response":
                response = {"statusCode": status_code or 200, "statusDescription": status_description}
                event["response"] = response | _entries(headers=response_headers, cookies=response_cookies)
        return self._run(function, _event(event), event_type, runtime=runtime)


class LambdaFunctionCalls(_Calls):
    """Calls Lambda@Edge functions [lambda-event-structure]."""

    def __call__(
        self,
        function: str | Path,
        event: Event = None,
        *,
        event_type: EventType | None = None,
        runtime: str | None = None,
        handler: str | None = None,
        uri: str = "/",
        method: str = "GET",
        querystring: str = "",
        headers: Values | None = None,
        client_ip: str | None = None,
        status: int | str | None = None,
        status_description: str = "",
        response_headers: Values | None = None,
    ) -> FunctionResult:
        """Run the handler in a file, on an ``event`` (a mapping or a JSON file) or one made of the other arguments.

        With a ``status`` it is an origin-response event, without one an origin-request event, unless ``event_type``
        says otherwise. UsageError for an event that no edge location would send.
        """
        if event is None:
            event_type = event_type or ("origin-request" if status is None else "origin-response")
            request = {"method": method, "uri": uri, "querystring": querystring, "headers": _lines(headers)}
            request |= {} if client_ip is None else {"clientIp": client_ip}
            cf: dict[str, Any] = {"config": {"eventType": event_type}, "request": request}
            if event_type.endswith("-response"):
                cf["response"] = {
                    "status": str(status or 200),
                    "statusDescription": status_description,
                    "headers": _lines(response_headers),
                }
            event = {"Records": [{"cf": cf}]}
        return self._run(function, _event(event), event_type, runtime=runtime, handler=handler)


def _event(event: Mapping[str, Any] | str | Path) -> object:
    if isinstance(event, Mapping):
        return event
    try:
        return parsed(Path(event).read_bytes(), str(event))
    except OSError as error:
        raise UsageError(f"The event cannot be read from {event}: {error}") from error


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _entries(**sections: Values | None) -> dict[str, Any]:
    return {
        name: {key: _entry(_several(value)) for key, value in (values or {}).items()}
        for name, values in sections.items()
    }


def _entry(values: Sequence[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": values[0]}
    return entry if len(values) == 1 else {**entry, "multiValue": [{"value": value} for value in values]}


def _lines(headers: Values | None) -> dict[str, list[dict[str, str]]]:
    return {
        name.lower(): [{"key": name, "value": value} for value in _several(values)]
        for name, values in (headers or {}).items()
    }
