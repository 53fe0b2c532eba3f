"""Every touch of what pyinfra does not offer to others, in one place, each with why.

pyinfra promises nothing of what is used here: private names, attributes that it makes for itself,
variables of its functions, its own command. So nothing else in Dockwright touches those, and
``tests/unit/box/inside/`` asks pyinfra itself for each of them: a release that lacks one is a red
line of its own. ``pyproject.toml`` allows the releases that those tests were run with.

- `operations`: what pyinfra keeps of an operation, and in which order.
- `declaring`: what it does for each operation that is declared.
- `hosts`: what a host is asked, and what it says; deploys within deploys.
- `connections`: pyinfra's SSH connections, and where their errors come from.
- `command`: pyinfra's own command. A module by itself, as `pyinfra_cli` patches the standard
  library when it is imported, which facts and operations must not do to who imports them.
"""
