# shellcheck shell=sh
openssl ecparam -name prime256v1 -genkey -noout -out .new/ca.key
openssl req -x509 -new -sha256 -config .new/openssl.cnf -key .new/ca.key \
  -days "$DAYS" -out .new/ca.crt
chmod 0644 .new/ca.crt
mv -fT .new/ca.key "$NAME.key"
mv -fT .new/ca.crt "$NAME.crt"
[ "$NAME" = next ] || rm -f next.key next.crt former.crt
