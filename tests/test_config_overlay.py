from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.loading.overlay import matches
from edgeware.config.model import (
    App,
    CloudFrontFunction,
    Code,
    Directory,
    LambdaFunction,
    Unmapped,
    Url,
)
from tests.fixtures.config.builders import FOLDER, native, refused, said

API = FOLDER / "api"
LOCAL = {
    "origins": {"site": {"directory": "site"}, "app": "app", "spare": "http://127.0.0.1:9001"},
    "functions": {
        "auth": {"directory": "lambda/auth"},
        "headers": {"directory": "lambda/headers", "handler": "app.handler"},
    },
}
NAMES = {"app": ("app.internal.example",), "site": ("shop.s3.amazonaws.com",), "a*b": ("x.test",)}


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("app", ["app"]),
        ("app.internal.example", ["app"]),
        ("shop*.s3.*", ["site"]),
        ("*", ["app", "site", "a*b"]),
        ("a*b", ["a*b"]),
        ("APP", []),
        ("nothing*", []),
    ],
)
def test_a_key_matches_by_id_then_by_name_then_by_glob(key: str, found: list[str]) -> None:
    assert matches(key, NAMES) == found


def test_an_overlay_names_what_stands_for_origins_and_functions() -> None:
    loaded = load(API, overlay=LOCAL, base=FOLDER)
    assert loaded.origins["site"].target == Directory(path=FOLDER / "site")
    assert loaded.origins["app"].target == App()
    assert loaded.origins["spare"].target == Url(url="http://127.0.0.1:9001")
    assert loaded.functions["auth"] == LambdaFunction(
        name="auth",
        code=Code(path=FOLDER / "lambda" / "auth"),
        runtime="nodejs22.x",
        handler="index.handler",
        timeout=5,
        version="7",
    )
    assert loaded.functions["headers"] == LambdaFunction(
        name="headers",
        code=Code(path=FOLDER / "lambda" / "headers"),
        runtime="python3.13",
        handler="app.handler",
        version="4",
    )


def test_an_origin_s_domain_and_a_function_s_arn_are_names_too() -> None:
    overlay = {
        "origins": {"*.internal.example": "app"},
        "functions": {
            "arn:aws:lambda:us-east-1:*:function:auth:*": "lambda/auth/index.js",
            "arn:aws:lambda:us-east-1:123456789012:function:headers:4": "lambda/headers/app.py",
        },
    }
    loaded = load(API, overlay=overlay, base=FOLDER)
    assert (loaded.origins["app"].target, loaded.origins["spare"].target) == (App(), App())
    assert isinstance(loaded.origins["site"].target, Unmapped)
    headers = loaded.functions["headers"]
    assert isinstance(headers, LambdaFunction)
    assert (headers.runtime, headers.handler) == ("python3.13", "app.handler")


def test_a_function_s_settings_can_be_replaced_without_its_code() -> None:
    settings = {"runtime": "nodejs24.x", "handler": "index.other", "timeout": 9, "memory_size": 512}
    source = native(functions={"f": {"directory": "lambda/auth"}})
    function = load(source, overlay={"functions": {"f": settings}}, base=FOLDER).functions["f"]
    assert function == LambdaFunction(
        name="f",
        code=Code(path=FOLDER / "lambda" / "auth"),
        runtime="nodejs24.x",
        handler="index.other",
        timeout=9,
        memory_size=512,
    )


def test_a_cloudfront_function_gets_other_code() -> None:
    source = native(functions={"f": {"code": "x"}})
    loaded = load(source, overlay={"functions": {"f": "functions/tag.js"}}, base=FOLDER)
    assert loaded.functions["f"] == CloudFrontFunction(name="f", code=Code(path=FOLDER / "functions" / "tag.js"))


def test_a_skipped_function_is_unattached_with_a_warning() -> None:
    loaded = load(API, overlay={**LOCAL, "functions": {"auth": {"skip": True}, "headers": {"skip": True}}}, base=FOLDER)
    assert set(loaded.functions) == {"rewrite", "tag"}
    assert set(loaded.default_behavior.associations) == {"viewer-request", "viewer-response"}
    assert loaded.behaviors[0].associations == {}
    assert not any(behavior.skipped for behavior in loaded.behaviors)
    assert [notice.text for notice in loaded.notices if notice.code == "N-skip"] == [
        "auth will not run.",
        "headers will not run.",
    ]


def test_a_store_s_pairs_are_laid_over_what_it_holds() -> None:
    loaded = load(API, overlay={**LOCAL, "key_value_stores": {"redirects": {"data": {"a": "b"}}}}, base=FOLDER)
    assert loaded.key_value_stores["redirects"].data == {"redirect:/old/index.html": "/new/", "a": "b"}


def test_a_file_with_import_is_an_overlay_over_another(tmp_path: Path) -> None:
    (tmp_path / "edge.yaml").write_text("version: 1\ndefault_behavior: {origin: a}\norigins: {a: {}, b: {}}")
    (tmp_path / "local.toml").write_text('import = "edge.yaml"\n[origins]\na = "app"\nb = "http://x.test"\n')
    (tmp_path / "more.yaml").write_text("version: 1\nimport: local.toml\norigins: {b: app}\nstrict: false")
    assert load(tmp_path / "local.toml").origins["b"].target == Url(url="http://x.test")
    loaded = load(tmp_path / "more.yaml")
    assert (loaded.origins["a"].target, loaded.origins["b"].target) == (App(), App())


