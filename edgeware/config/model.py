"""The distribution in AWS's words: what every source is read into and what the edge runs.

Frozen values, no I/O. Names and defaults are those of the CloudFront API, in snake_case. Times are in seconds unless
a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Literal, TypeAlias

from edgeware.config.switches import Switches

Overlay: TypeAlias = str | PathLike[str] | Mapping[str, object]
EventType: TypeAlias = Literal["viewer-request", "origin-request", "origin-response", "viewer-response"]
ViewerProtocolPolicy: TypeAlias = Literal["allow-all", "https-only", "redirect-to-https"]
OriginProtocolPolicy: TypeAlias = Literal["http-only", "https-only", "match-viewer"]
SelectionMode: TypeAlias = Literal[
    "none", "whitelist", "all", "allExcept", "allViewer", "allViewerAndWhitelistCloudFront"
]

READ_METHODS = frozenset({"GET", "HEAD"})
READ_AND_OPTIONS = READ_METHODS | {"OPTIONS"}
ALL_METHODS = READ_AND_OPTIONS | {"PUT", "POST", "PATCH", "DELETE"}


# --- where code and origins are found -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A function's code: the text itself, a file, or a directory. All three None: it is nowhere to be found."""

    text: str | None = None
    path: Path | None = None
    """A source file, or the directory that is deployed."""
    missing: str | None = None
    """Why there is no code, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The wrapped application stands for the origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherApp:
    """Another application stands for the origin: ``module:attribute``, imported when it is asked first."""

    import_string: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """Another server stands for the origin: ``http://host[:port]``. The origin's own domain name stays in Host."""

    url: str
    preserve_host: bool = True
    """Whether Host is what CloudFront would send; False sends the URL's own."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Added on the way to this server, in the place of what CloudFront would send under their names. Secrets."""
    verify: bool | Path = True
    """Whether the server's certificate is checked; a path: against the authorities in this PEM file alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """When a website redirects, and where to [how-to-page-redirect]: in S3's own words."""

    key_prefix_equals: str = ""
    """Keys that begin with this; "" for all."""
    http_error_code_returned_equals: int | None = None
    """Only in the place of an error with this status; None: before any object is looked for."""
    host_name: str | None = None
    """None: the host of the request."""
    protocol: Literal["http", "https"] | None = None
    """None: http, since a website endpoint speaks no other."""
    http_redirect_code: int = 301
    replace_key_prefix_with: str | None = None
    replace_key_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """A bucket's website configuration [WebsiteHosting]: file names in each folder, and in the whole bucket."""

    index: str = "index.html"
    error: str | None = None
    """What is sent in the place of a missing object, under its status."""
    routing_rules: tuple[RoutingRule, ...] = ()
    """In order: the first that applies counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A directory whose files lie in a bucket, under keys that begin with ``prefix``: "" or "docs/"."""

    path: Path
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A directory stands for an S3 bucket: for its REST interface, or for its website endpoint (``website``).

    ``not_found`` is what a missing key answers: 403 where the bucket policy gives no ListBucket, 404 with it.
    """

    path: Path
    prefix: str = ""
    """What every key begins with: "" or "docs/"."""
    beneath: tuple[Layer, ...] = ()
    """What else was put into the bucket, before: it shows where this has no such key."""
    index: str | None = None
    """A file name for keys that end with a slash, and for the empty one. S3 itself has no such thing."""
    not_found: Literal[403, 404] = 403
    website: Website | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmapped:
    """Nothing local stands for the origin: a request to it is answered 502."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """The same answer to everything stands for the origin."""

    status: int = 200
    body: str = ""


Target: TypeAlias = App | OtherApp | Url | Directory | Static | Unmapped


# --- origins --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An origin [DownloadDistValuesOrigin]."""

    id: str
    domain_name: str
    type: Literal["custom", "s3", "vpc"] = "custom"
    host_header: str | None = None
    """What a function has set Host to; None for what the policies and the domain name make of it."""
    origin_path: str = ""
    """"" or "/x" without a slash at the end; put before the path of every request."""
    custom_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Values are secrets: never printed."""
    protocol_policy: OriginProtocolPolicy = "match-viewer"
    http_port: int = 80
    https_port: int = 443
    ssl_protocols: tuple[str, ...] = ("TLSv1.2",)
    read_timeout: int = 30
    keepalive_timeout: int = 5
    response_completion_timeout: int | None = None
    connection_attempts: int = 3
    connection_timeout: int = 10
    access: Literal["none", "oai", "oac"] = "none"
    target: Target = field(default_factory=App)


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginGroup:
    """Two origins, the second for when the first answers a listed status [high_availability_origin_failover]."""

    id: str
    members: tuple[str, str]
    status_codes: frozenset[int]


# --- policies -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which headers, cookies or query strings a policy takes, in the API's words."""

    mode: SelectionMode = "none"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """A cache policy, or the legacy ForwardedValues of a behavior (``legacy``) [cache-key-understand-cache-policy]."""

    name: str
    id: str | None = None
    min_ttl: int = 0
    default_ttl: int = 86400
    max_ttl: int = 31536000
    gzip: bool = False
    brotli: bool = False
    headers: Selection = Selection()
    cookies: Selection = Selection()
    query_strings: Selection = Selection()
    legacy: bool = False

    @property
    def caching_disabled(self) -> bool:
        """Whether all three TTLs are 0, or legacy headers are `*`: nothing is ever cached."""
        return self.min_ttl == self.default_ttl == self.max_ttl == 0 or self.headers.mode == "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRequestPolicy:
    """An origin request policy [origin-request-understand-origin-request-policy]."""

    name: str
    id: str | None = None
    headers: Selection = Selection()
    cookies: Selection = Selection()
    query_strings: Selection = Selection()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """The CORS section of a response headers policy."""

    allow_origins: tuple[str, ...]
    allow_headers: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_credentials: bool = False
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None
    origin_override: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHeader:
    """A header that a response headers policy adds: a security header, already in its wire form, or a custom one."""

    name: str
    value: str
    override: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHeadersPolicy:
    """A response headers policy [understanding-response-headers-policies]."""

    name: str
    id: str | None = None
    cors: Cors | None = None
    security_headers: tuple[PolicyHeader, ...] = ()
    custom_headers: tuple[PolicyHeader, ...] = ()
    remove_headers: tuple[str, ...] = ()
    server_timing: float | None = None
    """Sampling rate in percent, or None where the section is off."""


