"""A catalogue of packaged boxes of one's own, as Vagrant reads one.

`names` says what a box and a version may be called, `metadata` what the catalogue tells of a box,
and `packed` what is in a file that is published. Called by `dockwright vagrant publish`.
"""
