# shellcheck shell=sh
# $1: the CA's folder. The key first: one that is not the certificate's, beside a next certificate
# whose key it is, says that this was cut off.
set -e
umask 077
cd "$1"
if [ -f next.key ]; then
  cp ca.crt former.new
  chmod 0644 former.new
  mv -fT former.new former.crt
  mv -fT next.key ca.key
fi
mv -fT next.crt ca.crt
