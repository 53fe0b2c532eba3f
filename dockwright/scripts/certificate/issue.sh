# shellcheck shell=sh
openssl ecparam -name prime256v1 -genkey -noout -out .new/tls.key
openssl req -new -sha256 -config .new/openssl.cnf -key .new/tls.key -out .new/tls.csr
openssl x509 -req -sha256 -in .new/tls.csr -CA "$CA/ca.crt" -CAkey "$CA/ca.key" \
  -set_serial "0x$(openssl rand -hex 16)" -days "$DAYS" \
  -extfile .new/openssl.cnf -extensions server -out .new/tls.crt
chown "0:$GROUP" .new/tls.key
chmod 0640 .new/tls.key
chmod 0644 .new/tls.crt
mv -fT .new/tls.key tls.key
mv -fT .new/tls.crt tls.crt
