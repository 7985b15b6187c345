"""Rules about edge functions, their associations and their code."""

from __future__ import annotations

from collections.abc import Iterator

from edgeware.config.files import handler_files, is_directory, is_file
from edgeware.config.key_value_quotas import KEY_BYTES, STORE_BYTES, VALUE_BYTES, complaints
from edgeware.config.model import (
    CloudFrontFunction,
    Code,
    Distribution,
    FunctionAssociation,
    LambdaFunction,
    LambdaFunctionAssociation,
)
from edgeware.config.place import guess, shown
from edgeware.config.rules import Finding, Rule
from edgeware.config.validation import places, quotas

VIEWER_EVENTS = ("viewer-request", "viewer-response")
REQUEST_EVENTS = ("viewer-request", "origin-request")


def _no_mix(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        at_viewer = [(event, found) for event, found in behavior.associations.items() if event in VIEWER_EVENTS]
        kinds = {type(found): event for event, found in at_viewer}
        if len(kinds) == 2:
            text = (
                f"a CloudFront Function at {kinds[FunctionAssociation]} and Lambda@Edge at "
                f"{kinds[LambdaFunctionAssociation]}."
            )
            yield Finding((*words, "associations", at_viewer[-1][0]), text, "Use one kind for both viewer events.")


def _viewer_only(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        for event, found in behavior.associations.items():
            if isinstance(found, FunctionAssociation) and event not in VIEWER_EVENTS:
                text = f"the CloudFront Function '{found.function}' is at {event}."
                yield Finding((*words, "associations", event), text, "Lambda@Edge can run there: kind: lambda-edge.")


def _live(distribution: Distribution) -> Iterator[Finding]:
    for key, function in distribution.functions.items():
        if isinstance(function, CloudFrontFunction) and function.stage != "LIVE" and key in _used(distribution):
            yield Finding(("functions", key, "stage"), f"'{function.name}' is {function.stage}.", "Publish it.")


def _used(distribution: Distribution) -> set[str]:
    return {found.function for behavior in distribution.behaviors for found in behavior.associations.values()}


def _bodies(distribution: Distribution) -> Iterator[Finding]:
    for words, behavior in places.behaviors(distribution):
        for event, found in behavior.associations.items():
            includes = isinstance(found, LambdaFunctionAssociation) and found.include_body
            if includes and event not in REQUEST_EVENTS:
                yield Finding((*words, "associations", event), f"the body is included at {event}.")


def _runtimes(distribution: Distribution) -> Iterator[Finding]:
    for key, function in distribution.functions.items():
        runtime = function.runtime
        if isinstance(function, LambdaFunction) and runtime and not runtime.startswith(("nodejs", "python")):
            yield Finding(("functions", key, "runtime"), f"the runtime is '{shown(runtime)}'.")


def _sizes(distribution: Distribution) -> Iterator[Finding]:
    for key, function in distribution.functions.items():
        if not isinstance(function, LambdaFunction):
            continue
        if not 1 <= function.timeout <= quotas.LAMBDA_SECONDS:
            yield Finding(("functions", key, "timeout"), f"the timeout is {function.timeout} seconds.")
        if not 128 <= function.memory_size <= quotas.LAMBDA_MEGABYTES:
            yield Finding(("functions", key, "memory_size"), f"the memory is {function.memory_size} MB.")


def _stores(distribution: Distribution) -> Iterator[Finding]:
    for key, function in distribution.functions.items():
        if isinstance(function, CloudFrontFunction) and function.key_value_store is not None:
            where = ("functions", key, "key_value_store")
            if function.runtime != "cloudfront-js-2.0":
                yield Finding(where, f"the runtime is {function.runtime}.", "Set runtime: cloudfront-js-2.0.")


def _stores_exist(distribution: Distribution) -> Iterator[Finding]:
    known = tuple(distribution.key_value_stores)
    for key, function in distribution.functions.items():
        store = function.key_value_store if isinstance(function, CloudFrontFunction) else None
        if store is not None and store not in known:
            text = f"there is no key value store '{shown(store)}'."
            yield Finding(("functions", key, "key_value_store"), text, guess(store, known))


def _stores_filled(distribution: Distribution) -> Iterator[Finding]:
    for key, function in distribution.functions.items():
        name = function.key_value_store if isinstance(function, CloudFrontFunction) else None
        store = distribution.key_value_stores.get(name or "")
        if store is not None and not store.seeds and not store.data:
            text = f"nothing says what the key value store '{shown(store.name)}' holds; it is empty."
            hint = f"Overlay: key_value_stores: {{{shown(store.name)}: {{file: ...}}}}"
            yield Finding(("functions", key, "key_value_store"), text, hint)


def _store_quotas(distribution: Distribution) -> Iterator[Finding]:
    for key, store in distribution.key_value_stores.items():
        for complaint in complaints(store.data):
            yield Finding(("key_value_stores", key), f"{complaint}.")


def _code_size(distribution: Distribution) -> Iterator[Finding]:
    for key, function in distribution.functions.items():
        if isinstance(function, CloudFrontFunction):
            size = _bytes(function.code)
            if size > quotas.FUNCTION_BYTES:
                yield Finding(("functions", key), f"the code has {size} bytes.", "Shorten it, or minify it.")


def _bytes(code: Code) -> int:
    if code.text is not None:
        return len(code.text.encode("utf-8", "replace"))
    return code.path.stat().st_size if code.path is not None and is_file(code.path) else 0


def _associations_exist(distribution: Distribution) -> Iterator[Finding]:
    known = tuple(distribution.functions)
    for words, behavior in places.behaviors(distribution):
        for event, found in behavior.associations.items():
            if found.function not in known:
                text = f"there is no function '{shown(found.function)}'."
                yield Finding((*words, "associations", event), text, guess(found.function, known))


def _code_exists(distribution: Distribution) -> Iterator[Finding]:
    for key, function in distribution.functions.items():
        missing = _missing(function)
        if missing is not None:
            text, hint = missing
            yield Finding(("functions", key), f"'{key}' has no code: {text}.", hint)


def _missing(function: CloudFrontFunction | LambdaFunction) -> tuple[str, str] | None:
    """What is missing of a function's code, and what to do about it."""
    code = function.code
    if code.text is not None:
        return None
    if code.path is None:
        return code.missing or "no file, directory or text is given", ""
    if is_file(code.path):
        return None
    if not is_directory(code.path):
        return f"there is no file {code.path}", "Correct the path, or build it first."
    if isinstance(function, CloudFrontFunction):
        return f"{code.path} is a directory", "A CloudFront Function is one file."
    return _missing_handler(function, code)


def _missing_handler(function: LambdaFunction, code: Code) -> tuple[str, str] | None:
    directory = code.path
    assert directory is not None
    files = handler_files(directory, function.handler, function.runtime)
    if any(is_file(path) for path in files) or is_directory(files[-1]):  # the last one may be a package
        return None
    built = any(is_file(directory / name) for name in ("package.json", "tsconfig.json"))
    hint = "There is a package.json or tsconfig.json: build it first." if built else "Correct handler or directory."
    return f"the handler {function.handler} needs the file {files[0]}", hint


_PAGE = "edge-function-restrictions-all"

RULES = (
    Rule(
        id="V23a",
        page=_PAGE,
        error="InvalidFunctionAssociation",
        sentence="A behavior's viewer events have CloudFront Functions or Lambda@Edge, never both.",
        check=_no_mix,
    ),
    Rule(
        id="V23b",
        page=_PAGE,
        error="MalformedXML",
        sentence="CloudFront Functions run at viewer-request and viewer-response only.",
        check=_viewer_only,
    ),
    Rule(
        id="V23c",
        page="publish-function",
        error="InvalidFunctionAssociation",
        sentence="A function is published to the LIVE stage before it is associated.",
        relaxable=True,
        check=_live,
    ),
    Rule(
        id="V23e",
        page="lambda-include-body-access",
        error="InvalidLambdaFunctionAssociation",
        sentence="The body goes with viewer-request and origin-request only.",
        relaxable=True,
        check=_bodies,
    ),
    Rule(
        id="V24",
        severity="warn",
        page="lambda-at-edge-function-restrictions",
        error="InvalidLambdaFunctionAssociation",
        sentence="Lambda@Edge runs Node.js and Python.",
        check=_runtimes,
    ),
    Rule(
        id="V25",
        severity="warn",
        page="cloudfront-limits",
        error="InvalidLambdaFunctionAssociation",
        sentence=(
            f"A Lambda@Edge function has 1 to {quotas.LAMBDA_SECONDS} seconds and 128 to {quotas.LAMBDA_MEGABYTES} MB."
        ),
        check=_sizes,
    ),
    Rule(
        id="V26",
        page="kvs-with-functions-associate",
        error="InvalidArgument",
        sentence="Only the runtime cloudfront-js-2.0 reads a key value store.",
        relaxable=True,
        check=_stores,
    ),
    Rule(
        id="V26a",
        page="kvs-with-functions-associate",
        error="EntityNotFound",
        sentence="The key value store of a function exists.",
        check=_stores_exist,
    ),
    Rule(
        id="N-kvs-data",
        severity="warn",
        sentence="A function finds none of the keys that production has.",
        check=_stores_filled,
    ),
    Rule(
        id="N-kvs-quota",
        page="cloudfront-limits",
        error="EntitySizeLimitExceeded",
        sentence=f"A store has {STORE_BYTES >> 20} MB, a key {KEY_BYTES} bytes, a value {VALUE_BYTES} bytes at most.",
        check=_store_quotas,
    ),
    Rule(
        id="V27",
        page="cloudfront-limits",
        error="FunctionSizeLimitExceeded",
        sentence=f"A CloudFront Function has {quotas.FUNCTION_BYTES} bytes at most.",
        relaxable=True,
        check=_code_size,
    ),
    Rule(
        id="N-function",
        page=_PAGE,
        error="InvalidFunctionAssociation",
        sentence="An association names a function that exists.",
        check=_associations_exist,
    ),
    Rule(
        id="N-code",
        sentence="A function that silently did not run would be worse than this error.",
        check=_code_exists,
    ),
)
