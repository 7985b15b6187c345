from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.loading.functions import is_path
from edgeware.config.model import (
    CloudFrontFunction,
    Code,
    FunctionAssociation,
    LambdaFunction,
    LambdaFunctionAssociation,
)
from tests.fixtures.config.builders import (
    DEFAULT,
    DISTRIBUTION,
    FOLDER,
    behavior,
    breaches,
    native,
    refused,
    the_error,
)

NODE = FOLDER / "lambda" / "auth"
PYTHON = FOLDER / "lambda" / "headers"
TAG = FOLDER / "functions" / "tag.js"


def defined(**function: object) -> dict[str, object]:
    return native(functions={"f": function})


# --- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"file": "functions/tag.js"}, CloudFrontFunction(name="f", code=Code(path=TAG))),
        (
            {"code": "function handler() {}", "runtime": "cloudfront-js-1.0", "stage": "DEVELOPMENT"},
            CloudFrontFunction(
                name="f",
                code=Code(text="function handler() {}"),
                runtime="cloudfront-js-1.0",
                stage="DEVELOPMENT",
            ),
        ),
        (
            {"kind": "lambda-edge", "file": "functions/tag.js"},
            LambdaFunction(name="f", code=Code(path=TAG), runtime="nodejs22.x", handler="tag.handler"),
        ),
        (
            {"directory": "lambda/auth", "timeout": 5, "memory_size": 256},
            LambdaFunction(
                name="f",
                code=Code(path=NODE),
                runtime="nodejs22.x",
                handler="index.handler",
                timeout=5,
                memory_size=256,
            ),
        ),
        (
            {"directory": "lambda/headers", "handler": "app.handler"},
            LambdaFunction(name="f", code=Code(path=PYTHON), runtime="python3.13", handler="app.handler"),
        ),
        (
            {"file": "lambda/headers/app.py"},
            LambdaFunction(name="f", code=Code(path=PYTHON / "app.py"), runtime="python3.13", handler="app.handler"),
        ),
        (
            {"runtime": "nodejs20.x", "code": "exports.handler = 1"},
            LambdaFunction(
                name="f", code=Code(text="exports.handler = 1"), runtime="nodejs20.x", handler="index.handler"
            ),
        ),
        (
            {"kind": "lambda-edge", "code": "exports.handler = 1"},
            LambdaFunction(
                name="f", code=Code(text="exports.handler = 1"), runtime="nodejs22.x", handler="index.handler"
            ),
        ),
    ],
)
def test_a_function_is_read_and_its_kind_inferred(
    given: dict[str, object], expected: CloudFrontFunction | LambdaFunction
) -> None:
    assert load(defined(**given), base=FOLDER).functions == {"f": expected}


def test_a_lone_path_is_a_function_s_file() -> None:
    loaded = load(native(functions={"f": "functions/tag.js"}), base=FOLDER)
    assert loaded.functions == {"f": CloudFrontFunction(name="f", code=Code(path=TAG))}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "'f' has no code: neither file, directory nor code is given"),
        ({"file": "none.js"}, "'f' has no code: there is no file"),
        ({"file": "a\0b"}, "'f' has no code: there is no file"),
        ({"file": "functions"}, "is a directory"),
        ({"file": "functions/tag.js", "code": "x"}, "'file' gives the code already"),
        ({"file": "f.zip"}, "f.zip: cannot be unpacked: [Errno 2] No such file"),
        ({"kind": "lambda"}, "cannot be 'lambda'"),
        ({"code": "x", "runtime": "cloudfront-js-3.0"}, "cannot be 'cloudfront-js-3.0'"),
        ({"code": "x", "stage": "live"}, "cannot be 'live'"),
        ({"kind": "cloudfront-function", "code": "x", "timeout": 5}, "'timeout' is not known here"),
        ({"directory": "lambda/auth", "key_value_store": "s"}, "'key_value_store' is not known here"),
        ({"directory": "lambda/auth", "handler": "main.handler"}, "the handler main.handler needs the file"),
        ({"directory": "lambda/none"}, "there is no file"),
        ({"code": "x", "fiel": "y"}, "Did you mean 'file'?"),
    ],
)
def test_a_function_that_cannot_run_is_refused(given: dict[str, object], words: str) -> None:
    errors = refused(defined(**given), base=FOLDER)
    assert any(words in error for error in errors), errors
    assert all("functions.f" in error for error in errors)


def test_a_directory_that_was_not_built_yet_says_so(tmp_path: Path) -> None:
    (tmp_path / "package.json").touch()
    assert "build it first" in the_error(defined(directory="."), base=tmp_path)


