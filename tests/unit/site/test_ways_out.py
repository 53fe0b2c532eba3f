"""A site's words for each way out: what they name is there, and all is filled in."""

import re
import string
from pathlib import Path

import pytest

from dockwright.site.settings import Settings
from dockwright.site.ways_out import SITE
from dockwright.ways_out import WayOut, way_out

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("way", WayOut)
def test_it_is_said_with_its_values_and_no_name_of_one_is_left(way: WayOut) -> None:
    fields = {name for _, name, _, _ in string.Formatter().parse(SITE[way]) if name}
    said = way_out(way, **dict.fromkeys(fields | {"init", "image", "prefix"}, "x/y"))
    assert said == SITE[way].format(**dict.fromkeys(fields, "x/y"))
    assert not re.search(r"{\w*(![ars])?}", said)


@pytest.mark.parametrize("way", WayOut)
def test_the_files_and_keys_that_it_names_are_a_site_s(way: WayOut) -> None:
    for path in re.findall(r"deploy/\w+\.py", SITE[way]):
        assert (ROOT / path).is_file()
    for key in re.findall(r"dockwright_(\w+)", SITE[way]):
        assert key in Settings.model_fields
