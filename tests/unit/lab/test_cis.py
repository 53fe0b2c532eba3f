"""The CIS benchmark's looks: each has a mutation that it is to see, and nothing else has one."""

import pytest

from tests.lab.labs.cis.checks import CHECKS
from tests.lab.labs.cis.mutations import CONTAINERS, OF_THE_BOX

LOOKS = [check.id for check in CHECKS if check.look]


def test_an_id_has_a_look_or_a_reason() -> None:
    assert [check.id for check in CHECKS if bool(check.look) == bool(check.reason)] == []
    assert len({check.id for check in CHECKS}) == len(CHECKS)


def test_each_look_has_a_mutation_that_it_is_to_see() -> None:
    made = {**OF_THE_BOX, **CONTAINERS}
    assert len(made) == len(OF_THE_BOX) + len(CONTAINERS)
    assert sorted(made) == sorted(LOOKS)
    assert all(made.values())


@pytest.mark.parametrize("id_", CONTAINERS)
def test_a_container_is_as_it_is_to_be_but_for_one_thing(id_: str) -> None:
    for container in CONTAINERS[id_]:
        assert container.run("mutant").startswith("docker run -d --name mutant --pull never ")
        assert set(container.also) <= CONTAINERS.keys() - {id_}
