"""Which pieces run together, and in which order."""

import pytest
from waiting import Limits, Waiting, Work

LIMITS = Limits(group_tokens=100, group_pieces=4, waiting_tokens=60, linger=0.01)


def work(size: int, arrived: float, lane: str = "a") -> Work:
    """A piece of so many tokens."""
    return Work(lane, tuple(map(str, range(size))), arrived)


def waiting(*works: Work, limits: Limits = LIMITS) -> Waiting:
    """These wait."""
    queue = Waiting(limits)
    for each in works:
        queue.add(each)
    return queue


def sizes(group: list[Work]) -> list[int]:
    """The lengths of a group's pieces."""
    return [len(each.tokens) for each in group]


def test_pieces_of_about_one_length_share_a_group() -> None:
    """Those that are much shorter or longer wait for their own."""
    queue = waiting(work(20, 0.0), work(60, 0.1), work(18, 0.2), work(25, 0.4), work(3, 0.9))

    assert [20, 18, 25] == sizes(queue.pick(1.0))
    assert {3, 60} == {len(each.tokens) for each in queue}
    assert 63 == queue.tokens


def test_the_nearest_lengths_come_first() -> None:
    """Of equals the oldest; so groups are tight where many wait."""
    queue = waiting(work(20, 0.0), *(work(size, 0.5) for size in (28, 16, 21, 20, 24)))

    assert [20, 20, 21, 16] == sizes(queue.pick(1.0))


def test_lanes_do_not_mix() -> None:
    """Another network, or other options, is another group."""
    queue = waiting(work(20, 0.0, "a"), work(20, 0.1, "b"), work(20, 0.2, "a"))

    assert ["a", "a"] == [each.lane for each in queue.pick(1.0)]
    assert ["b"] == [each.lane for each in queue.pick(1.0)]
    assert 0 == queue.tokens


@pytest.mark.parametrize(("size", "count"), [(10, 4), (30, 3), (50, 2), (90, 1)])
def test_a_group_keeps_to_its_budget(size: int, count: int) -> None:
    """Of pieces, and of tokens with the padding; a piece beyond it runs alone."""
    queue = waiting(*(work(size, float(number)) for number in range(6)))

    assert count == len(queue.pick(10.0))


def test_a_short_piece_overtakes_a_long_one() -> None:
    """When both have waited about as long."""
    queue = waiting(work(90, 0.0), work(5, 0.5))

    assert [5] == sizes(queue.pick(1.0))


def test_a_long_piece_is_not_overtaken_forever() -> None:
    """It has waited longer for its size than any short one that keeps coming."""
    queue = waiting(work(90, 0.0))
    rounds = 0
    while any(len(each.tokens) == 90 for each in queue):
        queue.add(work(5, float(rounds)))
        rounds += 1
        queue.pick(float(rounds))

    assert rounds < 10


def test_a_group_starts_when_companions_had_time_to_come() -> None:
    """Counted from the arrival or from when the worker came free; at once when there is enough for a group."""
    queue = waiting(work(5, 1.0))
    full = waiting(work(99, 1.0), work(5, 1.0))

    assert None is waiting().starts_at(0.0, 2.0)
    assert pytest.approx(1.01) == queue.starts_at(0.0, 2.0)
    assert pytest.approx(3.01) == queue.starts_at(3.0, 3.0)
    assert 1.0 == full.starts_at(3.0, 3.0)


def test_as_many_pieces_as_a_group_takes_are_enough() -> None:
    """However short they are; not those that do not go together."""
    full = waiting(*(work(5, 1.0) for _ in range(4)))
    mixed = waiting(*(work(5, 1.0) for _ in range(3)), work(40, 1.0))

    assert 1.0 == full.starts_at(3.0, 3.0)
    assert pytest.approx(3.01) == mixed.starts_at(3.0, 3.0)


def test_what_waits_in_another_lane_is_no_companion() -> None:
    """Its tokens start nothing here."""
    queue = waiting(work(5, 1.0, "a"), work(60, 1.5, "b"), work(60, 1.5, "b"))

    assert pytest.approx(2.01) == queue.starts_at(2.0, 2.0)


def test_room_is_bounded() -> None:
    """Also where nothing waits; what takes none always fits."""
    queue = waiting(work(30, 0.0))
    crowded = waiting(work(70, 0.0))

    assert [True, False] == [waiting().has_room(tokens) for tokens in (60, 61)]
    assert [True, False] == [queue.has_room(tokens) for tokens in (30, 31)]
    assert [True, False] == [crowded.has_room(tokens) for tokens in (0, 1)]
    assert [True, False] == [queue.may_hold(tokens) for tokens in (60, 61)]


def test_what_is_taken_out_makes_room() -> None:
    """The rest stays, in its order."""
    gone = work(30, 0.0)
    queue = waiting(gone, work(20, 0.1))
    queue.remove([gone])

    assert [20] == [len(each.tokens) for each in queue]
    assert 20 == queue.tokens
