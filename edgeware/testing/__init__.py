"""What a test needs: a site behind an edge, and functions run on events of its own making."""

from edgeware.functions.trial import FunctionResult
from edgeware.testing.calls import CloudFrontFunctionCalls, LambdaFunctionCalls
from edgeware.testing.clock import Clock
from edgeware.testing.functions import FunctionRunner, run_function
from edgeware.testing.outcome import Outcome, Response
from edgeware.testing.recordings import Recorded, recording
from edgeware.testing.site import Site
from edgeware.testing.states import States

__all__ = [
    "Clock",
    "CloudFrontFunctionCalls",
    "FunctionResult",
    "FunctionRunner",
    "LambdaFunctionCalls",
    "Outcome",
    "Recorded",
    "Response",
    "Site",
    "States",
    "recording",
    "run_function",
]
