"""Sphinx's settings: the pages of this folder as a site, built offline by script/docs."""

from importlib import metadata

project = "Dockwright"
author = "the Dockwright project"
copyright = author
release = metadata.version("dockwright")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Dockwright {release}"
html_show_sourcelink = False
html_show_sphinx = False
html_extra_path = [
    "plan.schema.json",
    "status.schema.json",
    "graph.schema.json",
    "site-data.schema.json",
]
# a block without a language is no program
highlight_language = "text"
smartquotes = False  # an option begins with two hyphens

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
maximum_signature_line_length = 80
# `name` in a docstring is a name of the code
default_role = "code"
napoleon_google_docstring = True
napoleon_numpy_docstring = False

man_pages = [
    (
        "reference/commands",
        "dockwright",
        "plain boxes into a private Docker platform",
        [author],
        1,
    )
]