# --- functions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudFrontFunction:
    """A CloudFront Function."""

    name: str
    code: Code
    runtime: Literal["cloudfront-js-1.0", "cloudfront-js-2.0"] = "cloudfront-js-2.0"
    key_value_store: str | None = None
    stage: Literal["LIVE", "DEVELOPMENT", "UNPUBLISHED"] = "LIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaFunction:
    """A Lambda@Edge function."""

    name: str
    code: Code
    runtime: str
    """``python3.13``, ``nodejs22.x`` and so on."""
    handler: str
    timeout: int = 3
    memory_size: int = 128
    """In MB."""
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionAssociation:
    """A CloudFront Function attached to an event of a behavior; ``function`` is a key of Distribution.functions."""

    event_type: Literal["viewer-request", "viewer-response"]
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaFunctionAssociation:
    """A Lambda@Edge function attached to an event of a behavior; ``function`` is a key of Distribution.functions."""

    event_type: EventType
    function: str
    include_body: bool = False


Association: TypeAlias = FunctionAssociation | LambdaFunctionAssociation


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValueStore:
    """A key value store with what it holds at start."""

    name: str
    id: str | None = None
    """What production knows it by; None where nobody has said."""
    data: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values may be secrets: never printed."""
    seeds: tuple[Mapping[str, str] | Path, ...] = field(default=(), repr=False, compare=False)
    """Where the data came from, later ones over earlier ones; a file may be read again when it has changed."""


# --- keys that sign -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGroup:
    """Public keys whose signatures a behavior trusts [private-content-trusted-signers]."""

    name: str
    public_keys: Mapping[str, str] = field(default_factory=dict)
    """Public key id to its PEM text."""


# --- behaviors and the distribution ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheBehavior:
    """A cache behavior [DownloadDistValuesCacheBehavior]."""

    path_pattern: str | None
    """None for the default behavior."""
    target_origin_id: str
    """An origin or an origin group."""
    cache_policy: CachePolicy
    viewer_protocol_policy: ViewerProtocolPolicy = "allow-all"
    allowed_methods: frozenset[str] = READ_METHODS
    cached_methods: frozenset[str] = READ_METHODS
    compress: bool = False
    origin_request_policy: OriginRequestPolicy | None = None
    response_headers_policy: ResponseHeadersPolicy | None = None
    associations: Mapping[EventType, Association] = field(default_factory=dict)
    trusted_key_groups: tuple[str, ...] = ()
    trusted_signers: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    """Functions that have no code and do not run, since an overlay says so; every response names them."""

    def function_at(self, event_type: EventType) -> Association | None:
        """What is attached to an event, if anything."""
        return self.associations.get(event_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomErrorResponse:
    """What the viewer gets for a status code, and how long an error is cached [GeneratingCustomErrorResponses]."""

    error_code: int
    response_page_path: str | None = None
    response_code: int | None = None
    error_caching_min_ttl: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoRestriction:
    """Countries that are let in or kept out [georestrictions]."""

    type: Literal["none", "whitelist", "blacklist"] = "none"
    locations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerPlace:
    """Where a viewer is, in the words of the CloudFront-Viewer-* headers; None is not known."""

    country: str | None = None
    country_name: str | None = None
    region: str | None = None
    region_name: str | None = None
    city: str | None = None
    postal_code: str | None = None
    time_zone: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    metro_code: str | None = None
    asn: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerRange(ViewerPlace):
    """A range of addresses, ``203.0.113.0/24`` or of IPv6, and where its viewers are."""

    cidr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerDefaults(ViewerPlace):
    """What the machine at hand cannot know of a viewer: the local stand-ins for the edge's own measurements.

    The place is that of viewers in none of the ranges of ``geography``. ``scheme`` is what the viewer is taken to have
    used: ``request`` believes the server, ``https`` (the default) plays an edge that has ended TLS.
    """

    ip: str | None = None
    """None: the peer's address."""
    geography: tuple[ViewerRange, ...] = ()
    """The narrowest range that holds a viewer's address says where it is, and says all of it."""
    device: Literal["desktop", "mobile", "tablet", "smarttv", "android", "ios"] | None = None
    """None: what the User-Agent says."""
    ja3_fingerprint: str | None = None
    ja4_fingerprint: str | None = None
    check_host: bool = False
    """Whether a Host that is neither the domain name nor an alias is refused, as in production."""
    override_headers: bool = False
    """Whether a request may say other things of its viewer, in headers such as ``X-Edgeware-Country``."""
    tls: str = "TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake"
    http_version: str | None = None
    """None: the request's own."""
    scheme: Literal["http", "https", "request"] = "https"

    def address(self, peer: str) -> str:
        """What the viewer's address is taken to be, for a peer's."""
        return peer if self.ip is None else self.ip

    def protocol(self, scheme: str) -> str:
        """What the viewer is taken to have used, for what the server says."""
        return scheme if self.scheme == "request" else self.scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to say about a source: ``error`` is refused, ``warn`` and ``note`` are printed."""

    code: str
    """A V-rule such as ``V23a``, or a name of ours such as ``N-waf``."""
    severity: Literal["error", "warn", "note"]
    where: str
    """``file:line`` and the source's own spelling of the place."""
    text: str
    hint: str = ""

    def __str__(self) -> str:
        line = f"{self.severity:5}  {self.code} {self.where}: {self.text}"
        return f"{line}\n       {self.hint}" if self.hint else line


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution: everything that the edge needs to know."""

    id: str
    domain_name: str
    name: str = ""
    enabled: bool = True
    aliases: tuple[str, ...] = ()
    default_root_object: str = ""
    http_version: str = "http2"
    origins: Mapping[str, Origin]
    origin_groups: Mapping[str, OriginGroup] = field(default_factory=dict)
    behaviors: tuple[CacheBehavior, ...]
    """In the order in which they are tried; the default behavior last."""
    functions: Mapping[str, CloudFrontFunction | LambdaFunction] = field(default_factory=dict)
    key_value_stores: Mapping[str, KeyValueStore] = field(default_factory=dict)
    key_groups: Mapping[str, KeyGroup] = field(default_factory=dict)
    custom_error_responses: Mapping[int, CustomErrorResponse] = field(default_factory=dict)
    geo_restriction: GeoRestriction = GeoRestriction()
    viewer: ViewerDefaults = ViewerDefaults()
    store: str | None = field(default=None, repr=False)
    """Where objects rest locally, by name: ``disk:PATH``, ``redis://HOST:PORT``. None: in memory."""
    cache_tag_header: str | None = None
    """The origin's header that names cache tags [Invalidation]."""
    switches: Switches = field(default_factory=Switches)
    notices: tuple[Notice, ...] = ()

    @property
    def default_behavior(self) -> CacheBehavior:
        """The behavior for every path that no pattern takes."""
        return self.behaviors[-1]

    @classmethod
    def load(
        cls,
        source: str | PathLike[str] | Mapping[str, object] | Distribution,
        *,
        distribution: str | None = None,
        parameters: Mapping[str, str] | None = None,
        overlay: Overlay | Sequence[Overlay] | None = None,
        base: str | PathLike[str] | None = None,
        strict: bool | None = None,
    ) -> Distribution:
        """Read a distribution; the same as `edgeware.config.loading.load`, which says what each argument means."""
        from edgeware.config.loading import load

        return load(source, distribution=distribution, parameters=parameters, overlay=overlay, base=base, strict=strict)
