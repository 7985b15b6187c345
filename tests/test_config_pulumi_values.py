"""Values of Pulumi's own kinds."""

from __future__ import annotations

from edgeware.config.loading.pulumi_values import Adapter, snake_case
from edgeware.config.model import Notice


def test_keys_are_spelled_anew_and_secrets_told() -> None:
    notices: list[Notice] = []
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}
    found = Adapter(notices, "here", snake_case).mapping({"customHeaders": [{"aValue": secret}], "__defaults": []})
    assert found == {"custom_header": [{"a_value": "encrypted by Pulumi"}]}
    assert found.words == {"custom_header": ("customHeaders",)}
    assert [notice.code for notice in notices] == ["N-secret"]
