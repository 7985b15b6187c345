"""What stands in for values that are not to be had, where no behavior of the edge hangs on them.

A domain name, a header's value or an alias may come from a parameter without a value or from another stack. What only
names something is replaced, what the edge has no use for is left out, with a warning for each cause. The rest stays,
and is an error where it is read.
"""

from __future__ import annotations

import re

from edgeware.config.model import Notice
from edgeware.config.place import LinedList, LinedMapping, Place, shown
from edgeware.config.reading import Unresolved, is_list

_NAMES = frozenset(
    """
    Id TargetOriginId OriginId HeaderValue Name Comment OriginAccessControlId OriginAccessIdentity VpcOriginId
    ContentSecurityPolicy Value
    """.split()
)
_ARNS = {
    "FunctionARN": "arn:aws:cloudfront::{account}:function/{name}",
    "LambdaFunctionARN": "arn:aws:lambda:us-east-1:{account}:function:{name}:1",
    "KeyValueStoreARN": "arn:aws:cloudfront::{account}:key-value-store/{name}",
}
_LAMBDA = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d+:function:[A-Za-z0-9_-]+")
_LEFT_OUT = frozenset(
    """
    Aliases AnycastIpListId CNAMEs ContinuousDeploymentPolicyId HttpVersion IsIPV6Enabled Logging OriginShield
    PriceClass RealtimeLogConfigArn Tags ViewerCertificate WebACLId
    """.split()
)


class StandIns:
    """Puts stand-ins into a structure in the API's words, and remembers what functions were called."""

    def __init__(self, notices: list[Notice], account: str) -> None:
        self._notices = notices
        self._account = account
        self._told: set[tuple[str, bool]] = set()
        self.functions: dict[str, Unresolved] = {}
        """The ARNs that stand in for those of functions and stores from elsewhere."""

    def fill(self, value: object, place: Place, key: str = "") -> object:
        """The structure with stand-ins; None for what is left out."""
        if isinstance(value, Unresolved):
            return self._stand_in(value, place, key)
        if isinstance(value, LinedMapping):
            for name in list(value):
                self._fill_key(value, name, place.into(value, name))
        elif is_list(value):
            return self._fill_list(value, place, key)
        return value

    def _fill_key(self, values: LinedMapping, name: str, place: Place) -> None:
        filled = self.fill(values[name], place, name)
        if filled is None and values[name] is not None:
            del values[name]
        else:
            values[name] = filled

    def _fill_list(self, values: object, place: Place, key: str) -> LinedList:
        filled = LinedList()
        for index, item in enumerate(values if is_list(values) else ()):
            at = place.into(values, index)
            found = self.fill(item, at, key)
            if found is None and item is not None:
                continue
            if at.line is not None:
                filled.lines[len(filled)] = at.line
            filled.append(found)
        return filled

    def _stand_in(self, value: Unresolved, place: Place, key: str) -> object:
        if value.broken:
            return value
        if key in _ARNS:
            return self._arn(value, key)
        found: object = value
        if key in _LEFT_OUT:
            found = None
        elif key in _NAMES:
            found = value.stand_in
        elif key in ("DomainName", "DNSName"):
            found = re.sub(r"[^a-z0-9.-]+", "-", value.stand_in.lower()).strip("-.") or "unknown"
        told = (value.why, found is None)
        if found is not value and told not in self._told:
            self._told.add(told)
            text = value.why + (" It is left out." if found is None else f" '{shown(str(found))}' stands in for it.")
            notice = Notice(code="N-stand-in", severity="warn", where=str(place), text=text, hint=value.hint)
            self._notices.append(notice)
        return found

    def _arn(self, value: Unresolved, key: str) -> str:
        """An ARN for a function from elsewhere: it has no code, which is told where functions are checked."""
        known = _LAMBDA.match(value.stand_in) if key == "LambdaFunctionARN" else None
        if known is not None:
            # Only the version is not to be had, and one version is as good as another here.
            return f"{known.group()}:1"
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", value.stand_in.rpartition("/")[2]).strip("-")[:64] or "unknown"
        arn = _ARNS[key].format(account=self._account, name=name)
        self.functions[arn] = value
        return arn
