"""What a test needs: functions run on events of its own making."""

from edgeware.functions.trial import FunctionResult
from edgeware.testing.functions import FunctionRunner, run_function

__all__ = ["FunctionResult", "FunctionRunner", "run_function"]
