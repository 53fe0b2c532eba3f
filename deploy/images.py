"""The chain of images, built on the builder and pushed to the registry."""

from dockwright.deploys import images

images()
