"""What a registry of the site keeps: what of it is needed, what may go, and what is not sound.

Pure: from what `dockwright.facts.kept` lists of a registry's folder, and what boxes need.
"""
