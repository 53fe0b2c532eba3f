# shellcheck shell=sh
# shellcheck disable=SC2154 # state: of what stands before it
# After `docker` and `shown`: what shows another certificate than its file's is told to read it.
# What is under way goes on: nginx ends no process that has a request.
print() { openssl x509 -noout -fingerprint -sha256 2>/dev/null; }
failed=0
case $state in
  ready*)
    wanted=$(print <@CERTIFICATE@)
    for name in $(registries); do
      tries=0
      until [ "$(shown "$name" | print)" = "$wanted" ]; do
        [ $((tries % 10)) -gt 0 ] ||
          said=$(docker exec "$name" nginx -e stderr -s reload -c @FRONT@ 2>&1)
        tries=$((tries + 1))
        if [ "$tries" -gt 40 ]; then
          echo "$name: does not show its new certificate${said:+: $(echo "$said" | tail -n 1)};" \
            "restart it: systemctl restart dockwright-registry.target" >&2
          failed=1
          break
        fi
        sleep 0.5
      done
    done
    ;;
esac
exit $failed
