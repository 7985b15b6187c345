"""Where the code of a template's functions lies: in the template, beside it, or in an asset of the CDK's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from edgeware.config.files import absolute, handler_files, is_directory, is_file
from edgeware.config.loading.archives import unpacked
from edgeware.config.loading.cloudformation.assets import assets
from edgeware.config.loading.cloudformation.scope import stand_in
from edgeware.config.loading.cloudformation.stack import Resource, local_path
from edgeware.config.model import Code
from edgeware.config.place import shown
from edgeware.config.reading import Unresolved, mapping
from edgeware.exceptions import ConfigurationError

_CODE_KEYS = ("Code", "CodeUri", "InlineCode")


def overlay_line(name: str) -> str:
    """What to write into an overlay to give a Lambda function its code."""
    return f'add to the overlay: functions: {{"{shown(name)}": {{directory: ..., handler: index.handler}}}}'


def function_code(resource: Resource) -> Code:
    """The code of an AWS::CloudFront::Function."""
    code = resource.value("FunctionCode")
    if isinstance(code, str):
        return Code(text=code)
    why = code.why if isinstance(code, Unresolved) else "FunctionCode is no text."
    snippet = f'add to the overlay: functions: {{"{shown(resource.logical_id)}": {{file: ...}}}}'
    return Code(missing=f"{why.rstrip('.')}; {snippet}")


def lambda_code(resource: Resource) -> Code:
    """The code of an AWS::Lambda::Function, or of what SAM makes one of."""
    for key in _CODE_KEYS:
        code = resource.value(key)
        if code is not None:
            return _found(resource, code, key)
    return Code(missing=f"the template gives it none; {overlay_line(resource.logical_id)}")


def _found(resource: Resource, code: object, key: str) -> Code:
    values = mapping(code)
    if key == "InlineCode" or "ZipFile" in values:
        text = values.get("ZipFile") if "ZipFile" in values else code
        if isinstance(text, str):
            # Inline code is always index.js or index.py; that of Node.js is a CommonJS module.
            return Code(text=text)
    there = [path for path in _places(resource, code) if is_directory(path) or is_file(path)]
    if there:
        return _at(next((path for path in there if _has_handler(path, resource)), there[0]))
    return Code(missing=f"{_whence(resource, code)}; {overlay_line(resource.logical_id)}")


def _has_handler(path: Path, resource: Resource) -> bool:
    """Whether the code is built: the source of a bundle has no file of the handler's name."""
    handler, runtime = stand_in(resource.value("Handler")), stand_in(resource.value("Runtime"))
    return is_file(path) or any(is_file(file) for file in handler_files(path, handler, runtime))


def _places(resource: Resource, code: object) -> Iterator[Path]:
    """Where it may lie, the best place first."""
    base = resource.stack.document.base
    if isinstance(code, str):
        path = local_path(resource.stack, code)
        if path is not None:
            yield path
            yield base / ".aws-sam" / "build" / resource.logical_id
    if resource.metadata("aws:asset:property") in ("", "Code", "CodeUri") and resource.metadata("aws:asset:path"):
        yield base / resource.metadata("aws:asset:path")
    key = _object_key(code)
    if key:
        yield from sources(resource, base)
        yield from assets(base, key)


def sources(resource: Resource, base: Path) -> Iterator[Path]:
    """The service's own folder, if the handler lies there: better than its package, since it can be edited."""
    if base.name == ".serverless" and _has_handler(base.parent, resource):
        yield base.parent


def _object_key(code: object) -> str:
    """The key of an object in S3, however it is given."""
    if isinstance(code, Mapping):
        return stand_in(code.get("S3Key", code.get("Key", "")))
    text = stand_in(code)
    return text.removeprefix("s3://").partition("/")[2] if text.startswith("s3://") else ""


def _at(path: Path) -> Code:
    if path.suffix == ".zip" and is_file(path):
        try:
            return Code(path=unpacked(path))
        except ConfigurationError as error:
            return Code(missing=error.problems[0].rstrip("."))
    return Code(path=absolute(path))


def _whence(resource: Resource, code: object) -> str:
    """Why there is no code, for people."""
    asset = resource.metadata("aws:asset:path")
    if asset:
        return f"the asset {shown(asset)} is not in the assembly (run cdk synth without --no-staging)"
    if isinstance(code, Mapping) and "ImageUri" in code:
        return "it is a container image, which Lambda@Edge does not take"
    key = _object_key(code)
    if key:
        bucket = stand_in(code.get("S3Bucket", code.get("Bucket"))) if isinstance(code, Mapping) else ""
        return f"the template only names an object in S3, {shown('/'.join(filter(None, (bucket, key))))}"
    if isinstance(code, Unresolved):
        return code.why.rstrip(".")
    return f"there is nothing at {shown(str(code))}" if isinstance(code, str) else "the template gives it none"


def within(code: Code, handler: str) -> tuple[Code, str]:
    """The code and handler of one that leads out of its folder, `../lambda/auth/index.handler`, from where it leads."""
    folder, slash, name = handler.rpartition("/")
    if code.path is None or not slash or ".." not in PurePosixPath(folder).parts:
        return code, handler
    return Code(path=absolute(code.path / folder)), name
