"""A box's data: what is allowed, and how a wrong value is told."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.site.settings import settings


def test_keys_of_others_are_left_alone() -> None:
    assert settings({"ssh_user": "root", "dockwright_leaves": ["zenweb"]}, "docker").leaves == [
        "zenweb"
    ]


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("max_age_days", 0, "days after which images"),
        ("registry", "registry", "host[:port][/path]"),
        ("base_source", "hub", "auto (pull, else bootstrap), pull or bootstrap"),
        ("admin_user", "-rf", "the user who may use docker"),
        ("address", "192.168.50", "private address"),
        ("leaves", "zenweb", "leaves that run on the box"),
    ],
)
def test_a_value_that_is_not_allowed_names_key_value_and_what_is(
    key: str, value: object, allowed: str
) -> None:
    with pytest.raises(DockwrightError) as error:
        settings({f"dockwright_{key}": value}, "docker")
    line = str(error.value)
    assert line.startswith(f"box docker: dockwright_{key} = {value!r}: not allowed; give ")
    assert allowed in line
    assert "\n" not in line


def test_an_unknown_key_is_told_with_the_nearest_known_one() -> None:
    with pytest.raises(DockwrightError, match=r"dockwright_leafs: no such key; did you mean "):
        settings({"dockwright_leafs": []}, "docker")


def test_a_key_of_a_former_version_is_told_with_what_does_its_work_now() -> None:
    with pytest.raises(DockwrightError, match=r"dockwright_stash_id: no key any more; .*STASH_ID"):
        settings({"dockwright_stash_id": 998}, "docker")


def test_nobody_may_use_docker_without_sudo_unless_the_site_says_so() -> None:
    assert settings({}, "docker").admin_user is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("registry_user", user) for user in ("robot$ci", "org+bot", "ci@corp.test", "AWS")),
        *(("registry", name) for name in ("registry.vagrant", "harbor.corp.test/team/app")),
        *(("admin_user", user) for user in ("jane.doe", "jane@corp.test", "Jane", "svc$")),
    ],
)
def test_registries_and_users_of_others_are_allowed(key: str, value: str) -> None:
    assert getattr(settings({f"dockwright_{key}": value}, "docker"), key) == value


@pytest.mark.parametrize("user", ["", "a:b", "a\nb", "\x85", "a" * 256])
def test_a_user_that_no_header_carries_is_refused(user: str) -> None:
    with pytest.raises(DockwrightError, match="no colon, no control character"):
        settings({"dockwright_registry_user": user}, "docker")


def test_a_secret_value_is_not_shown() -> None:
    with pytest.raises(DockwrightError) as error:
        settings({"dockwright_env": {"zenweb": {"TOKEN": 5}, "x": "s3cret"}}, "docker")
    assert "s3cret" not in str(error.value)
    with pytest.raises(DockwrightError) as error:
        settings({"dockwright_registry_pasword": "s3cret"}, "docker")
    assert "s3cret" not in str(error.value)


def test_a_container_must_be_able_to_be_steady_within_the_wait() -> None:
    with pytest.raises(DockwrightError, match="dockwright_steady_seconds = 90: no container could"):
        settings({"dockwright_steady_seconds": 90}, "docker")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"env": {"backend": {"PORT": 8000}}}, 'env: backend: PORT: a number; write "8000"'),
        (
            {"env": {"backend": {"DEBUG": True, "TAGS": ["a"], "NONE": None}}},
            'env: backend: DEBUG: a truth value; write "True"; '
            "dockwright_env: backend: TAGS: a list; write a text, in quotes; "
            "dockwright_env: backend: NONE: nothing; write a text, in quotes",
        ),
        # a number may be a secret, which its name tells
        ({"env": {"a": {"DOOR_PIN": 4711}}}, "env: a: DOOR_PIN: a number; write it in quotes"),
        ({"build_args": {"VERSION": 3.11}}, 'build_args: VERSION: a number; write "3.11"'),
    ],
)
def test_a_variable_that_is_no_text_is_named_with_how_to_write_it(
    data: dict[str, object], said: str
) -> None:
    with pytest.raises(DockwrightError) as error:
        settings({f"dockwright_{key}": value for key, value in data.items()}, "docker")
    assert str(error.value) == f"box docker: dockwright_{said}"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("dockwrigth_env", "dockwright_env"),
        ("dockright_leaves", "dockwright_leaves"),
        ("Dockwright_scale", "dockwright_scale"),
        ("dockwright-env", "dockwright_env"),
    ],
)
def test_a_prefix_that_is_misspelt_is_seen(key: str, meant: str) -> None:
    with pytest.raises(DockwrightError) as error:
        settings({key: {}}, "docker")
    assert str(error.value) == f"box docker: {key}: no key begins so; did you mean {meant}?"


def test_keys_of_docker_and_of_others_are_no_misspelt_ones_of_ours() -> None:
    assert settings({"docker_env": {}, "dock_x": 1, "workers": 2, "vagrant_known_hosts": ""}, "b")
