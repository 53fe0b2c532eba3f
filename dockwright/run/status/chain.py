"""The picture of a site's chain for its page, where there is one to be had."""

from __future__ import annotations

from dockwright.errors import DockwrightError
from dockwright.picture.chain import draw
from dockwright.picture.render import render
from dockwright.run.chain import site_chain


def chain_picture(inventory: str | None) -> str:
    """The chain of a site as SVG; empty where it can't be read, or Graphviz is not here.

    Args:
        inventory: as for `dockwright.run.inventory.load`; no box is asked.

    Example::

        chain_picture("inventories/lab.py")  # '<?xml version="1.0" …'
    """
    try:
        made = site_chain(inventory)
        return render(draw(made.sources, made.images), "svg").decode()
    except DockwrightError:
        return ""  # the rest of the page says how the site is
