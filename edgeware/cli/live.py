"""What is read of a live distribution: each thing into a file of its own, as `aws cloudfront get-...` prints it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from edgeware.config import managed
from edgeware.config.loading.api_functions import LAMBDA_ARN
from edgeware.config.loading.functions import archived
from edgeware.exceptions import ConfigurationError, UsageError

Step = Callable[[], None]

_POLICIES: Mapping[str, tuple[str, Callable[[], Mapping[str, object]]]] = {
    "CachePolicyId": ("cache_policy", managed.cache_policies),
    "OriginRequestPolicyId": ("origin_request_policy", managed.origin_request_policies),
    "ResponseHeadersPolicyId": ("response_headers_policy", managed.response_headers_policies),
}


class Live:
    """Reads a distribution and everything that it reaches, by calls that change nothing."""

    def __init__(self, client: Callable[[str], Any], folder: Path, download: Callable[[str], bytes]) -> None:
        self._cloudfront = client("cloudfront")
        self._client = client
        self._folder = folder
        self._download = download
        self._stores: dict[str, str] = {}
        self._steps: list[Step] = []
        self._known: set[tuple[str, str]] = set()

    @property
    def total(self) -> int:
        """How many steps there are, as far as is known."""
        return len(self._steps)

    def steps(self, distribution_id: str) -> Iterator[Step]:
        """The steps to take one after the other; some of them find more."""
        self._steps.append(lambda: self._distribution(distribution_id))
        done = 0
        while done < len(self._steps):
            yield self._steps[done]
            done += 1

    def _later(self, kind: str, name: str, read: Callable[[str], None]) -> None:
        """Read something once, whoever refers to it."""
        if (kind, name) not in self._known:
            self._known.add((kind, name))
            self._steps.append(lambda: read(name))

    def _save(self, name: str, values: Mapping[str, object]) -> None:
        kept = {key: value for key, value in values.items() if key != "ResponseMetadata"}
        self._write(f"{name}.json", json.dumps(kept, indent=2, default=str).encode() + b"\n")

    def _write(self, name: str, content: bytes) -> None:
        """For the owner alone; a name comes from AWS, and is made to stay inside the folder."""
        path = self._folder / name.replace("/", "_").replace("\\", "_")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no path
            file.write(content)

    # --- the distribution ---

    def _distribution(self, distribution_id: str) -> None:
        answer = self._cloudfront.get_distribution(Id=distribution_id)
        self._save("get-distribution", answer)
        config = answer["Distribution"]["DistributionConfig"]
        for behavior in (config["DefaultCacheBehavior"], *_items(config.get("CacheBehaviors"))):
            self._behavior(behavior)

    def _behavior(self, behavior: Mapping[str, Any]) -> None:
        for key, (kind, table) in _POLICIES.items():
            policy_id = behavior.get(key)
            if policy_id and policy_id not in table():
                self._later(kind, policy_id, lambda name, kind=kind: self._policy(kind, name))  # type: ignore[misc]
        for association in _items(behavior.get("FunctionAssociations")):
            self._later("function", association["FunctionARN"].rpartition("/")[2], self._function)
        for association in _items(behavior.get("LambdaFunctionAssociations")):
            self._later("lambda", association["LambdaFunctionARN"], self._lambda)
        for group in _items(behavior.get("TrustedKeyGroups")):
            self._later("key group", group, self._key_group)

    def _policy(self, kind: str, policy_id: str) -> None:
        answer = getattr(self._cloudfront, f"get_{kind}")(Id=policy_id)
        self._save(f"get-{kind.replace('_', '-')}.{policy_id}", answer)

    def _key_group(self, group_id: str) -> None:
        answer = self._cloudfront.get_key_group(Id=group_id)
        self._save(f"get-key-group.{group_id}", answer)
        for key in answer["KeyGroup"]["KeyGroupConfig"]["Items"]:
            self._later("public key", key, self._public_key)

    def _public_key(self, key_id: str) -> None:
        self._save(f"get-public-key.{key_id}", self._cloudfront.get_public_key(Id=key_id))

    # --- functions ---

    def _function(self, name: str) -> None:
        answer = self._cloudfront.describe_function(Name=name, Stage="LIVE")
        self._save(f"describe-function.{name}", answer)
        code = self._cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"]
        self._write(f"{name}.js", code.read())
        stores = answer["FunctionSummary"]["FunctionConfig"].get("KeyValueStoreAssociations")
        for association in _items(stores):
            self._later("store", association["KeyValueStoreARN"], self._store)

    def _store(self, arn: str) -> None:
        if not self._stores:
            for page in self._cloudfront.get_paginator("list_key_value_stores").paginate():
                items = _items(page.get("KeyValueStoreList"))
                self._stores.update({item["ARN"]: item["Name"] for item in items})
        name = self._stores.get(arn)
        if name is None:
            raise UsageError(f"there is no key value store {arn} any more")
        self._save(f"describe-key-value-store.{name}", self._cloudfront.describe_key_value_store(Name=name))
        pages = self._client("cloudfront-keyvaluestore").get_paginator("list_keys").paginate(KvsARN=arn)
        pairs = [pair for page in pages for pair in page.get("Items", [])]
        self._save(f"list-keys.{name}", {"Items": pairs})

    def _lambda(self, arn: str) -> None:
        found = LAMBDA_ARN.fullmatch(arn)
        if found is None:
            raise UsageError(f"{arn} is no ARN of a Lambda function")
        name, version = found[3], found[4] or "$LATEST"
        answer = self._client("lambda").get_function(FunctionName=arn.removesuffix(f":{version}"), Qualifier=version)
        self._save(f"get-function.{name}.{version}", {"Configuration": answer["Configuration"]})
        location = answer.get("Code", {}).get("Location")
        if location:
            self._unpack(name, version, self._download(location))

    def _unpack(self, name: str, version: str, content: bytes) -> None:
        """The code where the reader of API output looks for it: `lambda/NAME`, or `lambda/NAME.VERSION`."""
        self._write(f"{name}.{version}.zip", content)
        archive = self._folder / f"{name}.{version}.zip"
        code = archived(archive)
        archive.unlink()
        if code.path is None:
            raise ConfigurationError([code.missing or ""])
        shutil.copytree(code.path, self._folder / "lambda" / f"{name}.{version}")


def _items(listed: Any) -> list[Any]:
    """The Items of {Quantity, Items}, which are left out where there are none."""
    return list((listed or {}).get("Items") or [])
