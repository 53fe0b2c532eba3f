# shellcheck shell=sh
# shellcheck disable=SC2012,SC2154,SC2046,SC2086 # leaf, lines, follow: of what stands before it; names without spaces
cd @FOLDER@ 2>/dev/null || exit 0
plain() { sed -u -e 's/\r*$//' -e 's/\x1b\[[0-9;:]*m//g'; }
jobs=$(ls -d -- "$leaf".*.log* 2>/dev/null |
  sed -nE 's/^(.*\.[0-9]+(\.timer)?)\.log(\..*)*$/\1/p' | sort -u)
[ -n "$jobs" ] || exit 0
for job in $jobs; do
  parts=$(ls -rt -- "$job.log" "$job.log".* 2>/dev/null) wanted=$lines
  if [ "$follow" = yes ]; then  # tail itself shows the part that it follows
    parts=$(printf '%s\n' "$parts" | grep -vxF -e "$job.log")
    [ ! -e "$job.log" ] || wanted=$((lines - $(wc -l <"$job.log")))
  fi
  [ -n "$parts" ] && [ "$wanted" -gt 0 ] || continue
  [ "$jobs" = "$job" ] || printf '==> %s <==\n' "$job"
  zcat -f -- $parts | tail -n "$wanted" | plain
done
[ "$follow" = no ] || tail -n "$lines" -F $(printf '%s.log\n' $jobs) 2>/dev/null | plain
