#!/bin/sh
# Makes the client certificates of the tests anew, for a hundred years. Their authority's key is thrown away.
set -e
cd "$(dirname "$0")"
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj '/CN=Ringback test client authority' \
  -keyout "$temporary/ca-key.pem" -out client-ca.pem
for name in client client-other; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Ringback tests/CN=$name" \
    -keyout "$name-key.pem" -out "$temporary/$name.csr"
  openssl x509 -req -in "$temporary/$name.csr" -CA client-ca.pem -CAkey "$temporary/ca-key.pem" -CAcreateserial \
    -CAserial "$temporary/serial" -days 36500 -out "$name.pem"
done