def test_an_overlay_may_be_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "local.yaml").write_text("origins: {app: 'http://x.test'}")
    assert load(native(), overlay=tmp_path / "local.yaml").origins["app"].target == Url(url="http://x.test")


def test_a_distribution_takes_an_overlay_and_keeps_its_notices() -> None:
    distribution = load(native(enabled=False), overlay={"functions": {}, "viewer": {"country": "DE"}})
    again = load(distribution, overlay={"origins": {"app": "http://x.test"}})
    assert again.origins["app"].target == Url(url="http://x.test")
    assert again.viewer.country == "DE"
    assert [notice.code for notice in again.notices] == ["N-disabled"]
    skipped = load(native(functions={"f": {"code": "x"}}), overlay={"functions": {"f": {"skip": True}}})
    assert [notice.code for notice in load(skipped, overlay={}).notices] == ["N-skip"]


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ({"origins": {"ap": "app"}}, "origins.ap: 'ap' matches no origin. Did you mean 'app'?"),
        ({"origins": {"app": "dist"}}, "names nothing that can stand for an origin"),
        ({"functions": {"g": "x.js"}}, "functions.g: 'g' matches no function"),
        ({"functions": {"g": {"skip": True}}}, "functions.g: 'g' matches no function"),
        ({"functions": {"f": "none.js"}}, "there is no file"),
        ({"functions": {"f": {"zip": "a.zip"}}}, "'f' has no code"),
        ({"functions": {"f": {"timeout": 5}}}, "'timeout' is for Lambda@Edge"),
        ({"functions": {"f": 5}}, "must be a mapping or a text (file)"),
        ({"key_value_stores": {"s": {}}}, "key_value_stores.s: 's' matches no key value store"),
        ({"default_behavior": {}}, "'default_behavior' is not known here"),
        ({"allow_remote_origins": "yes"}, "allow_remote_origins: must be true or false"),
        ({"on_missing_function": "skpi"}, "on_missing_function: cannot be 'skpi'. Did you mean 'skip'?"),
        ({"public_keys": {"K": "-----BEGIN PUBLIC KEY-----"}}, "'K' matches no public key"),
        ({"parameters": {"Stage": {}}}, "parameters.Stage: must be text"),
        ({"disable": ["everything"]}, "'everything' cannot be switched off"),
        ({"origns": {}}, "Did you mean 'origins'?"),
    ],
)
def test_what_an_overlay_cannot_say_is_refused(overlay: dict[str, object], words: str) -> None:
    errors = refused(native(functions={"f": {"code": "x"}}), overlay=overlay)
    assert any(words in error for error in errors), errors


def test_strictness_of_the_overlay_wins() -> None:
    source = native(enabled=False, strict=True)
    assert refused(source)
    assert refused(source, overlay={"strict": False}) == ()
    assert refused(native(enabled=False), overlay={"strict": True})
    assert len(said(native(enabled=False), "N-disabled")) == 1


def test_functions_without_code_are_skipped_when_asked_with_a_warning() -> None:
    found = load(API, overlay={"on_missing_function": "skip"})
    assert set(found.functions) == {"rewrite", "tag"}
    told = [notice for notice in found.notices if notice.code == "N-skip"]
    assert [notice.text.partition(" has no code")[0] for notice in told] == ["auth", "headers"]
    assert {notice.severity for notice in told} == {"warn"}
    assert [behavior.skipped for behavior in found.behaviors] == [("auth",), (), (), ("headers",)]
    attached = {"origin": "app", "viewer_request": "f\né"}
    odd = load(
        native(default_behavior=attached, functions={"f\né": {"kind": "lambda-edge"}}),
        overlay={"on_missing_function": "skip"},
    )
    assert all(name.isascii() and name.isprintable() for name in odd.default_behavior.skipped)
    assert len(odd.default_behavior.skipped) == 1
    assert refused(API, overlay=[{"on_missing_function": "skip"}, {"on_missing_function": "error"}])


def test_real_origins_are_asked_only_when_that_is_allowed() -> None:
    source = native(
        origins={"a": {"protocol_policy": "http-only", "http_port": 8080}, "b": {"domain_name": "b.example"}},
        default_behavior={"origin": "a"},
    )
    found = load(source, overlay={"allow_remote_origins": True}).origins
    assert found["a"].target == Url(url="http://a.local:8080")
    assert found["b"].target == Url(url="https://b.example:443")
    assert isinstance(load(source).origins["a"].target, Unmapped)


def test_a_public_key_of_one_s_own_takes_the_place_of_the_distribution_s() -> None:
    own, other = ("-----BEGIN PUBLIC KEY-----\n" + word for word in ("own", "other"))
    source = native(
        public_keys={"K1": other, "K2": other},
        key_groups={"g": ["K1", "K2"]},
        default_behavior={"origin": "app", "trusted_key_groups": ["g"]},
    )
    groups = load(source, overlay={"public_keys": {"K1": own}}).key_groups
    assert groups["g"].public_keys == {"K1": own, "K2": other}


def test_code_may_be_in_a_zip_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    given = {"zip": "f.zip", "handler": "app.handler"}
    found = load(API, overlay={"functions": {"headers": given, "auth": {"skip": True}}}, base=tmp_path)
    headers = found.functions["headers"]
    assert isinstance(headers, LambdaFunction)
    assert headers.runtime == "python3.13"
    assert headers.code.path is not None
    assert (headers.code.path / "app.py").is_file()
