"""What waits for the networks, and what of it runs together next. Not thread-safe; the time is the caller's.

Pieces of one lane (the same network, the same options) may share a group. Next is the piece that has waited longest
for its size, and with it those of its lane that are nearest to its length, as far as a group's budget goes. So short
pieces wait for no long ones of another group, and the long ones' turn comes: to overtake a piece, another must have
waited longer for its own size.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

Tokens = tuple[str, ...]

_START: Final = 16  # tokens: what a group costs whatever is in it, for weighing waiting against size
_NEAR: Final = 1.5  # lengths share a group when neither is more than so many times the other,
_SLACK: Final = 4  # give or take these tokens


class Client(Protocol):
    """Who wants a result. It is told once, from any thread."""

    def is_wanted(self) -> bool:
        """False when it does not wait for the result any more, and then for ever. May take a while."""

    def done(self, result: Any) -> None:
        """The work is done."""

    def failed(self) -> None:
        """The work cannot be done."""

    def dropped(self) -> None:
        """It was not done, since nobody wanted it or everything ends."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a group is at most, and how much may wait.

    A group's tokens are its longest piece's times its pieces. `linger` is the time in seconds that a free worker gives
    companions to come; whose answers it has just sent are the likeliest.
    """

    group_tokens: int
    group_pieces: int
    waiting_tokens: int
    linger: float


@dataclass(eq=False, slots=True)
class Work:
    """One piece, and all who want it."""

    lane: Hashable
    tokens: Tokens
    arrived: float  # seconds of any clock
    clients: list[Client] = field(default_factory=list)


class Waiting:
    """The works that wait, by lane, each in order of arrival."""

    def __init__(self, limits: Limits) -> None:
        self.tokens = 0
        self._limits = limits
        self._lanes: dict[Hashable, list[Work]] = {}

    def __iter__(self) -> Iterator[Work]:
        return (work for works in self._lanes.values() for work in works)

    def add(self, work: Work) -> None:
        """The last of its lane."""
        self._lanes.setdefault(work.lane, []).append(work)
        self.tokens += len(work.tokens)

    def may_hold(self, tokens: int) -> bool:
        """Whether so many could wait if nothing else did."""
        return tokens <= self._limits.waiting_tokens

    def has_room(self, tokens: int) -> bool:
        """Whether so many can wait beside what waits already; nothing always can."""
        return not tokens or self.tokens + tokens <= self._limits.waiting_tokens

    def has_room_for_about(self, tokens: int) -> bool:
        """The same for an estimate: it may be wrong, so whatever it is, it has room where nothing waits."""
        return self.has_room(min(tokens, self._limits.waiting_tokens))

    def starts_at(self, free_since: float, now: float) -> float | None:
        """When a worker that is free since then takes the next group; None: nothing waits."""
        if not self._lanes:
            return None
        oldest = min(works[0].arrived for works in self._lanes.values())
        if self._is_enough(self._seed(now)):
            return oldest
        return max(oldest, free_since) + self._limits.linger

    def pick(self, now: float) -> list[Work]:
        """Take the next group out. Raises ValueError when nothing waits."""
        group = self._companions(self._seed(now))
        self.remove(group)
        return group

    def remove(self, works: list[Work]) -> None:
        """Take these out."""
        gone = set(map(id, works))
        for lane in {work.lane for work in works}:
            left = [work for work in self._lanes[lane] if id(work) not in gone]
            if left:
                self._lanes[lane] = left
            else:
                del self._lanes[lane]
        self.tokens -= sum(len(work.tokens) for work in works)

    def _seed(self, now: float) -> Work:
        """The piece that has waited longest for its size."""
        return max(self, key=lambda work: (now - work.arrived) / (_START + len(work.tokens)))

    def _is_enough(self, seed: Work) -> bool:
        """Whether its group need not wait for companions: by the tokens of its lane, or by its own pieces."""
        tokens = sum(len(work.tokens) for work in self._lanes[seed.lane])
        return tokens >= self._limits.group_tokens or len(self._companions(seed)) >= self._limits.group_pieces

    def _companions(self, seed: Work) -> list[Work]:
        """The seed and those of about its length, the nearest first; among equals the oldest."""
        size = longest = len(seed.tokens)
        near = [
            work for work in self._lanes[seed.lane] if work is not seed and _is_near(len(work.tokens), size)
        ]
        group = [seed]
        for work in sorted(near, key=lambda work: abs(len(work.tokens) - size)):
            if len(group) == self._limits.group_pieces:
                break
            if max(longest, len(work.tokens)) * (len(group) + 1) <= self._limits.group_tokens:
                group.append(work)
                longest = max(longest, len(work.tokens))
        return group


def _is_near(length: int, size: int) -> bool:
    return size / _NEAR - _SLACK <= length <= size * _NEAR + _SLACK
