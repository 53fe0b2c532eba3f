"""gevent patches first: pyinfra does so too, and the docker SDK must be imported after it."""

from gevent import monkey

monkey.patch_all()
