"""Boxes that are to be packaged: name them with --limit."""

from dockwright.deploys import package

package()