@pytest.mark.parametrize(
    ("text", "path"),
    [("a/b", True), ("fn.js", True), ("fn.PY", True), ("fn.zip", True), ("fn", False), ("my.fn", False)],
)
def test_a_path_has_a_slash_or_the_suffix_of_code(text: str, path: bool) -> None:
    assert is_path(text) is path


# --- associations ---------------------------------------------------------------------------------------------------


def test_a_path_at_a_viewer_event_is_a_cloudfront_function_read_at_use() -> None:
    loaded = load(behavior(viewer_request="functions/tag.js", viewer_response="functions/tag.js"), base=FOLDER)
    key = "functions/tag.js"
    assert loaded.functions == {key: CloudFrontFunction(name="tag", code=Code(path=TAG))}
    assert loaded.default_behavior.associations == {
        "viewer-request": FunctionAssociation(event_type="viewer-request", function=key),
        "viewer-response": FunctionAssociation(event_type="viewer-response", function=key),
    }


@pytest.mark.parametrize(
    ("event", "value", "runtime", "handler"),
    [
        ("origin_request", "functions/tag.js", "nodejs22.x", "tag.handler"),
        ("viewer_request", "lambda/headers/app.py", "python3.13", "app.handler"),
        ("viewer_request", {"lambda": "functions/tag.js"}, "nodejs22.x", "tag.handler"),
        ("origin_response", {"lambda": "lambda/auth"}, "nodejs22.x", "index.handler"),
    ],
)
def test_other_paths_are_lambda_at_edge(event: str, value: object, runtime: str, handler: str) -> None:
    loaded = load(behavior(**{event: value}), base=FOLDER)
    (function,) = loaded.functions.values()
    assert isinstance(function, LambdaFunction)
    assert (function.runtime, function.handler) == (runtime, handler)
    (association,) = loaded.default_behavior.associations.values()
    assert isinstance(association, LambdaFunctionAssociation)


def test_one_file_may_be_both_kinds() -> None:
    loaded = load(behavior(viewer_request="functions/tag.js", origin_request="functions/tag.js"), base=FOLDER)
    assert {key: type(found) for key, found in loaded.functions.items()} == {
        "functions/tag.js": CloudFrontFunction,
        "functions/tag.js (lambda-edge)": LambdaFunction,
    }
    source = behavior(viewer_request="functions/tag.js")
    loaded = load({**source, "behaviors": [{"path_pattern": "/a", "origin_request": "functions/tag.js"}]}, base=FOLDER)
    assert {key: type(found) for key, found in loaded.functions.items()} == {
        "functions/tag.js": LambdaFunction,
        "functions/tag.js (cloudfront-function)": CloudFrontFunction,
    }


def test_a_function_of_the_table_is_associated_by_name_with_its_body() -> None:
    source = behavior(viewer_request={"function": "auth", "include_body": True})
    loaded = load({**source, "functions": {"auth": {"directory": str(NODE)}}})
    assert loaded.default_behavior.function_at("viewer-request") == LambdaFunctionAssociation(
        event_type="viewer-request", function="auth", include_body=True
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("tagg", "there is no function 'tagg'. Did you mean 'tag'?"),
        ({"function": "zzz"}, "there is no function 'zzz'. Known here: tag."),
        ({"include_body": True}, "names no function"),
        ({"function": "tag", "incldue_body": True}, "Did you mean 'include_body'?"),
        (["tag"], "names no function"),
        ({"function": "tag", "include_body": True}, "a CloudFront Function never sees a body"),
        ({"lambda": "x.py", "function": "tag"}, "'function' is not known here"),
        ("lambda/auth.zip", "auth.zip: cannot be unpacked: [Errno 2] No such file"),
        ("none/fn.js", "there is no file"),
    ],
)
def test_an_association_that_leads_nowhere_is_refused(value: object, words: str) -> None:
    source = {**behavior(viewer_request=value), "functions": {"tag": str(TAG)}}
    errors = refused(source)
    assert any(words in error for error in errors), errors
    assert all("default_behavior.viewer_request" in error for error in errors)


def test_without_any_function_the_hint_shows_both_ways() -> None:
    assert "List it under functions, or give a path such as functions/tag.js." in the_error(
        behavior(viewer_request="x")
    )


# --- rules ----------------------------------------------------------------------------------------------------------

CFF = CloudFrontFunction(name="c", code=Code(text="x"))
LAMBDA = LambdaFunction(name="l", code=Code(text="x"), runtime="nodejs22.x", handler="index.handler")
AT_REQUEST = FunctionAssociation(event_type="viewer-request", function="c")
AT_RESPONSE = FunctionAssociation(event_type="viewer-response", function="c")
LAMBDA_AT_RESPONSE = LambdaFunctionAssociation(event_type="viewer-response", function="l")
LAMBDA_AT_ORIGIN = LambdaFunctionAssociation(event_type="origin-request", function="l", include_body=True)
BOTH = replace(DISTRIBUTION, functions={"c": CFF, "l": LAMBDA})


