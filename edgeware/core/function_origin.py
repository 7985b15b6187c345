"""The origin that a CloudFront Function puts in the place of the behavior's own.

[helper-functions-origin-modification]; for the client certificates' headers [mtls-helper-methods].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from edgeware.config.headers import is_header_name
from edgeware.config.model import Origin, Unmapped
from edgeware.config.validation.origins import FAILOVER_CODES
from edgeware.core.function_entries import field_value
from edgeware.core.function_headers import is_disallowed
from edgeware.core.function_origin_settings import PEM_RULES, Kind, Settings, checked, complaints, kind_of, overrides
from edgeware.core.invalid import Invalid
from edgeware.core.prepared import Origins, PreparedDistribution

INVALID_REWRITE = "The CloudFront function returned an invalid value for origin rewrite."
PAGE = "helper-functions-origin-modification"
MTLS_PAGE = "mtls-helper-methods"
PEM_HEADERS = ("cloudfront-viewer-cert-pem", "client-cert", "client-cert-chain")
"""What holds a certificate: the second and third in passthrough mode, else the first."""
CERTIFICATE_HEADERS = tuple(
    f"cloudfront-viewer-cert-{what}" for what in ("serial-number", "issuer", "subject", "validity", "present", "sha256")
)
"""What tells of it."""


def chosen(
    site: PreparedDistribution, assigned: Origins, header_names: frozenset[str], requests: Sequence[Any]
) -> Origins | Invalid:
    """Who is to be asked after the calls of a run, each of which goes on from what the one before has left.

    ``assigned`` are the behavior's origins, ``header_names`` are those of the request in lower case. Other calls than
    those for origins and certificates are left alone.
    """
    changes = _Changes(site, header_names, assigned)
    for method, *arguments in requests:
        if method in _METHODS:
            _METHODS[method](changes, *arguments)
    changes.check_clash()
    return Invalid(INVALID_REWRITE, tuple(changes.findings)) if changes.findings else changes.origins


@dataclass(slots=True)
class _Changes:
    site: PreparedDistribution
    header_names: frozenset[str]
    origins: Origins
    findings: list[str] = field(default_factory=list)
    custom_headers: set[str] = field(default_factory=set)
    renamed: set[str] = field(default_factory=set)
    """What headers of client certificates are to be called."""

    def find(self, where: str, what: str, page: str = PAGE) -> None:
        self.findings.append(f"cf.{where} {what} [{page}]")

    # --- origins ---

    def update(self, settings: object) -> None:
        primary, *others = self.origins.members
        origin = self._updated("updateRequestOrigin", primary, settings)
        self.origins = self.origins._replace(members=(origin, *others))

    def select(self, id: object, settings: object) -> None:
        origin = self._configured("selectRequestOriginById", id)
        if origin is not None:
            self.origins = Origins((self._overridden("selectRequestOriginById's second argument", origin, settings),))

    def group(self, settings: object) -> None:
        where = "createRequestOriginGroup"
        if not isinstance(settings, dict):
            self.find(where, "must be given an object")
            return
        codes = self._status_codes(settings.get("failoverCriteria"))
        if settings.get("selectionCriteria", "default") not in ("default", "media-quality-score"):
            self.find(f"{where}.selectionCriteria", "must be default or media-quality-score")
        members = settings.get("originIds")
        if not isinstance(members, list) or len(members) != 2:
            self.find(f"{where}.originIds", "must be a list of exactly two origins, the primary first")
            return
        first, second = (self._member(f"{where}.originIds[{place}]", one) for place, one in enumerate(members))
        if first is not None and second is not None:
            self.origins = Origins((first, second), codes)

    def _member(self, where: str, member: object) -> Origin | None:
        if not isinstance(member, dict):
            return self._configured(where, member)
        origin = self._configured(f"{where}.originId", member.get("originId"))
        if origin is None:
            return None
        return self._overridden(f"{where}.originOverrides", origin, member.get("originOverrides"))

    def _overridden(self, where: str, origin: Origin, settings: object) -> Origin:
        """An origin as configured, but for what may be said of the name that it is asked by."""
        if settings is None or self._note(where, overrides(settings, _kind(origin))):
            return origin
        assert isinstance(settings, dict), "anything else is refused"
        return self._asked_by_name(where, replace(origin, host_header=settings.get("hostHeader")), settings)

    def _asked_by_name(self, where: str, origin: Origin, settings: Settings) -> Origin:
        if origin.access == "oac" and "hostHeader" in settings:
            self.find(f"{where}.hostHeader", "cannot be set while requests are signed by an origin access control")
        return origin

    def _configured(self, where: str, id: object) -> Origin | None:
        origin = self.site.distribution.origins.get(id) if isinstance(id, str) else None
        if origin is None:
            known = ", ".join(sorted(self.site.distribution.origins))
            self.find(where, f"must name an origin of this distribution: {known}")
        return origin

    def _status_codes(self, criteria: object) -> frozenset[int]:
        codes = criteria.get("statusCodes") if isinstance(criteria, dict) else None
        if isinstance(codes, list) and codes and all(isinstance(one, int) and one in FAILOVER_CODES for one in codes):
            return frozenset(codes)
        known = ", ".join(map(str, sorted(FAILOVER_CODES)))
        self.find("createRequestOriginGroup.failoverCriteria.statusCodes", f"must be a list out of {known}")
        return frozenset()

    def _updated(self, where: str, origin: Origin, settings: object) -> Origin:
        kind = kind_of(settings if isinstance(settings, dict) else {}, _kind(origin))
        found = self._note(where, complaints(settings, kind, self.header_names))
        if origin.type == "vpc":
            self.find(where, "cannot change a VPC origin")
        if found or not isinstance(settings, dict):
            return origin
        self.custom_headers.update(settings.get("customHeaders", ()))
        changed = self._asked_by_name(where, _with(origin, kind, settings), settings)
        self._check_completion(where, changed, settings)
        return self.site.resolved(changed)

    def _check_completion(self, where: str, origin: Origin, settings: Settings) -> None:
        """Both timeouts may be the assigned origin's: one that is given has to fit the other that stays."""
        completion = origin.response_completion_timeout
        if settings.get("timeouts") and completion is not None and completion < origin.read_timeout:
            what = f"must not be smaller than readTimeout, which is {origin.read_timeout}"
            self.find(f"{where}.timeouts.responseCompletionTimeout", what)

    # --- client certificates: no viewer has one here, so that only the names matter ---

    def rename(self, names: object) -> None:
        for where, new in self._renames("mtls.renameClientCertHeaders", names, (*PEM_HEADERS, *CERTIFICATE_HEADERS)):
            self._rename(where, new)

    def rename_pem(self, names: object) -> None:
        for where, new in self._renames("mtls.renamePemHeaders", names, PEM_HEADERS):
            self._rename_pem(where, new)

    def combine_pem(self, header: object) -> None:
        self._rename_pem("mtls.combinePemHeaders", header)

    def _renames(self, where: str, names: object, known: Sequence[str]) -> Iterator[tuple[str, object]]:
        if not isinstance(names, dict):
            self.find(where, "must be given an object of header names", MTLS_PAGE)
            return
        for old, new in names.items():
            if old.lower() not in known:
                self.find(f"{where}[{old[:64]!a}]", f"must be one of {', '.join(known)}", MTLS_PAGE)
            yield f"{where}[{old[:64]!a}]", new

    def _rename_pem(self, where: str, header: object) -> None:
        given: Settings = header if isinstance(header, dict) else {}
        self._rename(where, given.get("newHeaderName"))
        form = given.get("pemCertFormatInfo", {})
        if not isinstance(form, dict):
            self.find(f"{where}.pemCertFormatInfo", "must be an object", MTLS_PAGE)
        else:
            self._note(f"{where}.pemCertFormatInfo", checked("", form, PEM_RULES), MTLS_PAGE)

    def _rename(self, where: str, name: object) -> None:
        if not isinstance(name, str) or not is_header_name(name) or is_disallowed(name.lower()):
            self.find(where, "must give a header name that a function may set", MTLS_PAGE)
        else:
            self.renamed.add(name.lower())

    # --- both ---

    def check_clash(self) -> None:
        for name in sorted(self.renamed & self.custom_headers):
            self.find(f"updateRequestOrigin.customHeaders[{name!a}]", "is what cf.mtls names a header", MTLS_PAGE)

    def _note(self, where: str, wrong: Iterable[tuple[str, str]], page: str = PAGE) -> bool:
        before = len(self.findings)
        for path, what in wrong:
            self.find(f"{where}{path}", what, page)
        return len(self.findings) > before


