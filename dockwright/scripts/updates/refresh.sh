# shellcheck shell=sh
# shellcheck disable=SC2154 # said: of what stands before it
# $1: finish, where dpkg was interrupted; $2: fetch, where the lists are to be fetched
if [ "$1" = finish ]; then
  patiently dpkg --force-confdef --force-confold --configure -a || {
    echo "dpkg was interrupted before, and does not come to its end; see above, and mend it" >&2
    exit 1
  }
fi
[ "$2" = fetch ] || exit 0
was=$(stat -c %Y /var/lib/apt/lists)
failed() {  # what was not fetched whole is as old as before: the next run fetches it again
  touch -d "@$was" /var/lib/apt/lists
  exit 1
}
patiently apt-get -qq -o DPkg::Lock::Timeout=300 update || failed
# without a mirror it ends with 0, and goes on with former lists
case $said in
  *'Failed to fetch'* | *'Some index files failed'* | *'GPG error'*)
    printf '%s\n' "$said" >&2
    failed
    ;;
esac
mkdir -p /var/lib/apt/periodic
touch /var/lib/apt/periodic/update-success-stamp