def test_v23a_kinds_are_not_mixed_in_viewer_events() -> None:
    mixed = replace(
        BOTH,
        behaviors=(
            replace(DEFAULT, associations={"viewer-request": AT_REQUEST, "viewer-response": LAMBDA_AT_RESPONSE}),
        ),
    )
    assert breaches(mixed, "V23a") == [("error", "default_behavior.associations.viewer-response")]
    apart = replace(
        BOTH,
        behaviors=(
            replace(
                DEFAULT,
                associations={
                    "viewer-request": AT_REQUEST,
                    "viewer-response": AT_RESPONSE,
                    "origin-request": LAMBDA_AT_ORIGIN,
                },
            ),
        ),
    )
    assert breaches(apart, "V23a") == []


def test_v23b_cloudfront_functions_run_at_viewer_events_only() -> None:
    at_origin = replace(BOTH, behaviors=(replace(DEFAULT, associations={"origin-request": AT_REQUEST}),))
    assert breaches(at_origin, "V23b") == [("error", "default_behavior.associations.origin-request")]
    at_viewer = replace(BOTH, behaviors=(replace(DEFAULT, associations={"viewer-request": AT_REQUEST}),))
    assert breaches(at_viewer, "V23b") == []


def test_v23c_an_associated_function_is_live() -> None:
    draft = replace(BOTH, functions={"c": replace(CFF, stage="DEVELOPMENT")})
    assert breaches(draft, "V23c") == []
    used = replace(draft, behaviors=(replace(DEFAULT, associations={"viewer-request": AT_REQUEST}),))
    assert breaches(used, "V23c") == [("error", "functions.c.stage")]


def test_v23e_the_body_goes_with_request_events_only() -> None:
    response = replace(LAMBDA_AT_RESPONSE, include_body=True)
    wrong = replace(BOTH, behaviors=(replace(DEFAULT, associations={"viewer-response": response}),))
    assert breaches(wrong, "V23e") == [("error", "default_behavior.associations.viewer-response")]
    right = replace(BOTH, behaviors=(replace(DEFAULT, associations={"origin-request": LAMBDA_AT_ORIGIN}),))
    assert breaches(right, "V23e") == []


@pytest.mark.parametrize(
    ("code", "change", "field"),
    [
        ("V24", {"runtime": "java21"}, "runtime"),
        ("V25", {"timeout": 31}, "timeout"),
        ("V25", {"timeout": 0}, "timeout"),
        ("V25", {"memory_size": 10241}, "memory_size"),
        ("V25", {"memory_size": 64}, "memory_size"),
    ],
)
def test_v24_and_v25_a_lambda_function_keeps_to_its_limits(code: str, change: dict[str, object], field: str) -> None:
    assert breaches(BOTH, code) == []
    beyond = replace(LAMBDA, **change)  # type: ignore[arg-type]
    assert breaches(replace(BOTH, functions={"l": beyond}), code) == [("warn", f"functions.l.{field}")]


def test_v26_only_the_second_runtime_reads_an_existing_store() -> None:
    old = replace(CFF, runtime="cloudfront-js-1.0", key_value_store="s")
    source = replace(BOTH, functions={"c": old, "l": LAMBDA})
    assert breaches(source, "V26") == [("error", "functions.c.key_value_store")]
    assert breaches(source, "V26a") == [("error", "functions.c.key_value_store")]
    loaded = load({**native(functions={"c": {"code": "x", "key_value_store": "s"}}), "key_value_stores": {"s": {}}})
    assert breaches(loaded, "V26") == breaches(loaded, "V26a") == []


def test_v27_code_has_10240_bytes_at_most(tmp_path: Path) -> None:
    file = tmp_path / "f.js"
    for size, found in ((10240, []), (10241, [("error", "functions.c")])):
        file.write_bytes(b" " * size)
        for code in (Code(text=" " * size), Code(path=file)):
            source = replace(BOTH, functions={"c": replace(CFF, code=code), "l": LAMBDA})
            assert breaches(source, "V27") == found


def test_n_code_every_function_has_code() -> None:
    without = replace(BOTH, functions={"c": replace(CFF, code=Code())})
    assert breaches(without, "N-code") == [("error", "functions.c")]
    assert breaches(BOTH, "N-code") == []


def test_n_function_every_association_has_a_function() -> None:
    nowhere = replace(DISTRIBUTION, behaviors=(replace(DEFAULT, associations={"viewer-request": AT_REQUEST}),))
    assert breaches(nowhere, "N-function") == [("error", "default_behavior.associations.viewer-request")]
    known = replace(BOTH, behaviors=nowhere.behaviors)
    assert breaches(known, "N-function") == []
