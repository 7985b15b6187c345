"""A live distribution, played by botocore's own stubber, which knows the shapes of every call and answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from edgeware.cli.live import Live
from edgeware.config.loading import load
from edgeware.config.model import CloudFrontFunction, LambdaFunction
from edgeware.exceptions import ConfigurationError, UsageError
from tests.fixtures.config.builders import api_behavior, api_origin

ACCOUNT = "111111111111"
FUNCTION = f"arn:aws:cloudfront::{ACCOUNT}:function/rewrite"
STORE = f"arn:aws:cloudfront::{ACCOUNT}:key-value-store/33333333-3333-4333-8333-333333333333"
LAMBDA = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:auth"
OWN = "11111111-1111-4111-8111-111111111111"
WHEN = "2026-01-01T00:00:00Z"
Clients = dict[str, tuple[Any, Stubber]]


def items(*found: object) -> dict[str, object]:
    return {"Quantity": len(found), "Items": list(found)}


@pytest.fixture
def clients() -> Clients:
    """Clients that reach nobody, with a stubber each."""
    found: Clients = {}
    for service in ("cloudfront", "cloudfront-keyvaluestore", "lambda"):
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        client = boto3.client(service, region_name="us-east-1", **keys)
        stubber = Stubber(client)
        stubber.activate()
        found[service] = client, stubber
    return found


def config(**changes: object) -> dict[str, object]:
    behavior = api_behavior(**changes)
    return {
        "CallerReference": "x",
        "Comment": "shop",
        "Enabled": True,
        "Origins": items(api_origin()),
        "DefaultCacheBehavior": behavior,
        "CacheBehaviors": items({**behavior, "PathPattern": "/again/*"}),
    }


def answer_distribution(stubber: Stubber, **changes: object) -> None:
    distribution = {
        "Id": "E1",
        "ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1",
        "Status": "Deployed",
        "LastModifiedTime": WHEN,
        "InProgressInvalidationBatches": 0,
        "DomainName": "d1.cloudfront.net",
        "DistributionConfig": config(**changes),
    }
    stubber.add_response("get_distribution", {"Distribution": distribution}, {"Id": "E1"})


def answer_function(stubber: Stubber, *stores: str) -> None:
    summary = {
        "Name": "rewrite",
        "FunctionConfig": {
            "Comment": "",
            "Runtime": "cloudfront-js-2.0",
            "KeyValueStoreAssociations": items(*({"KeyValueStoreARN": arn} for arn in stores or (STORE,))),
        },
        "FunctionMetadata": {"FunctionARN": FUNCTION, "Stage": "LIVE", "LastModifiedTime": WHEN},
    }
    asked = {"Name": "rewrite", "Stage": "LIVE"}
    stubber.add_response("describe_function", {"FunctionSummary": summary}, asked)
    code = b"function handler(event) { return event.request; }"
    stubber.add_response("get_function", {"FunctionCode": StreamingBody(io.BytesIO(code), len(code))}, asked)


def answer_store(cloudfront: Stubber, pairs: Stubber) -> None:
    about = {"Name": "redirects", "Id": "3", "Comment": "", "ARN": STORE, "LastModifiedTime": WHEN}
    other = {**about, "Name": "other", "ARN": f"{STORE}0"}
    pages: list[dict[str, object]] = [
        {"MaxItems": 1, "NextMarker": "more", **items(other)},
        {"MaxItems": 1, **items(about)},
    ]
    cloudfront.add_response("list_key_value_stores", {"KeyValueStoreList": pages[0]}, {})
    cloudfront.add_response("list_key_value_stores", {"KeyValueStoreList": pages[1]}, {"Marker": "more"})
    cloudfront.add_response("describe_key_value_store", {"KeyValueStore": about, "ETag": "E"}, {"Name": "redirects"})
    first = {"NextToken": "more", "Items": [{"Key": "/old", "Value": "/new"}]}
    pairs.add_response("list_keys", first, {"KvsARN": STORE})
    pairs.add_response("list_keys", {"Items": [{"Key": "/a", "Value": "/b"}]}, {"KvsARN": STORE, "NextToken": "more"})


def answer_lambda(stubber: Stubber, location: str | None = "https://code.example/auth.zip") -> None:
    configuration = {"FunctionName": "auth", "FunctionArn": f"{LAMBDA}:7", "Runtime": "python3.13"}
    answer = {"Configuration": {**configuration, "Handler": "app.handler", "Timeout": 5}}
    code = {"Code": {"Location": location}} if location else {}
    stubber.add_response("get_function", {**answer, **code}, {"FunctionName": LAMBDA, "Qualifier": "7"})


def archive(name: str = "app.py") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr(name, "def handler(event, context):\n    return event\n")
    return content.getvalue()


def pull(clients: Clients, folder: Path, download: Callable[[str], bytes] = lambda url: archive()) -> Live:
    live = Live(lambda service: clients[service][0], folder, download)
    for step in live.steps("E1"):
        step()
    for _, stubber in clients.values():
        stubber.assert_no_pending_responses()
    return live


def attached() -> dict[str, object]:
    return {
        "FunctionAssociations": items({"FunctionARN": FUNCTION, "EventType": "viewer-request"}),
        "LambdaFunctionAssociations": items({"LambdaFunctionARN": f"{LAMBDA}:7", "EventType": "origin-request"}),
    }


def test_what_is_pulled_loads_as_it_is(clients: Clients, tmp_path: Path) -> None:
    cloudfront = clients["cloudfront"][1]
    answer_distribution(
        cloudfront,
        **attached(),
        CachePolicyId=OWN,
        TrustedKeyGroups={"Enabled": True, **items("g1")},
    )
    policy = {"Name": "own", "MinTTL": 0, "DefaultTTL": 5, "MaxTTL": 9}
    summary = {"Id": OWN, "LastModifiedTime": WHEN, "CachePolicyConfig": policy}
    cloudfront.add_response("get_cache_policy", {"CachePolicy": summary}, {"Id": OWN})
    answer_function(cloudfront)
    answer_lambda(clients["lambda"][1])
    group = {"Id": "g1", "LastModifiedTime": WHEN, "KeyGroupConfig": {"Name": "signers", "Items": ["K1"]}}
    cloudfront.add_response("get_key_group", {"KeyGroup": group}, {"Id": "g1"})
    answer_store(cloudfront, clients["cloudfront-keyvaluestore"][1])
    key = {"CallerReference": "x", "Name": "k", "EncodedKey": "PEM"}
    public = {"Id": "K1", "CreatedTime": WHEN, "PublicKeyConfig": key}
    cloudfront.add_response("get_public_key", {"PublicKey": public}, {"Id": "K1"})

    # The distribution, a policy, two functions, a key group, a store and a key; each once for both behaviors.
    assert pull(clients, tmp_path).total == 7
    loaded = load(tmp_path)
    assert (loaded.id, loaded.name) == ("E1", "shop")
    assert loaded.default_behavior.cache_policy.name == "own"
    assert loaded.key_groups["g1"].public_keys == {"K1": "PEM"}
    assert loaded.key_value_stores["redirects"].data == {"/old": "/new", "/a": "/b"}
    rewrite, auth = loaded.functions["rewrite"], loaded.functions["auth"]
    assert isinstance(rewrite, CloudFrontFunction)
    assert rewrite.code.path == tmp_path / "rewrite.js"
    assert isinstance(auth, LambdaFunction)
    assert (auth.code.path, auth.runtime, auth.timeout) == (tmp_path / "lambda" / "auth.7", "python3.13", 5)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("*.json")} == {0}


def test_stores_are_listed_once_for_all_functions(clients: Clients, tmp_path: Path) -> None:
    cloudfront, pairs = clients["cloudfront"][1], clients["cloudfront-keyvaluestore"][1]
    answer_distribution(cloudfront, FunctionAssociations=attached()["FunctionAssociations"])
    answer_function(cloudfront, STORE, f"{STORE}0")
    answer_store(cloudfront, pairs)
    about = {"Name": "other", "Id": "4", "Comment": "", "ARN": f"{STORE}0", "LastModifiedTime": WHEN}
    cloudfront.add_response("describe_key_value_store", {"KeyValueStore": about, "ETag": "E"}, {"Name": "other"})
    pairs.add_response("list_keys", {"Items": []}, {"KvsARN": f"{STORE}0"})
    pull(clients, tmp_path)
    assert (tmp_path / "list-keys.other.json").is_file()


def test_a_managed_policy_is_not_asked_for(clients: Clients, tmp_path: Path) -> None:
    answer_distribution(clients["cloudfront"][1])
    pull(clients, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["get-distribution.json"]


def test_a_function_without_an_address_has_no_code(clients: Clients, tmp_path: Path) -> None:
    only = {"LambdaFunctionAssociations": attached()["LambdaFunctionAssociations"]}
    answer_distribution(clients["cloudfront"][1], **only)
    answer_lambda(clients["lambda"][1], None)
    pull(clients, tmp_path)
    with pytest.raises(ConfigurationError, match="nothing here holds its code"):
        load(tmp_path)


@pytest.mark.parametrize("content", [b"no zip", archive("../evil.py")])
def test_nothing_of_an_archive_escapes(clients: Clients, tmp_path: Path, content: bytes) -> None:
    only = {"LambdaFunctionAssociations": attached()["LambdaFunctionAssociations"]}
    answer_distribution(clients["cloudfront"][1], **only)
    answer_lambda(clients["lambda"][1])
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(ConfigurationError, match=r"auth\.7\.zip: "):
        pull(clients, folder, lambda url: content)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert not (folder / "lambda").exists()


def test_an_arn_that_is_none_is_refused(clients: Clients, tmp_path: Path) -> None:
    wrong = items({"LambdaFunctionARN": "arn:aws:lambda:../x", "EventType": "origin-request"})
    answer_distribution(clients["cloudfront"][1], LambdaFunctionAssociations=wrong)
    with pytest.raises(UsageError, match="is no ARN of a Lambda function"):
        pull(clients, tmp_path)


def test_a_store_that_is_gone_is_said_so(clients: Clients, tmp_path: Path) -> None:
    only = {"FunctionAssociations": attached()["FunctionAssociations"]}
    cloudfront = clients["cloudfront"][1]
    answer_distribution(cloudfront, **only)
    answer_function(cloudfront)
    cloudfront.add_response("list_key_value_stores", {"KeyValueStoreList": {"MaxItems": 1, "Quantity": 0}}, {})
    with pytest.raises(UsageError, match="there is no key value store"):
        pull(clients, tmp_path)
