"""Where viewers are: by the ranges of addresses that the configuration names."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from edgeware.config.model import ViewerDefaults, ViewerPlace
from edgeware.messages import Request

_PLACE = tuple(field.name for field in fields(ViewerPlace))


class Geography:
    """The ranges, ready to be looked up: one dictionary for each length of prefix, the longest first."""

    __slots__ = ("_default", "_prefixes")

    def __init__(self, viewer: ViewerDefaults) -> None:
        self._default = viewer
        tables: dict[tuple[int, int], dict[int, ViewerDefaults]] = {}
        for known in viewer.geography:
            network = ipaddress.ip_network(known.cidr)
            shift = network.max_prefixlen - network.prefixlen
            place = {name: getattr(known, name) for name in _PLACE}
            table = tables.setdefault((network.version, shift), {})
            table[int(network.network_address) >> shift] = replace(viewer, **place)
        self._prefixes: Mapping[tuple[int, int], Mapping[int, ViewerDefaults]] = dict(sorted(tables.items()))

    def viewer(self, request: Request) -> ViewerDefaults:
        """What is known of a request's viewer: what the request says, else what its address does."""
        known = self.of(request.client_ip)
        return replace(known, **dict[str, Any](request.told)) if request.told else known

    def of(self, address: str) -> ViewerDefaults:
        """What is known of the viewer at an address: by the narrowest range that holds it, else what holds for all."""
        if not self._prefixes:
            return self._default
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:  # a server's own word for a peer without an address, such as a socket's path
            return self._default
        ip = getattr(ip, "ipv4_mapped", None) or ip
        for (version, shift), table in self._prefixes.items():
            if version == ip.version and (known := table.get(int(ip) >> shift)) is not None:
                return known
        return self._default
