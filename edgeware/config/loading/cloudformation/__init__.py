"""CloudFormation templates, those of SAM and of the Serverless Framework among them, and cloud assemblies of the CDK.

Nothing of a template is executed, and nothing is fetched. Values are computed from the distribution outwards, so only
what it reaches may raise a complaint; ids that only AWS gives are made up, always the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from edgeware.config.loading.candidates import Candidate
from edgeware.config.loading.cloudformation.distributions import candidates as found
from edgeware.config.loading.cloudformation.reading import guarded
from edgeware.config.loading.cloudformation.world import World
from edgeware.config.loading.documents import Document
from edgeware.config.loading.inputs import Inputs

__all__ = ["candidates", "sees"]


def candidates(document: Document, inputs: Inputs) -> Sequence[Candidate]:
    """The distributions of a template and of the local templates that are nested in it."""
    world = World(inputs=inputs)

    def distributions() -> Sequence[Candidate]:
        world.add(document)
        return found(world, document.where)

    return guarded(document.where, distributions)
