"""What neither a plan nor its expressions say: a plan has no expressions for what is in dynamic blocks.

It is not taken for absent, or a function that is attached would be lost. Where a module is given one function, or one
policy, and no other, that one is meant, as it seems; the rest is not to be had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from edgeware.config.loading.terraform.references import References, texts
from edgeware.config.loading.terraform.resources import Resource, Values, copied
from edgeware.config.model import Notice
from edgeware.config.place import LinedList, LinedMapping, shown
from edgeware.config.reading import Unresolved, mapping

DISTRIBUTION = "aws_cloudfront_distribution"
_MADE = {
    "cache_policy_id": ("aws_cloudfront_cache_policy", "id"),
    "function_arn": ("aws_cloudfront_function", "arn"),
    "lambda_arn": ("aws_lambda_function", "qualified_arn"),
    "origin_request_policy_id": ("aws_cloudfront_origin_request_policy", "id"),
    "response_headers_policy_id": ("aws_cloudfront_response_headers_policy", "id"),
}
"""The type of the resource that an attribute names, and by what."""
_TEXTS = frozenset({*_MADE, "domain_name", "origin_id", "path_pattern", "target_origin_id", "value"})
_BLOCKS = frozenset(
    """
    custom_error_response default_cache_behavior function_association lambda_function_association
    ordered_cache_behavior origin origin_group
    """.split()
)
HINT = "Read the state after terraform apply: terraform show -json > state.json"


def decided(resource: Resource, unknown: Values | None, references: References) -> Resource:
    """A distribution with what is not to be had where its plan knows nothing; other resources stay as they are."""
    if resource.type != DISTRIBUTION or not unknown:
        return resource
    marker = _Marker(resource, references, [])
    values = marker.block(resource.values, {key: one for key, one in unknown.items() if key != "domain_name"}, "")
    return replace(resource, values=values, notices=(*resource.notices, *marker.notices))


@dataclass(frozen=True, slots=True)
class _Marker:
    resource: Resource
    references: References
    notices: list[Notice]

    def block(self, values: Values, unknown: Values, path: str) -> LinedMapping:
        """A block with a mark on each value that nobody knows."""
        found = copied(values)
        for key, inner in unknown.items():
            where = f"{path}.{key}" if path else key
            if isinstance(inner, list):
                found[key] = self._blocks(found.get(key), inner, where)
            elif inner is True and found.get(key) in (None, "", []) and key in _TEXTS | _BLOCKS:
                found[key] = self._value(key, where)
        return found

    def _blocks(self, values: object, unknown: list[object], path: str) -> object:
        if not isinstance(values, list):
            return values
        found = LinedList()
        if isinstance(values, LinedList):
            found.lines.update(values.lines)
        for index, value in enumerate(values):
            inner = mapping(unknown[index]) if index < len(unknown) else {}
            found.append(self.block(value, inner, f"{path}[{index}]") if isinstance(value, Mapping) else value)
        return found

    def _value(self, key: str, where: str) -> object:
        found = self._meant(key, *_MADE[key]) if key in _MADE else {}
        if len(found) != 1:
            return Unresolved(why=f"the plan does not know {where}.", hint=HINT, stand_in=where)
        ((value, address),) = found.items()
        text = f"it is {shown(address)}, as it seems: the plan does not say, and there is no other."
        place = str(self.resource.place.child(where))
        self.notices.append(Notice(code="N-guessed", severity="note", where=place, text=text))
        return value

    def _meant(self, key: str, kind: str, attribute: str) -> Mapping[object, str]:
        """The resources of a type that the module is given, or that it makes; those of the plan for the root module."""
        own = self.resource.module
        made = {one.values.get(attribute): one for one in self.references.resources if one.type == kind}
        caller = replace(self.resource, module=own[:-1])
        given = self.references.values(list(self._references()), caller, key) if own else []
        return {value: one.address for value, one in made.items() if one.module == own or value in given}

    def _references(self) -> Iterator[str]:
        """Everything that the call of the module refers to."""
        for expression in self.references.call(self.resource.module).values():
            yield from texts(mapping(expression).get("references"))
