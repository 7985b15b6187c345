"""The formats that can be read: how each is told from the others by what it holds, and its reader.

A reader is a function of a document, or of a directory, and of the inputs; it gives the candidates that it
found. It may raise ConfigurationError. To add a format, write its module and give it a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from edgeware.config.loading import api_sources, cloudformation, native, pulumi, terraform
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.cloudformation import assembly
from edgeware.config.loading.documents import Document
from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.terraform import hcl

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


FILES: tuple[FileFormat, ...] = (
    FileFormat(name="API output", sees=api_sources.sees, read=api_sources.candidates),
    FileFormat(
        name="a CloudFormation template",
        sees=cloudformation.sees,
        read=cloudformation.candidates,
        parameters=True,
    ),
    FileFormat(name="Terraform's JSON", sees=terraform.sees_shown, read=terraform.shown_candidates),
    FileFormat(name="a Terraform state", sees=terraform.sees_state, read=terraform.state_candidates),
    FileFormat(name="a Pulumi stack export", sees=pulumi.sees, read=pulumi.candidates),
    FileFormat(name="a native file", sees=lambda values: True, read=native.candidates),
)
"""Asked in this order; the native file takes what nobody else does."""

DIRECTORIES: tuple[DirectoryFormat, ...] = (
    DirectoryFormat(
        name="a CDK assembly",
        sees=assembly.sees_assembly,
        read=assembly.assembly_candidates,
        parameters=True,
    ),
    DirectoryFormat(
        name="a directory with a template",
        sees=assembly.sees_template,
        read=assembly.template_candidates,
        parameters=True,
    ),
    DirectoryFormat(name="API output", sees=api_sources.sees_directory, read=api_sources.directory_candidates),
    DirectoryFormat(name="Terraform's own language", sees=hcl.sees, read=hcl.candidates, parameters=True),
)
