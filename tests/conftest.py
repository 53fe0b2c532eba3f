"""gevent patches first: pyinfra does so too, and the docker SDK must be imported after it."""

from gevent import monkey

monkey.patch_all()

from hypothesis import settings  # noqa: E402

# a machine that is busy with other things is no failure; tests of speed take the processor's time
settings.register_profile("dockwright", deadline=None)
settings.load_profile("dockwright")
