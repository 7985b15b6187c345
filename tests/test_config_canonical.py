from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from edgeware.config.canonical import canonical
from edgeware.config.loading import load
from edgeware.config.model import (
    CloudFrontFunction,
    Code,
    Directory,
    LambdaFunction,
    Layer,
    Origin,
    OtherApp,
    RoutingRule,
    Static,
    Unmapped,
    Url,
    Website,
)
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, FOLDER, ORIGIN, native

EXPECTED = json.loads((FOLDER / "expected" / "shop.model.json").read_text())
LOCAL = {
    "functions": {
        "auth": {"directory": "lambda/auth"},
        "headers": {"directory": "lambda/headers", "handler": "app.handler", "timeout": 5},
    }
}


def missing(expected: object, found: object, place: str = "") -> list[str]:
    """Where what is found lacks what is expected; names of headers compare without case, "*" is anything."""
    if expected == "*":
        return []
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        absent = [f"{place}/{key}" for key in expected if key not in found]
        return absent + [
            line for key in expected if key in found for line in missing(expected[key], found[key], f"{place}/{key}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for index, pair in pairs for line in missing(*pair, f"{place}/{index}")]
    same = str(expected).lower() == str(found).lower()
    return [] if same else [f"{place}: {expected!r} is {found!r}"]


def comparable(text: str) -> dict[str, object]:
    values: dict[str, object] = json.loads(text)
    functions = values["functions"]
    assert isinstance(functions, dict)
    functions["headers"]["handler"] = "*." + functions["headers"]["handler"].rpartition(".")[2]
    return values


def masked() -> dict[str, object]:
    values = {key: value for key, value in EXPECTED.items() if key != "_notes"}
    values["origins"]["app"]["custom_headers"] = {"X-Origin-Verify": "***"}
    return values


SITES: dict[str, tuple[Path, Mapping[str, object] | None]] = {
    "native": (FOLDER / "native" / "shop.yaml", None),
    "api": (FOLDER / "api", LOCAL),
    "cloudformation": (
        FOLDER / "cfn" / "shop.template.yaml",
        {"outputs": {"network-stack-AppDomain": "app.internal.example"}},
    ),
    "terraform state": (FOLDER / "terraform" / "shop.state.json", None),
    "terraform plan": (FOLDER / "terraform" / "shop.plan.json", None),
    "pulumi": (FOLDER / "pulumi" / "shop.stack-export.json", None),
    "terraform.tfstate": (FOLDER / "terraform" / "shop.tfstate", None),
}


@pytest.mark.parametrize("kind", SITES)
def test_one_site_is_one_model_whatever_it_is_read_from(kind: str) -> None:
    source, overlay = SITES[kind]
    loaded = load(source, overlay=overlay, base=FOLDER)
    assert missing(masked(), comparable(canonical(loaded))) == []


def test_code_is_a_location_and_a_digest() -> None:
    values = json.loads(canonical(load(FOLDER / "native" / "shop.yaml"), base=FOLDER))
    rewrite = (FOLDER / "functions" / "rewrite.js").read_bytes()
    assert values["functions"]["rewrite"]["code"] == {
        "location": "functions/rewrite.js",
        "sha256": hashlib.sha256(rewrite).hexdigest(),
    }
    assert values["functions"]["auth"]["code"]["location"] == "lambda/auth"
    assert len(values["functions"]["auth"]["code"]["sha256"]) == 64
    assert values["origins"]["site"]["local"] == {"directory": "site", "not_found": 403}
    assert values["origins"]["spare"]["local"] == {"url": "http://127.0.0.1:9001", "preserve_host": True}
    assert values["origins"]["app"]["local"] == "app"


def test_the_digest_of_a_directory_follows_names_and_contents(tmp_path: Path) -> None:
    def digest() -> object:
        found = LambdaFunction(name="f", code=Code(path=tmp_path), runtime="nodejs22.x", handler="index.handler")
        return json.loads(canonical(replace(DISTRIBUTION, functions={"f": found})))["functions"]["f"]["code"]["sha256"]

    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.js").write_text("1")
    first = digest()
    assert digest() == first
    (tmp_path / "sub" / "a.js").write_text("2")
    second = digest()
    (tmp_path / "sub" / "a.js").rename(tmp_path / "b.js")
    assert len({first, second, digest()}) == 3


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (Code(text="x"), {"location": "inline", "sha256": hashlib.sha256(b"x").hexdigest()}),
        (Code(missing="x"), {"location": None, "sha256": None}),
        (Code(path=Path("/none/f.js")), {"location": "/none/f.js", "sha256": None}),
    ],
)
def test_code_that_is_no_file_is_said_so(code: Code, shown: object) -> None:
    source = replace(DISTRIBUTION, functions={"f": CloudFrontFunction(name="f", code=code)})
    assert json.loads(canonical(source))["functions"]["f"]["code"] == shown


