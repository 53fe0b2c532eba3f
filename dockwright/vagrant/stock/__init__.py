"""Stock boxes: a bare Debian as Vagrant takes it, made from the distribution's mirror.

`declared` says what is in one, `disk` how it begins, `checks` whether this machine can make it, and
`make` makes it. Called by `dockwright vagrant stock`.
"""
