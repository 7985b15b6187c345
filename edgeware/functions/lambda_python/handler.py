"""A function's handler: found by its name, called, and its result written as JSON."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

from edgeware.functions.lambda_python.failures import Fault, failure

Handler: TypeAlias = Callable[[Any, Any], object]


def find_handler(name: str, directory: str) -> Handler:
    """The function that ``module.function`` names; the module part may be a path with slashes.

    Raises Fault, and whatever else the module raises while it is imported.
    """
    module_name, dot, attribute = name.rpartition(".")
    if not dot:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': it has no dot between module and function")
    module = _import(module_name.replace("/", "."), directory)
    try:
        found: Handler = getattr(module, attribute)
    except AttributeError:
        what = f"Handler '{attribute}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", what, f"{module.__file__}:1") from None
    return found


def _import(name: str, directory: str) -> Any:
    if name in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {name} as a handler module")
    try:
        return importlib.import_module(name)
    except ImportError as error:
        where = failure(error, directory, "")["where"]
        what = f"Unable to import module '{name}': {error}"
        raise Fault("Runtime.ImportModuleError", what, where) from None
    except SyntaxError as error:
        what = f"Syntax error in module '{name}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", what, f"{error.filename}:{error.lineno}") from None


def call(handler: Handler, event: object, context: object) -> object:
    """The handler's result. Where it cannot even be called, the Fault's place is the handler's own."""
    try:
        return handler(event, context)
    except TypeError as error:
        trace = error.__traceback__
        code = getattr(handler, "__code__", None)
        if code is None or trace is None or trace.tb_next is not None:
            raise
        raise Fault("TypeError", str(error), f"{code.co_filename}:{code.co_firstlineno}") from None


def marshal(result: object) -> str | None:
    """A result as JSON text, None where it comes out as text that is not JSON.

    Bytes count as finished text, a Decimal as a number, NaN and the infinities as what JSON has no word for. Raises
    Fault for what the runtime cannot write at all, such as a set or the coroutine of an ``async def``.
    """
    if isinstance(result, bytes):
        text = result.decode(errors="replace")
        return text if _is_json(text) else None
    try:
        return json.dumps(result, default=_number, allow_nan=False)
    except Exception:
        _written_with_nan(result)
    return None


def _written_with_nan(result: object) -> None:
    """Raise Fault if NaN is not all that stands in the way."""
    try:
        json.dumps(result, default=_number)
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def _number(value: object) -> int | float:
    # Imported by the function if there is one; otherwise no result can hold a Decimal.
    decimal = sys.modules.get("decimal")
    if decimal is None or not isinstance(value, decimal.Decimal):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    number = float(value)
    return int(number) if number.is_integer() else number


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