def test_no_secret_is_in_it() -> None:
    source = native(
        origins={"app": {"headers": {"X-A": "s3cret"}, "local": "app"}},
        key_value_stores={"s": {"data": {"key": "s3cret"}}},
    )
    text = canonical(load(source))
    assert "s3cret" not in text
    assert json.loads(text)["key_value_stores"] == {"s": {"key": "***"}}


def test_the_same_distribution_is_the_same_text() -> None:
    one = native(origins={"a": {"local": "app"}, "b": {"local": "app"}}, default_behavior={"origin": "a"})
    two = native(origins={"b": {"local": "app"}, "a": {"local": "app"}}, default_behavior={"origin": "a"})
    assert canonical(load(one)) == canonical(load(two))
    assert canonical(load(one)).endswith("}\n")


@pytest.mark.parametrize(("target", "shown"), [(Unmapped(why="x"), None), (Url(url="http://x"), {"url": "http://x"})])
def test_a_target_is_shown_as_an_overlay_says_it(target: Unmapped | Url, shown: object) -> None:
    source = replace(DISTRIBUTION, origins={"app": replace(ORIGIN, target=target)}, behaviors=(DEFAULT,))
    local = json.loads(canonical(source))["origins"]["app"]["local"]
    assert local == shown if shown is None else local["url"] == "http://x"


@pytest.mark.parametrize(
    ("store", "shown"), [(None, None), ("memory", "memory"), ("redis://:geheim@host/0", "redis:***")]
)
def test_of_a_store_only_the_kind_is_shown(store: str | None, shown: str | None) -> None:
    text = json.loads(canonical(replace(DISTRIBUTION, behaviors=(DEFAULT,), store=store, cache_tag_header="X-Tags")))
    assert (text["store"], text["cache_tag_header"]) == (shown, "X-Tags")


def test_a_website_is_shown_with_its_documents(tmp_path: Path) -> None:
    target = Directory(path=tmp_path, website=Website(error="404.html"))
    origin = Origin(id="site", domain_name="site.example.com", target=target)
    shown = json.loads(canonical(replace(DISTRIBUTION, origins={"app": origin})))
    assert shown["origins"]["app"]["local"]["website"] == {"index": "index.html", "error": "404.html"}


def test_a_routing_rule_is_shown_with_what_it_says(tmp_path: Path) -> None:
    rule = RoutingRule(key_prefix_equals="docs/", replace_key_prefix_with="documents/")
    target = Directory(path=tmp_path, website=Website(routing_rules=(rule,)))
    origins = {"app": Origin(id="app", domain_name="app.example.com", target=target)}
    shown = json.loads(canonical(replace(DISTRIBUTION, origins=origins)))
    assert shown["origins"]["app"]["local"]["website"]["routing_rules"] == [
        {"key_prefix_equals": "docs/", "http_redirect_code": 301, "replace_key_prefix_with": "documents/"}
    ]


def test_another_application_is_shown_by_its_import_string() -> None:
    origin = Origin(id="app", domain_name="app.example.com", target=OtherApp(import_string="shop.api:app"))
    shown = json.loads(canonical(replace(DISTRIBUTION, origins={"app": origin})))
    assert shown["origins"]["app"]["local"] == {"app": "shop.api:app"}


def test_what_lies_in_a_bucket_is_shown_with_its_prefixes(tmp_path: Path) -> None:
    target = Directory(path=tmp_path, prefix="docs/", index="a.html", beneath=(Layer(path=tmp_path, prefix="b/"),))
    origin = Origin(id="app", domain_name="app.example.com", target=target)
    shown = json.loads(canonical(replace(DISTRIBUTION, origins={"app": origin})))["origins"]["app"]["local"]
    assert (shown["prefix"], shown["index"], [one["prefix"] for one in shown["beneath"]]) == ("docs/", "a.html", ["b/"])


def test_a_fixed_answer_is_shown() -> None:
    origin = Origin(id="app", domain_name="app.example.com", target=Static(status=503, body="closed"))
    shown = json.loads(canonical(replace(DISTRIBUTION, origins={"app": origin})))
    assert shown["origins"]["app"]["local"] == {"status": 503, "body": "closed"}
