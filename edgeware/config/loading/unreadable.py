"""Sources that need their own tool to be read: each is known, and answered with the one command that helps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from edgeware.config.files import is_directory, is_file
from edgeware.exceptions import ConfigurationError

INSTEAD = "Read the output of: aws cloudfront get-distribution --id ID > distribution.json"
TERRAFORM = "terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json"
_PULUMI = "pulumi stack export > stack.json"
_SST = "npx sst state export > state.json"

# A file's name, what it is, and the command whose output is read in its place.
_FILES = {
    "cdk.json": ("a CDK app", "npx cdk synth -q", "cdk.out"),
    "cdktf.json": ("a CDKTF app", "npx cdktf synth", "cdktf.out/stacks/NAME"),
    "serverless.yml": ("a Serverless Framework service", "npx serverless package", "the directory"),
    "serverless.yaml": ("a Serverless Framework service", "npx serverless package", "the directory"),
    "sst.config.ts": ("an SST app", _SST, "state.json"),
    "sst.config.js": ("an SST app", _SST, "state.json"),
    "Pulumi.yaml": ("a Pulumi program", _PULUMI, "stack.json"),
    "Pulumi.yml": ("a Pulumi program", _PULUMI, "stack.json"),
    "samconfig.toml": ("the settings of the SAM CLI", "sam build", "template.yaml"),
}
_HCL = ("Terraform's own language", TERRAFORM, "plan.json, or install edgeware[hcl], which reads what is plain in it")


def refuse_file(path: Path, source: str) -> None:
    """Raise ConfigurationError where a file is known by its name and needs its own tool."""
    found = _FILES.get(path.name) or (_HCL if path.suffix in (".tf", ".tofu") else None)
    if found is not None and is_file(path):
        raise _refusal(source, found)


def refuse_directory(path: Path, source: str) -> None:
    """The same for a directory that holds such a file."""
    for name, found in _FILES.items():
        if is_file(path / name):
            raise _refusal(source, found)
    if is_directory(path) and any(one.suffix in (".tf", ".tofu") for one in path.iterdir()):
        raise _refusal(source, _HCL)


def refuse_values(values: Mapping[str, object], source: str) -> None:
    """The same for a file of another name with the same contents."""
    if "service" in values and "provider" in values:
        raise _refusal(source, _FILES["serverless.yml"])
    if "runtime" in values and "name" in values and "default_behavior" not in values:
        raise _refusal(source, _FILES["Pulumi.yaml"])
    if isinstance(values.get("app"), str) and "context" in values:
        raise _refusal(source, _FILES["cdk.json"])


def _refusal(source: str, found: tuple[str, str, str]) -> ConfigurationError:
    what, command, output = found
    text = f"{source}: is {what}, which only its own tool can read. Run: {command}; then name {output}."
    return ConfigurationError([text])
