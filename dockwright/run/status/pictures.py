"""The pictures of a site's page, where they are to be had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from dockwright.errors import DockwrightError
from dockwright.picture.chain import draw
from dockwright.picture.graph import Picture
from dockwright.picture.page import Drawn, only_svg
from dockwright.picture.render import render
from dockwright.picture.site import draw as draw_site
from dockwright.run.chain import site_chain
from dockwright.run.site_picture import boxes_of


def pictures_of(inventory: str | None, skip: Sequence[str] = ()) -> list[Picture]:
    """The site as declared and its chain; without what can't be read.

    Args:
        inventory, skip: as for `dockwright.run.inventory.load`; no box is asked.

    Example::

        pictures_of("inventories/lab.py")[1].name  # 'chain'
    """
    made = []
    with suppress(DockwrightError):  # the rest of the page says how the site is
        made.append(draw_site(boxes_of(inventory, skip)))
    with suppress(DockwrightError):
        chain = site_chain(inventory)
        made.append(draw(chain.sources, chain.images))
    return made


def drawn(pictures: Iterable[Picture]) -> list[Drawn]:
    """``pictures`` as Graphviz draws them; none where it is not here.

    Example::

        drawn(pictures_of("inventories/lab.py"))[1].title  # 'The chain of images'
    """
    try:
        return [
            Drawn(one.title, only_svg(render(one, "svg").decode())) for one in pictures if one.nodes
        ]
    except DockwrightError:
        return []