_METHODS: Mapping[str, Any] = {
    "updateRequestOrigin": _Changes.update,
    "selectRequestOriginById": _Changes.select,
    "createRequestOriginGroup": _Changes.group,
    "renameClientCertHeaders": _Changes.rename,
    "renamePemHeaders": _Changes.rename_pem,
    "combinePemHeaders": _Changes.combine_pem,
}


def _kind(origin: Origin) -> Kind:
    return "s3" if origin.type == "s3" else "custom"


def _with(origin: Origin, kind: Kind, settings: Settings) -> Origin:
    """An origin with settings that are known to be right; what they do not say stays."""
    timeouts: Settings = settings.get("timeouts", {})
    domain = settings.get("domainName", origin.domain_name)
    why = f"a function chose {domain} as the origin, and nothing local is mapped to that name"
    headers = settings.get("customHeaders")
    changed = replace(
        origin,
        domain_name=domain,
        type="vpc" if origin.type == "vpc" else kind,
        origin_path=settings.get("originPath", origin.origin_path),
        custom_headers=origin.custom_headers if headers is None else _lines(headers),
        # The domain name that a function gives is asked for by name, whatever the viewer's Host.
        host_header=settings.get("hostHeader", settings.get("domainName", origin.host_header)),
        read_timeout=timeouts.get("readTimeout", origin.read_timeout),
        keepalive_timeout=timeouts.get("keepAliveTimeout", origin.keepalive_timeout),
        response_completion_timeout=timeouts.get("responseCompletionTimeout", origin.response_completion_timeout),
        connection_timeout=timeouts.get("connectionTimeout", origin.connection_timeout),
        connection_attempts=settings.get("connectionAttempts", origin.connection_attempts),
        target=origin.target if domain == origin.domain_name else Unmapped(why=why),
    )
    return _connected(_accessed(changed, settings), settings)


def _lines(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, field_value(value)) for name, value in headers.items())


def _accessed(origin: Origin, settings: Settings) -> Origin:
    control = settings.get("originAccessControlConfig")
    if control is None:
        return origin
    signs = control["enabled"] and control["signingBehavior"] != "never"
    return replace(origin, access="oac" if signs else "none")


def _connected(origin: Origin, settings: Settings) -> Origin:
    connection = settings.get("customOriginConfig")
    if connection is None or origin.type == "s3":
        return origin
    settled = replace(origin, ssl_protocols=tuple(connection["sslProtocols"]))
    if connection["protocol"] == "https":
        return replace(settled, protocol_policy="https-only", https_port=connection["port"])
    return replace(settled, protocol_policy="http-only", http_port=connection["port"])
