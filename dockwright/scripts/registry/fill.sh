# shellcheck shell=sh
# shellcheck disable=SC2154 # state: of what stands before it
# After `docker`: have a container of the image that the registry in @CONTAINER@ is of put into it
# what standard input says. On the box's own network: the registry's opens no connections.
case $state in ready*) ;; *) echo 'error its engine does not run' && exit 0 ;; esac
docker exec @CONTAINER@ test -x /usr/local/sbin/registry-fill 2>/dev/null ||
  { echo 'error its image is of before fills; run deploy/registry_host.py' && exit 0; }
exec docker run --rm --interactive --name dockwright-registry-fill --network host --read-only \
  --tmpfs /tmp:size=64m --log-driver none --cap-drop ALL --security-opt no-new-privileges \
  --volume /etc/docker/certs.d:/certs.d:ro \
  "$(docker inspect --format '{{.Image}}' @CONTAINER@)" registry-fill
