# frozen_string_literal: true

# One process: the database is one file.
workers 0
threads 1, 5
bind "unix:///tmp/app.sock" # of nginx, which is in front
# The container is stopped by SIGTERM: that is no failure.
raise_exception_on_sigterm false
