# frozen_string_literal: true

# One process: writes to the repository wait for each other in it.
workers 0
threads 1, 4
bind "tcp://0.0.0.0:10001"
# The container is stopped by SIGTERM: that is no failure.
raise_exception_on_sigterm false
