"""`dockwright registry`: what the site's registries keep, what of it is needed, and what goes."""
