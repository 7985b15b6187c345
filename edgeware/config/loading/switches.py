"""The `switches` of a native file or an overlay: a key for each field of Switches."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

from edgeware.config.place import guess, shown
from edgeware.config.reading import Section
from edgeware.config.switches import KeyPath, LambdaProfile, PolicyOn, StaleCap, Switches

KEY_PATHS: tuple[KeyPath, ...] = get_args(KeyPath)
STALE_CAPS: tuple[StaleCap, ...] = get_args(StaleCap)
PROFILES: tuple[LambdaProfile, ...] = get_args(LambdaProfile)
POLICY_ON: tuple[PolicyOn, ...] = get_args(PolicyOn)
FLAGS = tuple(field.name for field in fields(Switches) if isinstance(field.default, bool))


def switches(top: Section, known: Switches) -> Switches:
    """The switches of a file over what is known already."""
    section = top.section("switches")
    flags = {name: section.flag(name, getattr(known, name)) for name in FLAGS}
    found = replace(
        known,
        **flags,
        key_path=section.choice("key_path", known.key_path, KEY_PATHS),
        stale_cap=section.choice("stale_cap", known.stale_cap, STALE_CAPS),
        lambda_limits=section.choice("lambda_limits", known.lambda_limits, PROFILES),
        rhp_on=_policy_on(section) if section.has("rhp_on") else known.rhp_on,
    )
    section.close()
    return found


def _policy_on(section: Section) -> frozenset[PolicyOn]:
    words = section.texts("rhp_on")
    for word in words:
        if word not in POLICY_ON:
            section.complain("rhp_on", f"'{shown(word)}' is no kind of answer.", guess(word, POLICY_ON))
    return frozenset(word for word in POLICY_ON if word in words)
