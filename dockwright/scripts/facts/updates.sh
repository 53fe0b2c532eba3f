# shellcheck shell=sh
# shellcheck disable=SC2043 # several words, filled in
command -v apt-get >/dev/null 2>&1 || exit 0
native=$(dpkg --print-architecture)
echo "now $(date +%s)"
# where nothing new is fetched the folder stays as old as it is, but for these stamps
for file in /var/lib/apt/lists/*_Packages*; do
  [ -e "$file" ] || continue
  for place in lists periodic/update-success-stamp periodic/update-stamp; do
    [ ! -e "/var/lib/apt/$place" ] || stat -c 'fetched %Y' "/var/lib/apt/$place"
  done
  break
done
[ -z "$(ls -A /var/lib/dpkg/updates 2>/dev/null)" ] || echo "interrupted"
installed=$(dpkg-query --show --showformat '${db:Status-Abbrev}|${binary:Package}\n' 2>/dev/null |
  awk -F'|' -v native=":$native" '
    substr($1, 2, 1) !~ /[iUFHWt]/ { next }
    { name = $2; sub(native "$", "", name) }
    $1 ~ /^h/ { print "held " name }
    $1 ~ /^.[UFHWt]/ || $1 ~ /^..R/ { print "half " name }
    { print "installed " name }')
printf '%s\n' "$installed" | grep -v '^installed '
apt-cache policy 2>/dev/null | sed 's/^/source /'
# of each package that has another candidate what is newer than the installed one
printf '%s\n' "$installed" | sed -n 's/^installed //p' | xargs -r apt-cache policy 2>/dev/null |
  awk '
    function flush() {
      if (candidate != "" && candidate != "(none)" && candidate != installed) printf "%s", block
      block = ""
    }
    /^[^ ]/ { flush(); installed = candidate = ""; newer = 1 }
    /^  Installed: / { installed = $2 }
    /^  Candidate: / { candidate = $2 }
    /^ \*\*\* / { newer = 0 }
    newer { block = block "policy " $0 "\n" }
    END { flush() }'
for file in /run/reboot-required /var/run/reboot-required; do
  [ ! -e "$file" ] || { echo "reboot"; break; }
done
running=$(uname -r)
# a container runs another machine's kernel
if [ -e "/boot/vmlinuz-$running" ]; then
  echo "running $running"
  for file in /boot/vmlinuz-*; do echo "kernel ${file#/boot/vmlinuz-}"; done
  uname -v | sed -n 's/^.* Debian \([^ ]*\).*$/built \1/p'
  dpkg-query --show --showformat 'package ${Version}\n' "linux-image-$running" 2>/dev/null
fi
file=@UNATTENDED@
[ ! -e "$file" ] || stat -c 'access %a:%U:%G' "$file"
[ ! -f "$file" ] || { sed 's/^/own /' "$file"; echo; }
case $(dpkg-query --show --showformat '${db:Status-Abbrev}' unattended-upgrades 2>/dev/null) in
  [hi]i*) echo "unattended" ;;
esac
[ ! -d /run/systemd/system ] || for timer in @TIMERS@; do
  echo "timer $timer $(systemctl is-enabled "$timer" 2>/dev/null)"
done
true
