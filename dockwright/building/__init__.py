"""Building: a chain of images recalled or built; `dockwright.operations.image` calls it."""
