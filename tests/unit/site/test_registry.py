"""Data keys of a registry."""

from dockwright.site.registry import RegistrySettings
from dockwright.site.settings import validated


def test_they_are_keys_of_a_box() -> None:
    made, wrong = validated({"dockwright_registry_generations": 3})
    assert wrong == () and made is not None
    assert made.registry_generations == 3
    assert made.registry_user == RegistrySettings().registry_user


def test_fewer_builds_than_the_present_one_are_refused() -> None:
    _, [wrong] = validated({"dockwright_registry_generations": 0})
    assert wrong.startswith("dockwright_registry_generations = 0: not allowed")
