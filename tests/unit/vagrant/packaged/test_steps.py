"""What a build of a box does, and what is left of it wherever it was broken off."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.vagrant.packaged.steps import Build, BuildRecord, drifted, roles, steps, to_do

BUILD = Build("docker", "stock", "ubuntu-docker", "libvirt")
NAMES = [step.name for step in steps(BUILD)]


def left(done: list[str], begun: str = "", *, is_running: bool = True) -> list[str]:
    record = BuildRecord("key", tuple(done), begun)
    return [step.name for step in to_do(steps(BUILD), record, is_running=is_running)]


def test_the_commands_are_those_one_types() -> None:
    assert [" ".join(step.argv) for step in steps(BUILD)] == [
        "vagrant up build_docker --no-provision --provider libvirt",
        "pyinfra -y --limit build_docker inventories/vagrant.py deploy/docker_host.py",
        "pyinfra -y --limit build_docker inventories/vagrant.py deploy/package.py",
        "vagrant package build_docker --output ubuntu-docker.box",
        "vagrant box add --force --name ubuntu-docker ubuntu-docker.box",
        "rm -f ubuntu-docker.box",
        "vagrant destroy --force build_docker",
    ]


def test_guest_run_provisions_through_vagrant() -> None:
    guest = Build("registry", "ubuntu-docker", "ubuntu-docker-registry", "libvirt", by_guest=True)
    assert steps(guest)[1].argv == ("vagrant", "provision", "build_registry")
    assert steps(guest)[2].argv[0] == "pyinfra"


@pytest.mark.parametrize("count", range(len(NAMES) + 1))
def test_it_goes_on_after_what_is_done(count: int) -> None:
    again = ["clean up"] if NAMES[count : count + 1] == ["package"] else []
    assert left(NAMES[:count]) == again + NAMES[count:]


def test_a_machine_that_went_down_is_brought_up_for_what_needs_it() -> None:
    assert left(NAMES[:1], is_running=False) == ["up", *NAMES[1:]]
    assert left(NAMES[:2], is_running=False) == ["up", *NAMES[2:]]


def test_a_machine_that_is_down_is_cleaned_up_again_before_it_is_packaged() -> None:
    assert left(NAMES[:3], "package", is_running=False) == ["up", "clean up", *NAMES[3:]]


@pytest.mark.parametrize(
    ("count", "begun", "is_made", "file_is_there", "still"),
    [
        (2, "", True, False, 2),
        (2, "", False, False, 0),
        (3, "package", False, False, 0),
        # what an `up` that was broken off left is destroyed
        (3, "up", True, False, 0),
        (4, "add", True, True, 4),
        (4, "add", False, True, 4),
        (4, "add", True, False, 3),
        (4, "add", False, False, 0),
        (6, "destroy", False, False, 6),
    ],
)
def test_what_was_done_to_a_machine_that_is_gone_was_not_done(
    count: int, begun: str, is_made: bool, file_is_there: bool, still: int
) -> None:
    record = BuildRecord("key", tuple(NAMES[:count]), begun)
    resumed = record.resumed(is_made=is_made, file_is_there=file_is_there)
    assert resumed.done == tuple(NAMES[:still])


def test_a_step_done_twice_is_recorded_once() -> None:
    record = BuildRecord("key", ("up",)).beginning("up").ending("up", 2.04)
    assert (record.done, record.begun, record.seconds) == (("up",), "", {"up": 2.0})
    assert BuildRecord.of(record.to_json()) == record


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"key": "k"}', "half a fi"])
def test_a_record_that_does_not_parse_is_the_record_of_nothing(text: str) -> None:
    assert BuildRecord.of(text) == BuildRecord()


def test_only_its_own_keys_may_be_made_by_a_registrys_box() -> None:
    own = ["Registry host | registry: login", "Registry host | registry: certificate"]
    assert drifted("registry", own) == ()
    assert drifted("registry", [*own, "Registry host | daemon.json"]) == (
        "Registry host | daemon.json",
    )
    assert drifted("docker", own) == tuple(own)


def test_what_is_to_be_built() -> None:
    assert roles(None, True) == ("docker", "registry")
    assert roles("registry", False) == ("registry",)
    for wrong in ((None, False), ("docker", True)):
        with pytest.raises(DockwrightError, match="name docker or registry, or give --all"):
            roles(*wrong)
