# shellcheck shell=sh
# shellcheck disable=SC2086 # names of packages, each a word
apt() { apt-get -s -q --no-install-recommends "$@" 2>&1; }
told() { printf '%s\n' "$said" | sed -n 's/^E: /trouble /p'; }
names() { printf '%s\n' "$said" | sed -n 's/^Inst \([^ ]*\) \[.*$/\1/p' | tr '\n' ' '; }
# what apt upgrades without taking anything away
said=$(apt --with-new-pkgs upgrade) || { told; exit 0; }
can=" $(names)" take='' left=''
for name; do
  case $can in
    *" $name "*) take="$take $name" ;;
    *) left="$left $name"; echo "left $name" ;;
  esac
done
if [ -n "$take" ]; then
  with=$(parted $take)
  only=--only-upgrade
  [ -z "$with" ] || only=
  if said=$(apt --no-remove $only install -- $take $with); then
    printf '%s\n' "$said" | grep '^Inst '
  else
    told
  fi
fi
if [ -n "$left" ]; then
  said=$(apt --only-upgrade install -- $left) &&
    printf '%s\n' "$said" | sed -n 's/^Remv \([^ ]*\) .*$/removes \1/p'
fi
true
