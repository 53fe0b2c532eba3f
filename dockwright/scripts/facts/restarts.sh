# shellcheck shell=sh
now=$(date +%s)
window=@WINDOW@
from=$((now - window))
echo "now $now"
said() { job=$1; @RESTARTS@
  { @LINES@; } 2>/dev/null | tail -n 20 | cut -b 1-300 | sed "s/^/line $job /"
}
@JOBS@
state=$(engine)
case $state in
  ready*)
    timeout 10 docker -H "unix://${state#ready }" events --since "$from" --until "$now" \
      --filter event=die --filter event=oom --format '@EVENT@' 2>/dev/null || true
    ;;
esac
