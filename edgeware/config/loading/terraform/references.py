"""What an expression of a plan refers to: resources, through variables and through the outputs of modules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgeware.config.loading.terraform.resources import Resource, Values, items
from edgeware.config.reading import mapping

MAX_STEPS = 20
_PART = re.compile(r"[^.\[\]]+(?:\[[^\]]*\])?")

# What a reference without an attribute means, as Terraform 0.13 and before wrote them, by the key that it is for.
_USUAL = {"function_arn": "arn", "lambda_arn": "qualified_arn", "key_value_store_arn": "arn"}
_USUAL |= {"key_value_store_associations": "arn", "domain_name": "bucket_regional_domain_name"}

Module = tuple[str, ...]


def texts(value: object) -> list[str]:
    """The texts of a list."""
    return [item for item in items(value) if isinstance(item, str)]


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The configuration of a plan, and the resources that it makes."""

    configuration: Values
    """`configuration.root_module`."""
    variables: Values
    resources: Sequence[Resource]

    def expressions(self, resource: Resource) -> Values:
        """The expressions of a resource; all instances share them."""
        for item in map(mapping, items(self._module(resource.module).get("resources"))):
            if item.get("address") == resource.local_address:
                return mapping(item.get("expressions"))
        return {}

    def call(self, module: Module) -> Values:
        """What a module is given: expressions, by the names of its variables."""
        called = mapping(mapping(self._module(module[:-1]).get("module_calls")).get(module[-1]))
        return mapping(called.get("expressions"))

    def value(self, references: Sequence[str], resource: Resource, key: str) -> object:
        """What stands behind the first reference that leads to a value, or None."""
        return next(iter(self.values(references, resource, key)), None)

    def values(self, references: Sequence[str], resource: Resource, key: str) -> list[object]:
        """What stands behind each reference that leads to a value.

        An attribute is followed in the list by its resource, which then says nothing new.
        """
        own = [one for one in references if not any(other.startswith((f"{one}.", f"{one}[")) for other in references)]
        if key == "lambda_arn":
            # "${function.arn}:${function.version}" is the qualified ARN.
            functions = {one.removesuffix(".version") for one in own if one.endswith(".version")}
            own = [f"{one[:-4]}.qualified_arn" if one.removesuffix(".arn") in functions else one for one in own]
        found = (self._value(reference, resource.module, resource.index, key, 0) for reference in own)
        return list(dict.fromkeys(value for value in found if isinstance(value, str | int)))

    def _module(self, path: Module) -> Values:
        module = self.configuration
        for name in path:
            module = mapping(mapping(mapping(module.get("module_calls")).get(name)).get("module"))
        return module

    def _value(self, reference: str, module: Module, index: str, key: str, steps: int) -> object:
        parts = _PART.findall(reference)
        if steps > MAX_STEPS or len(parts) < 2:
            return None
        if parts[0] == "var":
            return self._variable(parts[1], module, index, key, steps)
        if parts[0] == "module":
            return self._output(parts, module, index, key, steps)
        return self._attribute(parts, module, index, key)

    def _variable(self, name: str, module: Module, index: str, key: str, steps: int) -> object:
        if not module:
            return mapping(self.variables.get(name)).get("value")
        expression = mapping(self.call(module).get(name))
        return self._expression(expression, module[:-1], index, key, steps)

    def _output(self, parts: list[str], module: Module, index: str, key: str, steps: int) -> object:
        if len(parts) < 3:
            return None
        inner = (*module, parts[1].partition("[")[0])
        output = mapping(mapping(self._module(inner).get("outputs")).get(parts[2].partition("[")[0]))
        return self._expression(mapping(output.get("expression")), inner, index, key, steps)

    def _expression(self, expression: Values, module: Module, index: str, key: str, steps: int) -> object:
        if "constant_value" in expression:
            return expression["constant_value"]
        for reference in texts(expression.get("references")):
            value = self._value(reference, module, index, key, steps + 1)
            if value is not None:
                return value
        return None

    def _attribute(self, parts: list[str], module: Module, index: str, key: str) -> object:
        data = parts[0] == "data"
        kind, name, *rest = parts[1:] if data else parts
        wanted = f"[{name.partition('[')[2]}" if "[" in name else index
        found = list(self._instances(("data." if data else "") + f"{kind}.{name.partition('[')[0]}", module))
        exact = [one for one in found if one.index == wanted] or found
        attribute = rest[0].partition("[")[0] if rest else _USUAL.get(key, "id")
        return exact[0].values.get(attribute) if exact else None

    def _instances(self, local_address: str, module: Module) -> Iterator[Resource]:
        return (one for one in self.resources if one.module == module and one.local_address == local_address)
