# shellcheck shell=sh
# shellcheck disable=SC2154 # state: of what stands before it
# After `docker`: have the registry in @CONTAINER@ take away what standard input says.
case $state in ready*) ;; *) echo 'error its engine does not run' && exit 0 ;; esac
docker exec @CONTAINER@ test -x /usr/local/sbin/registry-collect 2>/dev/null ||
  { echo 'error its image is of before collections; run deploy/registry_host.py' && exit 0; }
docker exec -i @CONTAINER@ registry-collect ask
