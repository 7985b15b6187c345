"""Which program runs a Lambda@Edge function, by the name of its runtime."""

from __future__ import annotations

from edgeware.config.model import LambdaFunction
from edgeware.exceptions import FunctionError
from edgeware.functions.lambda_program import LambdaProgram
from edgeware.functions.node_lambda import NodeLambda, generation, node
from edgeware.functions.python_lambda import PythonLambda
from edgeware.functions.source import path_of


def program_of(function: LambdaFunction) -> type[LambdaProgram]:
    """PythonLambda or NodeLambda. FunctionError for a function that cannot run at all."""
    if function.code.text is None:
        path_of(function)
    if function.runtime.startswith("nodejs"):
        generation(function)
        node(function)
        return NodeLambda
    if function.runtime.startswith("python"):
        return PythonLambda
    raise FunctionError(f"The function {function.name} runs on {function.runtime}, which Lambda@Edge does not have.")
