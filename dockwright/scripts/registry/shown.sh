# shellcheck shell=sh
# After `docker`: what the registry's containers show at their port.
registries() {
  docker container ls --format '{{.Names}}' 2>/dev/null |
    grep -E '^registry\.[A-Za-z0-9_-]+\.[1-9][0-9]*$'
}
shown() { # $1: a container; its certificate, PEM, and nothing where it shows none
  at=$(docker port "$1" @PORT@/tcp 2>/dev/null | head -n 1)
  [ -n "$at" ] || return 0
  timeout 10 openssl s_client -connect "$at" </dev/null 2>/dev/null | openssl x509 2>/dev/null
}
