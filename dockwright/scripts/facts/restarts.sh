# shellcheck shell=sh
now=$(date +%s)
window=@WINDOW@
from=$((now - window))
echo "now $now"
# SD_MESSAGE_UNIT_STARTING and _STARTED of the engine, whose end is the end of all containers
journalctl --quiet --no-pager --output=short-unix --since="@$from" UNIT=docker.service \
  MESSAGE_ID=7d4958e842da4a758f6c1cdc7b36dcc5 MESSAGE_ID=39f53479d3a045ac8e11786248231fbf \
  2>/dev/null | tail -n 200 |
  sed -n 's/^\([0-9][0-9.]*\) .*/engine \1/p'
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
