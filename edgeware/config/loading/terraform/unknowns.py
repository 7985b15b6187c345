"""What a plan does not know before it is applied, filled in from what its expressions refer to.

Unknown values are left out of `planned_values`, so an absent key does not mean "not set". Two keys that refer to the
same things get the same text, so `target_origin_id` still finds its `origin_id`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edgeware.config.loading.documents import Document
from edgeware.config.loading.terraform.identities import with_identities
from edgeware.config.loading.terraform.references import References, texts
from edgeware.config.loading.terraform.resources import Resource, Values, copied, items
from edgeware.config.loading.terraform.undecided import decided
from edgeware.config.place import LinedList, LinedMapping
from edgeware.config.reading import mapping

_URL = re.compile(r"^[a-z]+://|/.*$", re.DOTALL)
_LISTS = frozenset({"aliases", "items", "key_value_store_associations", "trusted_key_groups"})


def known(document: Document, resources: Sequence[Resource]) -> list[Resource]:
    """The resources of a plan with every value that can be told."""
    made = with_identities(resources)
    configuration = mapping(mapping(document.values.get("configuration")).get("root_module"))
    variables = mapping(document.values.get("variables"))
    references = References(configuration=configuration, variables=variables, resources=made)
    changes = {
        str(change.get("address")): mapping(mapping(change.get("change")).get("after_unknown"))
        for change in map(mapping, items(document.values.get("resource_changes")))
    }
    filled = (_filled(one, references, changes.get(one.address)) for one in made)
    return [decided(one, changes.get(one.address), references) for one in filled]


def _filled(resource: Resource, references: References, unknown: Values | None) -> Resource:
    expressions = references.expressions(resource)
    if not expressions:
        return resource
    filler = _Filler(resource, references)
    return replace(resource, values=_with_targets(filler.block(resource.values, expressions, unknown)))


def _with_targets(values: Values) -> Values:
    """With one origin, every behavior's unknown target is that one."""
    origins = [mapping(origin) for origin in items(values.get("origin"))]
    if len(origins) == 1:
        for key in ("default_cache_behavior", "ordered_cache_behavior"):
            for behavior in items(values.get(key)):
                if isinstance(behavior, dict) and behavior.get("target_origin_id") is None:
                    behavior["target_origin_id"] = origins[0].get("origin_id")
    return values


@dataclass(frozen=True, slots=True)
class _Filler:
    resource: Resource
    references: References

    def block(self, values: Values, expressions: Values, unknown: object) -> LinedMapping:
        """A block with what its expressions say."""
        found = copied(values)
        for key, expression in expressions.items():
            inner = unknown.get(key, False) if isinstance(unknown, Mapping) else unknown
            if isinstance(expression, list):
                found[key] = self._blocks(found.get(key), expression, inner)
            elif isinstance(expression, Mapping) and not _is_attribute(expression):
                found[key] = self._blocks(found.get(key), [expression], inner)
            else:
                self._attribute(found, key, texts(mapping(expression).get("references")), inner)
        return found

    def _attribute(self, values: LinedMapping, key: str, references: list[str], unknown: object) -> None:
        value = values.get(key)
        # A null or an empty list may be meant; an absent key never is.
        absent = key not in values or (value is None and unknown is True) or (value == [] and unknown is not False)
        if not references or not absent:
            return
        if value == [] or key in _LISTS:
            found = self.references.values(references, self.resource, key)
            if found:
                values[key] = found
            return
        found_value = self.references.value(references, self.resource, key)
        if found_value is None:
            # Nothing but the reference itself is known: it stands for the value wherever it is used.
            found_value = ".".join((*(f"module.{name}" for name in self.resource.module), references[0]))
        values[key] = _URL.sub("", str(found_value)) if key == "domain_name" else found_value

    def _blocks(self, values: object, expressions: Sequence[object], unknown: object) -> object:
        """Blocks paired with their expressions: by their place in a list, by their constants in a set."""
        blocks = [values] if isinstance(values, Mapping) else values
        if not isinstance(blocks, list):
            return values
        found, left = LinedList(), list(enumerate(map(mapping, expressions)))
        if isinstance(blocks, LinedList):
            found.lines.update(blocks.lines)
        for index, block in enumerate(blocks):
            place, expression = _best(mapping(block), index, left or list(enumerate(map(mapping, expressions))))
            left = [one for one in left if one[0] != place]
            inner: Sequence[object] = items(unknown)
            of_block = inner[index] if index < len(inner) else unknown
            found.append(self.block(mapping(block), expression, of_block))
        return found


def _is_attribute(expression: Values) -> bool:
    return not expression or "references" in expression or "constant_value" in expression


def _best(block: Values, index: int, left: Sequence[tuple[int, Values]]) -> tuple[int, Values]:
    """The expression whose constants are those of the block; of equals the one at the same place, else the first."""
    if not left:
        return -1, {}
    return max(left, key=lambda one: (_agreement(block, one[1]), one[0] == index, -one[0]))


def _agreement(block: Values, expression: Values) -> int:
    """How many constants agree, less those that do not."""
    blocks = {key: mapping(one) for key, one in expression.items()}
    constants = {key: one["constant_value"] for key, one in blocks.items() if "constant_value" in one}
    return sum(1 if block.get(key) == value else -1 for key, value in constants.items() if key in block)
