"""What a job's image is pinned to, and that the box's processor runs it."""

from collections.abc import Iterator

import pytest
from pyinfra.context import ctx_host, ctx_state

from dockwright.boot.group import group
from dockwright.errors import NotReady
from dockwright.facts.image import EngineImage
from dockwright.operations.boot.image import check_machine, pin
from tests.unit.box.boxes import local

DIGEST = "sha256:" + "a" * 64
PLACE = "192.168.50.20:5000/team"


@pytest.fixture(autouse=True)
def here() -> Iterator[None]:
    with local() as host, ctx_state.use(host.state), ctx_host.use(host):
        yield


def test_a_registry_s_digest_goes_before_the_id() -> None:
    image = EngineImage("sha256:1", digests=(f"{PLACE}/web@{DIGEST}",))
    assert pin(f"{PLACE}/web:1", {f"{PLACE}/web:1": image}) == (f"{PLACE}/web@{DIGEST}", "sha256:1")
    assert pin("web:1", {"web:1": image}) == ("sha256:1", "sha256:1")
    with pytest.raises(NotReady, match=r"^image web:2: not on box @local; build or pull it first$"):
        pin("web:2", {"web:1": image})


def test_an_image_of_another_processor_is_refused_unless_a_line_asks_for_it() -> None:
    image = EngineImage("sha256:1", ("web:1",), architecture="arm64")
    plain = group("web", "web: docker run web", "Procfile").jobs
    asks = group("web", "web: docker run --platform linux/arm64 web", "Procfile").jobs
    check_machine(image, "aarch64", plain)
    check_machine(image, "x86_64", asks)
    check_machine(EngineImage("sha256:1"), "x86_64", plain)
    with pytest.raises(NotReady, match=r"image web:1: is for arm64, and this box is amd64; "):
        check_machine(image, "x86_64", plain)
    with pytest.raises(NotReady, match="image sha256:000000000000: is for arm64"):
        check_machine(EngineImage("sha256:" + "0" * 64, architecture="arm64"), "x86_64", plain)
