"""The formats that can be read: how each is told from the others by what it holds, and its reader.

A reader is a function of a document, or of a directory, and of the inputs; it gives the candidates that it found. It
may raise ConfigurationError. To add a format, write its module and give it a row. A reader is imported when it is
needed: a process reads one format, and the others are a third of what there is to import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from edgeware.config.files import is_directory
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.documents import Document
from edgeware.config.loading.inputs import Inputs

Values: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A format of one document."""

    name: str
    sees: Callable[[Values], bool]
    read: Callable[[Document, Inputs], Sequence[Candidate]]
    parameters: bool = False
    """Whether it takes the inputs' parameters and outputs; if not, they are worth a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFormat:
    """A format of a whole directory, or of a file with its directory; the path is absolute, the text is its name."""

    name: str
    sees: Callable[[Path], bool]
    read: Callable[[Path, str, Inputs], Sequence[Candidate]]
    parameters: bool = False


def _later(module: str, name: str) -> Callable[..., Any]:
    """A function of a reader's module, which is imported when the function is called."""

    def called(*arguments: object) -> Any:
        return getattr(import_module(f"edgeware.config.loading.{module}"), name)(*arguments)

    return called


def is_api_output(values: Values) -> bool:
    """Whether a document is API output that holds a distribution."""
    bare = "CallerReference" in values and "Origins" in values
    return bare or any(key in values for key in ("Distribution", "DistributionConfig", "DistributionList"))


def is_template(values: Values) -> bool:
    """Whether a document is a CloudFormation template."""
    return "AWSTemplateFormatVersion" in values or "Resources" in values


def is_shown(values: Values) -> bool:
    """Whether a document is the output of `terraform show -json`."""
    return "format_version" in values and ("planned_values" in values or "values" in values)


def is_state(values: Values) -> bool:
    """Whether a document is a state file of Terraform."""
    return "lineage" in values or "encrypted_data" in values


def is_hcl(path: Path) -> bool:
    """Whether a path is a file in Terraform's own language, or a directory of such, and can be read."""
    files = path.iterdir() if is_directory(path) else (path,)
    named = any(file.name.endswith((".tf", ".tofu", ".tf.json", ".tofu.json")) for file in files)
    return named and bool(_later("terraform.hcl", "sees")(path))


def is_stack_export(values: Values) -> bool:
    """Whether a document is what Pulumi exports of a stack, or a checkpoint as it and SST keep it."""
    return any(isinstance(values.get(key), Mapping) for key in ("deployment", "checkpoint", "latest"))


FILES: tuple[FileFormat, ...] = (
    FileFormat(name="API output", sees=is_api_output, read=_later("api_sources", "candidates")),
    FileFormat(
        name="a CloudFormation template",
        sees=is_template,
        read=_later("cloudformation", "candidates"),
        parameters=True,
    ),
    FileFormat(name="Terraform's JSON", sees=is_shown, read=_later("terraform", "shown_candidates")),
    FileFormat(name="a Terraform state", sees=is_state, read=_later("terraform", "state_candidates")),
    FileFormat(name="a Pulumi stack export", sees=is_stack_export, read=_later("pulumi", "candidates")),
    FileFormat(name="a native file", sees=lambda values: True, read=_later("native", "candidates")),
)
"""Asked in this order; the native file takes what nobody else does."""

DIRECTORIES: tuple[DirectoryFormat, ...] = (
    DirectoryFormat(
        name="a CDK assembly",
        sees=_later("cloudformation.assembly", "sees_assembly"),
        read=_later("cloudformation.assembly", "assembly_candidates"),
        parameters=True,
    ),
    DirectoryFormat(
        name="a directory with a template",
        sees=_later("cloudformation.assembly", "sees_template"),
        read=_later("cloudformation.assembly", "template_candidates"),
        parameters=True,
    ),
    DirectoryFormat(
        name="API output",
        sees=_later("api_sources", "sees_directory"),
        read=_later("api_sources", "directory_candidates"),
    ),
    DirectoryFormat(
        name="Terraform's own language", sees=is_hcl, read=_later("terraform.hcl", "candidates"), parameters=True
    ),
)
