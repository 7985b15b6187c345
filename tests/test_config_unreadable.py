from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.config.builders import the_error

FILES = [
    ("serverless.yml", "service: x", "Run: npx serverless package; then name the directory"),
    ("sst.config.ts", "export default {}", "Run: npx sst state export > state.json"),
    ("Pulumi.yaml", "name: x\nruntime: nodejs", "Run: pulumi stack export > stack.json"),
    ("cdktf.json", '{"app": "node x.js"}', "Run: npx cdktf synth; then name cdktf.out/stacks/NAME"),
    ("cdk.json", '{"app": "node x.js"}', "Run: npx cdk synth -q; then name cdk.out"),
]


@pytest.mark.parametrize(("name", "content", "words"), FILES)
def test_what_only_its_own_tool_reads_is_answered_with_the_command(
    tmp_path: Path, name: str, content: str, words: str
) -> None:
    (tmp_path / name).write_text(content)
    for source in (tmp_path / name, tmp_path):
        message = the_error(source)
        assert message.startswith(f"{source}: is ")
        assert words in message


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"service": "x", "provider": {"name": "aws"}}, "is a Serverless Framework service"),
        ({"name": "x", "runtime": "nodejs"}, "is a Pulumi program"),
        ({"app": "node x.js", "context": {}}, "is a CDK app"),
    ],
)
def test_they_are_known_under_another_name_too(values: dict[str, object], words: str) -> None:
    assert words in the_error(values)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in the_error(tmp_path / "main.tf")
