# shellcheck shell=sh
# shellcheck disable=SC2034 # values of what follows
# Written by Dockwright. Renews the registry's certificate ahead of its end; run by a timer, once
# a day. A run of Dockwright that comes first does the same.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOME_=@HOME@ FOLDER=@SETTINGS@ GROUP=@GROUP@ MODE=0750 CA=@AUTHORITY@ DAYS=@DAYS@
if ! openssl x509 -checkend @AHEAD@ -noout -in @CERTIFICATE@ >/dev/null 2>&1; then
  ( # as a run does it; what stands before || would not end at its first error
@ISSUE@
  ) <@NAMES@
  status=$?
  [ "$status" -eq 0 ] || exit "$status"
  echo "renewed: the registry's certificate ($(openssl x509 -enddate -noout -in @CERTIFICATE@))"
fi
