-- The certificate that requests show to an endpoint or an upstream, with its sealed key, and the authorities that are
-- believed there instead of the public ones.
ALTER TABLE "endpoint" ADD COLUMN "tls" JSON, ADD COLUMN "tls_key" BYTEA;
ALTER TABLE "upstream" ADD COLUMN "tls" JSON, ADD COLUMN "tls_key" BYTEA;
