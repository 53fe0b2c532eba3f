"""`dockwright status`: boxes and registries asked how they are, beside what a site declares."""
