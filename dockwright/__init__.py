"""Dockwright turns plain boxes into a private Docker platform, declared in Python."""
