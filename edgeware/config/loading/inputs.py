"""What a source cannot know of itself: which of its distributions is meant, and the values of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edgeware.config.loading.documents import Document
from edgeware.config.model import Notice
from edgeware.config.place import NATIVE, Place
from edgeware.config.reading import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What callers and overlays say to a reader."""

    distribution: str | None = None
    """Which of several distributions: address, logical id, path, id, alias or name; a glob may stand for it."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Values of a template's parameters, or of Terraform's variables."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """What other stacks export, and what parameter stores hold."""
    region: str | None = None
    account_id: str | None = None

    def over(self, weaker: Inputs) -> Inputs:
        """These, and where they say nothing the others."""
        return Inputs(
            distribution=self.distribution or weaker.distribution,
            parameters={**weaker.parameters, **self.parameters},
            outputs={**weaker.outputs, **self.outputs},
            region=self.region or weaker.region,
            account_id=self.account_id or weaker.account_id,
        )


def inputs(top: Section) -> Inputs:
    """What a native file or an overlay says."""
    return Inputs(
        distribution=top.optional_text("distribution"),
        parameters=_texts(top.section("parameters")),
        outputs=_texts(top.section("outputs")),
        region=top.optional_text("region"),
        account_id=top.optional_text("account_id"),
    )


def inputs_of(document: Document) -> Inputs:
    """The same, before the document is read as an overlay: complaints come then."""
    notices: list[Notice] = []
    return inputs(Section(values=document.values, place=Place(), notices=notices, dialect=NATIVE))


def _texts(section: Section) -> dict[str, str]:
    """Texts by their names; a list is a comma-delimited one, true and false are the words."""
    return {str(name): _text(section, str(name), value) for name, value in section.values.items()}


def _text(section: Section, name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(section.texts(name))
    return section.text(name)
