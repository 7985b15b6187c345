"""Everything that CloudFront, or this library, has to say against a distribution, all at once."""

from __future__ import annotations

from collections.abc import Callable

from edgeware.config.model import Distribution, Notice
from edgeware.config.place import Words, spelled
from edgeware.config.rules import Rule
from edgeware.config.validation import behaviors, functions, keys, origins, policies, responses, settings

RULES: tuple[Rule, ...] = (
    *origins.RULES,
    *behaviors.RULES,
    *policies.RULES,
    *functions.RULES,
    *keys.RULES,
    *responses.RULES,
    *settings.RULES,
)


def problems(
    distribution: Distribution, spelling: Callable[[Words], str] = spelled, *, strict: bool = True
) -> tuple[Notice, ...]:
    """Every breach of every rule, in the order of the rules.

    ``spelling`` turns a place of the model, such as ("behaviors", 0, "allowed_methods"), into the source's own words
    with file and line. With ``strict=False`` the rules that CloudFront itself may bend become warnings.
    """
    return tuple(
        rule.notice(spelling(finding.words), finding.text, finding.hint, strict=strict)
        for rule in RULES
        if rule.check is not None
        for finding in rule.check(distribution)
    )
