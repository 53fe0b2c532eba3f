"""What a manager says of services."""

from dockwright.service.state import SwarmService, SwarmServices, named_networks


def _spec(leaf: str, secret: str) -> dict[str, object]:
    container = {"Secrets": [{"SecretName": secret}]}
    labels = {"dockwright.leaf": leaf, "dockwright.process": "web"}
    return {"Labels": labels, "TaskTemplate": {"ContainerSpec": container}}


def test_a_service_knows_whose_it_is_and_what_it_may_need() -> None:
    one = SwarmService("q3", "app_web", _spec("app", "new"), _spec("app", "old"), "", "1/2 (max 1)")
    assert (one.leaf, one.process, one.running) == ("app", "web", 1)
    assert one.secrets == {"new", "old"}
    has = SwarmServices(services=(one,))
    assert has.of_leaf("app") == (one,)
    assert has.of_leaf("ap") == ()
    assert has.leaves == {"app"}


def test_its_specification_is_in_no_printed_fact() -> None:
    assert "new" not in str(SwarmService("q3", "app_web", _spec("app", "new")).to_json())


def test_networks_have_their_names_and_others_keep_their_id() -> None:
    spec = {"TaskTemplate": {"Networks": [{"Target": "a"}, {"Target": "b"}]}}
    named = named_networks(spec, {"a": "inside"})
    assert named["TaskTemplate"]["Networks"] == [{"Target": "inside"}, {"Target": "b"}]
    assert named_networks({}, {}) == {"TaskTemplate": {}}
