from __future__ import annotations

import pytest

from edgeware.exceptions import (
    ConfigurationError,
    EdgewareError,
    FunctionError,
    MissingDependencyError,
    UsageError,
)


@pytest.mark.parametrize("error", [ConfigurationError, FunctionError, MissingDependencyError, UsageError])
def test_every_error_is_one_of_ours(error: type[Exception]) -> None:
    assert issubclass(error, EdgewareError)


def test_a_configuration_error_says_every_complaint_on_its_own_line() -> None:
    error = ConfigurationError(["no origin", "no behavior"])
    assert error.problems == ("no origin", "no behavior")
    assert str(error) == "no origin\nno behavior"
