# shellcheck shell=sh
state=$(engine)
case $state in
  ready*)
    docker -H "unix://${state#ready }" container ls --all --format '{{.Names}}' |
      while read -r name; do @OURS@ || echo "$name"; done
    ;;
esac
