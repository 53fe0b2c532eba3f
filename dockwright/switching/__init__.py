"""Switching: a leaf put up, or back; the operations of `dockwright.operations.boot` call it."""
