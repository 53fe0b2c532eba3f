# shellcheck shell=sh
# shellcheck disable=SC2034  # words like @PATH@ are filled in
umask 077
say() { printf '\n%s%s %s\n' @FIRST@ @LAST@ "$1"; }
exec 9>>@PATH@ || exit 1
if ! flock -n 9; then say "taken $(cat @PATH@)"; exit; fi
printf '%s since %s\n' @WHO@ "$(date -u '+%F %T UTC')" >@PATH@
say held
while sleep 20; do echo; done 9>&- &
cat >/dev/null 9>&-
kill $!
