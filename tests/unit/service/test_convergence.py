"""How far a service is, by its tasks."""

from typing import Any

from dockwright.service.convergence import ended, progress, why

NEW = {"ContainerSpec": {"Image": "two"}}
OLD = {"ContainerSpec": {"Image": "one"}}


def _service(replicas: int = 1, update: str = "") -> dict[str, Any]:
    spec = {"Mode": {"Replicated": {"Replicas": replicas}}, "TaskTemplate": NEW}
    return {"Spec": spec, "UpdateStatus": {"State": update}}


def _task(number: int, state: str, of: Any = NEW, desired: str = "running") -> dict[str, Any]:
    status = {"State": state, "Err": "it is so"}
    return {"ID": str(number), "DesiredState": desired, "Status": status, "Spec": of}


def test_it_is_done_when_all_tasks_of_the_new_specification_run_and_swarm_is_content() -> None:
    tasks = [_task(1, "running"), _task(2, "running", OLD)]
    assert progress(_service(), tasks, frozenset()).done
    assert not progress(_service(2), tasks, frozenset()).done
    assert not progress(_service(update="updating"), tasks, frozenset()).done
    assert progress(_service(update="completed"), tasks, frozenset()).done
    assert not progress(_service(), [_task(1, "running", desired="shutdown")], frozenset()).done
    assert not progress(_service(), [_task(1, "starting")], frozenset()).done


def test_swarm_that_puts_back_is_a_failure_at_once() -> None:
    for update in ("rollback_started", "rollback_completed", "rollback_paused", "paused"):
        its = progress(_service(update=update), [_task(1, "running")], frozenset())
        assert its.back
        assert its.all_up
        assert not its.done


def test_what_ended_before_does_not_count() -> None:
    tasks = [_task(3, "failed"), _task(2, "rejected"), _task(1, "failed"), _task(0, "complete")]
    assert ended(tasks) == {"1", "2", "3"}
    failures = progress(_service(), tasks, frozenset({"1"})).failures
    assert [one["ID"] for one in failures] == ["3", "2"]


def test_why() -> None:
    assert why(_task(1, "failed")) == "failed: it is so"
    assert progress(_service(), [_task(1, "pending")], frozenset()).waits == "it is so"
