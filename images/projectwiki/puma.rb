# frozen_string_literal: true

# One process: writes to the repository wait for each other in it.
workers 0
threads 1, 4
bind "unix:///tmp/app.sock" # of nginx, which is in front
# The container is stopped by SIGTERM: that is no failure.
raise_exception_on_sigterm false
