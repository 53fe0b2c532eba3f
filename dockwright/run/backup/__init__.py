"""`dockwright backup`, `restore` and `move`: what is done on boxes."""
