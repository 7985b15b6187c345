"""What is written as a native file loads to the same distribution."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgeware.config.canonical import canonical
from edgeware.config.loading import examine, load
from edgeware.config.model import (
    ALL_METHODS,
    READ_METHODS,
    App,
    CachePolicy,
    CloudFrontFunction,
    Code,
    Cors,
    CustomErrorResponse,
    Directory,
    Distribution,
    GeoRestriction,
    KeyGroup,
    KeyValueStore,
    LambdaFunction,
    LambdaFunctionAssociation,
    Layer,
    Origin,
    OriginGroup,
    OriginRequestPolicy,
    OtherApp,
    PolicyHeader,
    ResponseHeadersPolicy,
    RoutingRule,
    Selection,
    Static,
    Unmapped,
    Url,
    ViewerDefaults,
    ViewerRange,
    Website,
)
from edgeware.config.policies import legacy_policies
from edgeware.config.switches import Switches
from edgeware.config.writing import native_file
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, FOLDER, native

SOURCES = ["native/shop.yaml", "native/shop.toml", "api"]


def again(distribution: Distribution, folder: Path) -> Distribution:
    """The distribution that its native file loads to."""
    file = folder / "written.yaml"
    file.write_text(native_file(distribution, folder), encoding="utf-8")
    return examine(file)


def same(distribution: Distribution, folder: Path) -> bool:
    def comparable(one: Distribution) -> Distribution:
        origins = {
            name: replace(origin, target=Unmapped(why="")) if isinstance(origin.target, Unmapped) else origin
            for name, origin in one.origins.items()
        }
        return replace(one, notices=(), origins=origins)

    found = again(distribution, folder)
    assert canonical(found) == canonical(distribution)
    return comparable(found) == comparable(distribution)


@pytest.mark.parametrize("source", SOURCES)
def test_a_sample_is_the_same_again(source: str, tmp_path: Path) -> None:
    found = examine(FOLDER / source)
    functions = {
        name: replace(one, code=Code(missing="neither file, directory nor code is given")) if one.code.missing else one
        for name, one in found.functions.items()
    }
    assert same(replace(found, functions=functions), tmp_path)


# --- whatever a distribution may hold -------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
WORDS = [
    "NO",
    "0123",
    "2012-10-17",
    "12:30:45",
    "1e3",
    "-.5",
    "~",
    "null",
    "true",
    "yes",
    "${HOME}",
    "$${x}",
    "- a",
    "",
]
ODD = TEXT | st.sampled_from(WORDS)
NAME = st.sampled_from(["a", "b", "NO", "0123", "x y", "ü", "a/b.js", "!x", "#"])
NAMES = st.lists(NAME, min_size=1, max_size=3, unique=True).map(tuple)


def selections(modes: list[str]) -> st.SearchStrategy[Selection]:
    named = st.builds(Selection, mode=st.sampled_from([one for one in modes if one[:3] in ("whi", "all")]), names=NAMES)
    return st.sampled_from([Selection(), Selection(mode="all")]) | named.filter(
        lambda one: one.mode in ("whitelist", "allExcept", "allViewerAndWhitelistCloudFront")
    )


TTL = st.integers(0, 10**9)
OF_CACHE, OF_REQUEST = (
    selections(["whitelist", "allExcept"]),
    selections(["allExcept", "allViewerAndWhitelistCloudFront"]),
)
CACHE = st.builds(
    CachePolicy,
    name=NAME,
    id=st.none() | ODD.filter(bool),
    min_ttl=TTL,
    default_ttl=TTL,
    max_ttl=TTL,
    gzip=st.booleans(),
    brotli=st.booleans(),
    cookies=OF_CACHE,
    query_strings=OF_CACHE,
)
REQUEST = st.builds(
    OriginRequestPolicy, name=NAME, headers=OF_REQUEST | st.just(Selection(mode="allViewer")), query_strings=OF_CACHE
)
SECURITY = [
    PolicyHeader(name="Strict-Transport-Security", value="max-age=5; includeSubDomains; preload", override=True),
    PolicyHeader(name="X-Content-Type-Options", value="nosniff"),
    PolicyHeader(name="X-Frame-Options", value="DENY", override=True),
    PolicyHeader(name="Referrer-Policy", value="no-referrer"),
    PolicyHeader(name="Content-Security-Policy", value="default-src 'self'; x \n y"),
    PolicyHeader(name="X-XSS-Protection", value="1; mode=block; report=https://x.example/;a"),
]
RESPONSE = st.builds(
    ResponseHeadersPolicy,
    name=NAME,
    cors=st.none()
    | st.builds(
        Cors,
        allow_origins=NAMES,
        allow_headers=NAMES | st.just(()),
        allow_methods=st.just(("ALL",)),
        allow_credentials=st.booleans(),
        max_age=st.none() | TTL,
        origin_override=st.booleans(),
    ),
    security_headers=st.lists(st.sampled_from(range(6)), unique=True).map(
        lambda of: tuple(SECURITY[i] for i in sorted(of))
    ),
    custom_headers=st.lists(st.builds(PolicyHeader, name=NAME, value=ODD, override=st.booleans()), max_size=2).map(
        tuple
    ),
    remove_headers=NAMES | st.just(()),
    server_timing=st.none() | st.sampled_from([0.0, 0.5, 100.0]),
)
LEGACY = st.builds(
    legacy_policies,
    query_string=st.booleans(),
    query_string_cache_keys=NAMES | st.just(()),
    cookies=st.sampled_from([Selection(), Selection(mode="all"), Selection(mode="whitelist", names=("NO",))]),
    headers=st.sampled_from([(), ("*",), ("*", "Host"), ("Accept", "NO")]),
    ttls=st.tuples(TTL, TTL, TTL),
    compress=st.just(False),
)
ORIGIN = st.builds(
    Origin,
    id=st.just("app"),
    domain_name=NAME,
    type=st.sampled_from(["s3", "custom", "vpc"]),
    origin_path=ODD,
    custom_headers=st.dictionaries(NAME, ODD).map(lambda of: tuple(of.items())),
    protocol_policy=st.sampled_from(["http-only", "https-only", "match-viewer"]),
    ssl_protocols=st.sampled_from([("TLSv1.2",), ("SSLv3", "TLSv1")]),
    http_port=TTL,
    read_timeout=TTL,
    response_completion_timeout=st.none() | TTL,
    access=st.sampled_from(["none", "oai", "oac"]),
    target=st.sampled_from(
        [
            App(),
            Url(url="http://x.test"),
            Url(url="http://x.test:81", preserve_host=False),
            Url(url="https://x.test", headers=(("X-Odd", "${A} $"), ("x", "")), verify=False),
            Url(url="https://x.test", verify=Path(__file__).parent / "localhost.pem"),
            Unmapped(why="x"),
        ]
    )
    | st.just(Directory(path=FOLDER / "site", not_found=404)),
)
FUNCTION = st.builds(
    CloudFrontFunction,
    name=NAME,
    code=ODD.map(lambda text: Code(text=text)) | st.just(Code(path=FOLDER / "functions" / "tag.js")),
    runtime=st.sampled_from(["cloudfront-js-1.0", "cloudfront-js-2.0"]),
    stage=st.sampled_from(["LIVE", "DEVELOPMENT"]),
    key_value_store=st.none() | NAME,
)
LAMBDA = st.builds(
    LambdaFunction,
    name=NAME,
    code=st.just(Code(path=FOLDER / "lambda" / "auth")),
    runtime=st.sampled_from(["nodejs22.x", "python3.13"]),
    handler=st.just("index.handler"),
    timeout=TTL,
    version=st.sampled_from(["1", "0123"]),
)


@settings(deadline=None, max_examples=25)
@given(origin=ORIGIN, cache=CACHE, request=st.none() | REQUEST, response=st.none() | RESPONSE, key=NAME)
def test_origins_and_policies_are_the_same_again(
    tmp_path_factory: pytest.TempPathFactory,
    origin: Origin,
    cache: CachePolicy,
    request: OriginRequestPolicy | None,
    response: ResponseHeadersPolicy | None,
    key: str,
) -> None:
    behavior = replace(
        DEFAULT, cache_policy=cache, origin_request_policy=request, response_headers_policy=response, compress=True
    )
    listed = replace(behavior, path_pattern=key, allowed_methods=ALL_METHODS, cached_methods=frozenset({"GET", key}))
    found = replace(DISTRIBUTION, origins={"app": origin}, behaviors=(listed, behavior))
    assert same(found, tmp_path_factory.getbasetemp())


@settings(deadline=None, max_examples=25)
@given(policies=LEGACY)
def test_forwarded_values_are_the_same_again(
    tmp_path_factory: pytest.TempPathFactory, policies: tuple[CachePolicy, OriginRequestPolicy | None]
) -> None:
    behavior = replace(DEFAULT, cache_policy=policies[0], origin_request_policy=policies[1])
    assert same(replace(DISTRIBUTION, behaviors=(behavior,)), tmp_path_factory.getbasetemp())


@settings(deadline=None, max_examples=25)
@given(functions=st.dictionaries(NAME, FUNCTION | LAMBDA, max_size=3), pairs=st.dictionaries(ODD, ODD), name=ODD)
def test_functions_stores_and_names_are_the_same_again(
    tmp_path_factory: pytest.TempPathFactory,
    functions: dict[str, CloudFrontFunction | LambdaFunction],
    pairs: dict[str, str],
    name: str,
) -> None:
    stores = {"NO": KeyValueStore(name="NO", data=pairs)}
    found = replace(DISTRIBUTION, name=name, functions=functions, key_value_stores=stores)
    assert same(found, tmp_path_factory.getbasetemp())


def test_everything_else_is_the_same_again(tmp_path: Path) -> None:
    body = LambdaFunctionAssociation(event_type="origin-request", function="f", include_body=True)
    behavior = replace(
        DEFAULT,
        target_origin_id="group",
        allowed_methods=READ_METHODS | {"PUT"},
        associations={"origin-request": body},
        trusted_key_groups=("g",),
        trusted_signers=("self",),
    )
    found = replace(
        DISTRIBUTION,
        enabled=False,
        http_version="http3",
        aliases=("NO", "www.example"),
        default_root_object="0123",
        cache_tag_header="X-Tags",
        store="redis://host/0",
        origin_groups={"group": OriginGroup(id="group", members=("app", "b"), status_codes=frozenset({500, 404}))},
        behaviors=(behavior,),
        functions={"f": LambdaFunction(name="f", code=Code(text="x"), runtime="nodejs22.x", handler="index.handler")},
        key_groups={"g": KeyGroup(name="g", public_keys={"K1": "-----BEGIN PUBLIC KEY-----\nx\n", "K2": ""})},
        custom_error_responses={
            404: CustomErrorResponse(error_code=404, response_page_path="/x", response_code=200),
            503: CustomErrorResponse(error_code=503, error_caching_min_ttl=0),
        },
        geo_restriction=GeoRestriction(type="whitelist", locations=frozenset({"NO", "DE"})),
        viewer=ViewerDefaults(
            country="NO",
            postal_code="0123",
            asn=5,
            scheme="http",
            http_version="2.0",
            geography=(ViewerRange(cidr="203.0.113.0/24", country="NO", asn=5), ViewerRange(cidr="2001:db8::/32")),
        ),
        switches=Switches(store_head=True, key_path="normalized", rhp_on=frozenset({"errors", "redirects"})),
    )
    assert same(found, tmp_path)


@pytest.mark.parametrize("xss", ["0", "1", "1; mode=block", "1; report=https://x.example/"])
def test_every_security_header_comes_back_out_of_its_wire_form(tmp_path: Path, xss: str) -> None:
    headers = (*SECURITY[:-1], PolicyHeader(name="X-XSS-Protection", value=xss))
    policy = ResponseHeadersPolicy(name="own", security_headers=headers, cors=Cors(allow_origins=("*",)))
    assert same(replace(DISTRIBUTION, behaviors=(replace(DEFAULT, response_headers_policy=policy),)), tmp_path)


def test_a_managed_policy_is_written_by_its_name_alone(tmp_path: Path) -> None:
    source = native(default_behavior={"origin": "app", "cache_policy": "CachingOptimized"})
    text = native_file(load(source), tmp_path)
    assert "cache_policy: Managed-CachingOptimized" in text
    assert "cache_policies" not in text


def test_two_policies_of_one_name_cannot_be_written(tmp_path: Path) -> None:
    one, two = (replace(DEFAULT, cache_policy=CachePolicy(name="p", min_ttl=ttl)) for ttl in (1, 2))
    found = replace(DISTRIBUTION, behaviors=(replace(one, path_pattern="/a"), two))
    with pytest.raises(ConfigurationError, match="two different policies have the name 'p'"):
        native_file(found, tmp_path)


def test_code_and_directories_are_relative_to_the_file(tmp_path: Path) -> None:
    text = native_file(load(FOLDER / "native" / "shop.yaml"), FOLDER / "native")
    assert "file: ../functions/tag.js" in text
    assert "directory: ../lambda/auth" in text
    assert "directory: ../site" in text


@pytest.mark.parametrize(
    "target",
    [
        Directory(path=FOLDER, website=Website()),
        Directory(path=FOLDER, website=Website(index="home.html", error="errors/404.html")),
        Directory(
            path=FOLDER, website=Website(routing_rules=(RoutingRule(key_prefix_equals="a", replace_key_with="b"),))
        ),
        OtherApp(import_string="shop.api:app"),
        Directory(path=FOLDER, prefix="docs/", index="index.html"),
        Directory(path=FOLDER, beneath=(Layer(path=FOLDER, prefix="a/"), Layer(path=FOLDER))),
        Static(status=503, body="closed"),
        Static(),
    ],
)
def test_a_target_comes_back(target: Directory | OtherApp | Static, tmp_path: Path) -> None:
    origin = Origin(id="app", domain_name="app.example.com", target=target)
    assert again(replace(DISTRIBUTION, origins={"app": origin}), tmp_path).origins["app"].target == origin.target
