"""Edge functions and their stores from API output: ARNs to functions, siblings to code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edgeware.config.files import is_directory
from edgeware.config.loading.api_bundle import Bundle, Part
from edgeware.config.loading.functions import CFF_RUNTIMES, EVENTS, STAGES, EdgeFunction, associated
from edgeware.config.loading.rules import READING, refuse
from edgeware.config.model import (
    Association,
    CloudFrontFunction,
    Code,
    EventType,
    KeyValueStore,
    LambdaFunction,
    Notice,
)
from edgeware.config.place import shown
from edgeware.config.reading import Section

LAMBDA_ARN = re.compile(r"arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d+):function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9$_-]+))?")
UNSUPPORTED = ("Layers", "VpcConfig", "DeadLetterConfig", "Environment")


@dataclass(slots=True, kw_only=True)
class ApiFunctions:
    """The functions and stores that behaviors reach, under their names; `names` keeps their ARNs for the overlay."""

    bundle: Bundle
    notices: list[Notice]
    known: dict[str, EdgeFunction] = field(default_factory=dict)
    stores: dict[str, KeyValueStore] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)

    def associations(self, behavior: Section) -> Mapping[EventType, Association]:
        """FunctionAssociations and LambdaFunctionAssociations of a behavior, by event type.

        One without an ARN is an error already, and there is no more to say of it.
        """
        found: dict[EventType, Association] = {}
        for item in behavior.sections("FunctionAssociations"):
            if arn := item.required_text("FunctionARN"):
                self._attach(item, "FunctionARN", self._cloudfront(item, arn), found)
        for item in behavior.sections("LambdaFunctionAssociations"):
            if arn := item.required_text("LambdaFunctionARN"):
                self._attach(item, "LambdaFunctionARN", self._lambda(item, arn), found)
        return found

    def _attach(self, item: Section, key: str, name: str, found: dict[EventType, Association]) -> None:
        event = item.choice("EventType", EVENTS[0], EVENTS)
        if event in found:
            refuse(item, "EventType", "V23", f"{event} has two functions: {found[event].function} and {name}.")
        include_body = item.flag("IncludeBody") if key == "LambdaFunctionARN" else False
        item.close()
        found[event] = associated(self.known[name], event, name, include_body)

    # --- CloudFront Functions ---

    def _cloudfront(self, item: Section, arn: str) -> str:
        name = arn.rpartition("/")[2]
        self._seen(arn)
        if name not in self.known:
            part = self.bundle.find("FunctionSummary", name)
            self.known[name] = self._described(name, arn, part) if part else self._undescribed(name, arn, item)
            self.names[name] = self._called(arn)
        return name

    def _called(self, arn: str) -> tuple[str, ...]:
        return (arn, *self.bundle.names.get(arn, ()))

    def _undescribed(self, name: str, arn: str, item: Section) -> CloudFrontFunction:
        text = f"nothing says which runtime '{shown(name)}' has; cloudfront-js-2.0 is taken."
        command = f"aws cloudfront describe-function --name {shown(name)} > describe-function.{shown(name)}.json"
        item.remark("note", "FunctionARN", "N-runtime", text, self.bundle.hint(command))
        return CloudFrontFunction(name=name, code=self._code(name, arn))

    def _described(self, name: str, arn: str, part: Part) -> CloudFrontFunction:
        summary = part.section(self.notices, "FunctionSummary")
        config = summary.section("FunctionConfig")
        return CloudFrontFunction(
            name=name,
            code=self._code(name, arn),
            runtime=config.choice("Runtime", "cloudfront-js-2.0", CFF_RUNTIMES),
            key_value_store=self._store(config),
            stage=summary.section("FunctionMetadata").choice("Stage", "LIVE", STAGES),
        )

    def _code(self, name: str, arn: str) -> Code:
        if arn in self.bundle.code:
            return self.bundle.code[arn]
        path = self.bundle.code_of(name)
        if path is not None:
            return Code(path=path)
        save = f"aws cloudfront get-function --name {shown(name)} --stage LIVE {shown(name)}.js"
        return Code(missing=f"no {shown(name)}.js lies beside the API output; save it with: {save}")

    # --- key value stores ---

    def _store(self, config: Section) -> str | None:
        arns = [item.required_text("KeyValueStoreARN") for item in config.sections("KeyValueStoreAssociations")]
        if len(arns) > 1:
            refuse(config, "KeyValueStoreAssociations", "V26", f"{len(arns)} stores are associated.")
        if not arns:
            return None
        part = self.bundle.find("KeyValueStore", arns[0])
        name = str(part.values.get("Name", "")) if part else arns[0].rpartition("/")[2]
        if name not in self.stores:
            pairs = self.bundle.pairs.get(arns[0])
            data = self._pairs(name) if pairs is None else pairs
            seeds = () if data is None else (data,)
            self.stores[name] = KeyValueStore(name=name, id=arns[0].rpartition("/")[2], data=data or {}, seeds=seeds)
            self.names[name] = (*self.names.get(name, ()), *self._called(arns[0]))
        return name

    def _pairs(self, name: str) -> dict[str, str] | None:
        """What `list-keys` printed: of several such files the one whose name holds the store's; None without one."""
        files = [part for source, part in self.bundle.keys if name in source]
        if not files and len(self.bundle.keys) == 1:
            files = [self.bundle.keys[0][1]]
        if not files:
            return None
        section = files[0].section(self.notices, "list-keys")
        return {pair.text("Key"): pair.text("Value") for pair in section.sections("Items")}

    # --- Lambda@Edge ---

    def _lambda(self, item: Section, arn: str) -> str:
        match = LAMBDA_ARN.fullmatch(arn)
        name, version = (match.group(3), match.group(4)) if match else (arn.rpartition(":")[2] or "function", None)
        self._seen(arn)
        self._check_arn(item, arn, match)
        known = self.known.get(name)
        if known is not None and self.names[name] != self._called(arn):
            # Another version, or a CloudFront Function, has the name.
            name = f"{name}:{version or 'lambda'}"
        if name not in self.known:
            self.known[name] = self._configured(name, version or "1", arn, item)
            self.names[name] = self._called(arn)
        return name

    def _check_arn(self, item: Section, arn: str, match: re.Match[str] | None) -> None:
        if match is None:
            refuse(item, "LambdaFunctionARN", "V23d", f"'{shown(arn)}' is no ARN of a Lambda function.")
        elif match.group(1) != "us-east-1":
            refuse(item, "LambdaFunctionARN", "V23d", f"the function is in {match.group(1)}.")
        elif not (match.group(4) or "").isdigit():
            refuse(item, "LambdaFunctionARN", "V23d", f"'{shown(arn)}' names no numbered version.")

    def _configured(self, name: str, version: str, arn: str, item: Section) -> LambdaFunction:
        hint = f'functions: {{"{name}": {{directory: ..., handler: index.handler}}}}'
        missing = Code(missing=f"nothing here holds its code; add to the overlay: {hint}")
        folder = self.bundle.folder / "lambda" / ".".join(arn.split(":")[6:8])
        code = self.bundle.code.get(arn, Code(path=folder) if self._is_pulled(arn, folder) else missing)
        part = self.bundle.lambdas.get(arn)
        if part is None:
            # Runtime and handler follow from the code that an overlay gives.
            return LambdaFunction(name=name, code=code, runtime="", handler="", version=version)
        section = part.section(self.notices, "Configuration")
        self._check_configuration(section)
        return LambdaFunction(
            name=name,
            code=code,
            runtime=section.text("Runtime"),
            handler=section.text("Handler"),
            timeout=section.number("Timeout", 3),
            memory_size=section.number("MemorySize", 128),
            version=version,
        )

    def _is_pulled(self, arn: str, folder: Path) -> bool:
        """Whether `edgeware pull` has put a function's code beside the API output."""
        return LAMBDA_ARN.fullmatch(arn) is not None and is_directory(folder)

    def _check_configuration(self, section: Section) -> None:
        values = section.values
        used = [key for key in UNSUPPORTED if values.get(key)]
        if "arm64" in section.texts("Architectures"):
            used.append("arm64")
        if values.get("PackageType") == "Image":
            used.append("a container image")
        if section.section("TracingConfig").text("Mode") == "Active":
            used.append("tracing")
        if section.section("EphemeralStorage").number("Size", 512) > 512:
            used.append("more than 512 MB of ephemeral storage")
        for what in used:
            self.notices.append(READING["V24"].notice(str(section.place), f"it has {what}."))

    def _seen(self, arn: str) -> None:
        parts = arn.split(":")
        if len(parts) > 4 and parts[4]:
            self.accounts.add(parts[4])
