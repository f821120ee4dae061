"""services/video/jobs.py: names, states, progress."""

from itertools import pairwise

from services.video.jobs import JOB_ID, PROGRESS, Asset, JobState, Stage, new_job_id, with_asset


def test_job_ids_are_unguessable_and_safe_in_urls() -> None:
    """Ten thousand ids differ, and all have the one form."""
    ids = [new_job_id() for _ in range(10_000)]

    assert len(ids) == len(set(ids))
    assert all(JOB_ID.fullmatch(each) for each in ids)
    assert sorted(each[:12] for each in ids) == [each[:12] for each in ids]


def test_progress_runs_from_5_to_99_without_gaps() -> None:
    """Each stage begins where the one before it ends."""
    spans = [PROGRESS[stage] for stage in Stage]

    assert 5 == spans[0].start
    assert 99 == spans[-1].end
    assert all(before.end == after.start for before, after in pairwise(spans))
    assert (35, 62, 90, 90, 35) == tuple(PROGRESS[Stage.RENDER].at(part) for part in (0, 0.5, 1, 7, -1))


def test_three_states_are_final() -> None:
    """Completed, failed and cancelled end a job."""
    assert {"completed", "failed", "cancelled"} == {state for state in JobState if state.final}


def test_an_asset_replaces_its_namesake() -> None:
    """A stage that runs twice doesn't list its file twice."""
    old, new, other = Asset("a", "x", 1), Asset("a", "x", 2), Asset("b", "x", 3)

    assert (other, new) == with_asset((old, other), new)
