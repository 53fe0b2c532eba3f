"""Options that several commands share."""

import click

inventory_option = click.option(
    "-i",
    "--inventory",
    metavar="INVENTORY",
    help="What pyinfra takes for one.  [default: $DOCKWRIGHT_INVENTORY, else inventories/lab.py]",
)
box_option = click.option(
    "--box",
    metavar="BOX",
    help="A box of the inventory.  [default: the first of builders, else of docker_hosts]",
)
