"""When a host may be asked again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawlers.bounds import Bounds
from crawlers.politeness import HostState, answered, failed, pushed_back, retry_at

BOUNDS = Bounds(wait=5.0, pause=30.0, patience=600.0, attempts=3, strikes=5)
NOW = 1_000_000.0


def test_a_host_is_left_in_peace_after_each_answer() -> None:
    assert answered(HostState(), NOW, 0.1, (), BOUNDS).ready == NOW + 5


def test_a_slow_host_is_left_in_peace_for_longer() -> None:
    assert answered(HostState(), NOW, 10.0, (), BOUNDS).ready == NOW + 20


def test_a_very_slow_host_is_not_waited_for_without_end() -> None:
    assert answered(HostState(), NOW, 1e6, (), BOUNDS).ready == NOW + 60


def test_the_longest_wait_anybody_asks_for_is_kept() -> None:
    assert answered(HostState(), NOW, 0.0, (None, 90.0, 7.0), BOUNDS).ready == NOW + 90


def test_retry_after_is_honoured() -> None:
    state = pushed_back(HostState(), NOW, 429, 120.0, BOUNDS)
    assert (state.ready, state.given_up) == (NOW + 120, None)


def test_a_host_that_asks_for_a_long_quiet_is_left_alone() -> None:
    state = pushed_back(HostState(), NOW, 503, 3600.0, BOUNDS)
    assert state.given_up == "It answered 503 and asked for 3,600 seconds of quiet."


def test_without_retry_after_each_quiet_is_longer_and_the_third_is_the_last() -> None:
    state, quiet = HostState(), []
    for _ in range(3):
        state = pushed_back(state, NOW, 429, None, BOUNDS)
        quiet.append(state.ready - NOW)
    assert quiet == sorted(set(quiet))
    assert state.given_up == "It answered 429 3 times in a row."


def test_an_answer_makes_up_for_what_failed_before() -> None:
    state = failed(HostState(), NOW, "It hung up.", BOUNDS)
    assert answered(state, NOW, 0.1, (), BOUNDS) == HostState(ready=NOW + 5)


def test_a_host_that_fails_again_and_again_is_left_alone() -> None:
    state = HostState()
    for _ in range(4):
        state = failed(state, NOW, "It hung up.", BOUNDS)
        assert state.given_up is None
    assert failed(state, NOW, "It hung up.", BOUNDS).given_up == (
        "It failed 5 times in a row: It hung up."
    )


def test_a_visit_is_tried_three_times_each_later_than_the_last() -> None:
    times = [retry_at(NOW, attempts, BOUNDS) for attempts in (1, 2, 3)]
    assert times == [NOW + 30, NOW + 60, None]


@given(
    st.floats(0, 1e5),
    st.lists(st.one_of(st.none(), st.floats(0, 300)), max_size=3),
    st.floats(0, 60),
)
def test_p12_no_answer_makes_a_wait_shorter_than_the_least(
    took: float, asked: list[float | None], least: float
) -> None:
    bounds = Bounds(wait=least)
    assert answered(HostState(), NOW, took, asked, bounds).ready >= NOW + least
