"""The filters of a neighbor: prefix list or distribute list, filter list, route map."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from iosemu.policy.path_map import BoundMap, Outcome
from iosemu.policy.prefix_list import Prefix

from . import policy
from .intake import Intake
from .table import Path
from .turn import Turn

PREFIX_FILTER = "distribute/prefix-list"
FILTER_LIST = "filter-list"
ROUTE_MAP = "route-map"


class Judge:
    """The filters of a neighbor for one set of attributes; it lives as long as the update.

    Each verdict of the route map becomes one path, shared by all its prefixes.
    """

    __slots__ = ("base", "bound", "made", "reason", "tests")

    def __init__(
        self, base: Path, tests: Sequence[Callable[[Prefix], bool]], bound: BoundMap | None
    ) -> None:
        self.base, self.tests, self.bound = base, tests, bound
        self.made: list[tuple[Outcome, Path]] = []
        self.reason = ""

    @classmethod
    def of(cls, turn: Turn, intake: Intake, base: Path) -> Judge | str:
        """The filters, or why all of it is denied."""
        wanted = intake.policy
        tests: list[Callable[[Prefix], bool]] = []
        if wanted.prefix_list is not None:
            program = policy.lists(turn).prefix_program(
                wanted.prefix_list, is_ipv6=intake.peer.table.family.afi == 2
            )
            if program is not None:
                tests.append(program.permits)
        if wanted.distribute_list is not None:
            name = wanted.distribute_list
            tests.append(lambda prefix: policy.permits(turn, name, prefix))
        bound = None
        if wanted.filter_list is not None and not policy.filter_list(
            turn, wanted.filter_list, base.attributes.as_path
        ):
            return FILTER_LIST
        if wanted.route_map is not None:
            facts = policy.facts_of(base.source, turn.settings.asn)
            bound = policy.bound_map(turn, wanted.route_map, base.attributes, facts)
            if bound is None:
                return ROUTE_MAP
        return cls(base, tests, bound)

    def decide(self, prefix: Prefix) -> Path | None:
        """The path of a prefix after policy; None: denied, and `reason` says by what."""
        for test in self.tests:
            if not test(prefix):
                self.reason = PREFIX_FILTER
                return None
        if self.bound is None:
            return self.base
        outcome = self.bound.decide(prefix)
        if outcome is None:
            self.reason = ROUTE_MAP
            return None
        for known, path in self.made:
            if known is outcome:
                return path
        path = self.base
        if outcome.attributes is not path.attributes:
            path = path._replace(attributes=outcome.attributes)
        if outcome.weight is not None:
            path = path._replace(weight=outcome.weight)
        self.made.append((outcome, path))
        return path
