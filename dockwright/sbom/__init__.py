"""What is inside an image: its SBOM, in CycloneDX's JSON, and what of it is known to be open.

Values in, values out: `dockwright.engine.inside` reads an image's files, `dockwright.facts.sboms`
keeps what is made of them in a registry. Only `dockwright.sbom.tracker` reads a file, which was
brought by hand: Debian's security tracker as one JSON document.

What is written comes from debsbom (dpkg's packages with their sources and what they depend on) and
cyclonedx-python-lib, versions are compared by python-debian.
"""
