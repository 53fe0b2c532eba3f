"""pyinfra's API driven for what its command lacks; gevent's patches must be in place before."""
