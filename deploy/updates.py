"""Security updates: one box after the other, its leaves up before the next."""

from dockwright.deploys import updates

updates()
