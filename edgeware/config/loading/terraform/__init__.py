"""Terraform and OpenTofu: `show -json` of a state or a plan, and the state file itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edgeware.config.loading import api
from edgeware.config.loading.api import EXAMPLE_ACCOUNT
from edgeware.config.loading.api_bundle import Part
from edgeware.config.loading.api_sources import candidate
from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.documents import Document
from edgeware.config.loading.draft import Draft
from edgeware.config.loading.inputs import Inputs
from edgeware.config.loading.stand_ins import StandIns
from edgeware.config.loading.terraform import resources, shapes, unknowns
from edgeware.config.loading.terraform.buckets import websites_of
from edgeware.config.loading.terraform.parts import bundle
from edgeware.config.loading.terraform.resources import Resource
from edgeware.config.model import Code, Notice
from edgeware.config.place import LinedMapping, shown
from edgeware.exceptions import ConfigurationError

DISTRIBUTION = "aws_cloudfront_distribution"
_ADD = 'add to the overlay: functions: {{"{name}": {form}}}'


def shown_candidates(document: Document, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of a state or a plan, shown as JSON."""
    found = resources.shown(document)
    if "planned_values" in document.values:
        found = unknowns.known(document, found)
    return candidates(document, found)


def state_candidates(document: Document, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of a state file."""
    if "encrypted_data" in document.values:
        text = f"{document.where}: is encrypted. Run: tofu show -json > state.json; then name state.json."
        raise ConfigurationError([text])
    return candidates(document, resources.stated(document))


def candidates(document: Document, found: Sequence[Resource], notices: Sequence[Notice] = ()) -> list[Candidate]:
    """A candidate for each distribution among some resources."""
    return [_candidate(document, one, found, notices) for one in found if one.managed and one.type == DISTRIBUTION]


def _candidate(document: Document, one: Resource, found: Sequence[Resource], before: Sequence[Notice]) -> Candidate:
    config = shapes.distribution_config(one.values)
    names = (f"{one.type}.{one.name}", one.name, str(one.values.get("id", "")))
    return candidate(one.address, config, names, _reader(document, one, found, config, before))


def _reader(
    document: Document, one: Resource, found: Sequence[Resource], config: LinedMapping, before: Sequence[Notice]
) -> Callable[[], Draft]:
    def read() -> Draft:
        notices = [*before, *one.notices]
        stand_ins = StandIns(notices, EXAMPLE_ACCOUNT)
        stand_ins.fill(config, one.place)
        outer = LinedMapping()
        known = {"Id": "id", "DomainName": "domain_name", "ARN": "arn"}
        outer.update({key: one.values[word] for key, word in known.items() if isinstance(one.values.get(word), str)})
        outer["DistributionConfig"], outer.words["DistributionConfig"] = config, ()
        part = Part(values=outer, source=document.source, place=one.place)
        own = bundle(one, found, document.base, notices)
        for arn, missing in stand_ins.functions.items():
            form = "{directory: ..., handler: index.handler}" if ":lambda:" in arn else "{file: ...}"
            add = _ADD.format(name=shown(missing.stand_in), form=form)
            own.code.setdefault(arn, Code(missing=f"{missing.why.rstrip('.')}; {add}"))
            own.names.setdefault(arn, (missing.stand_in,))
        draft = api.read(document, part, own)
        draft.websites.update(websites_of(draft.distribution.origins, found))
        draft.notices.extend(notices)
        return draft

    return read
