import { z } from 'zod';
import type { Exact } from '#src/contract/event/event-schemas-job.ts';
import type { MadePublicKey, SecretInfo } from './endpoint.ts';
import { madePublicKeySchema, secretInfoSchema } from './endpoint-schemas.ts';

/** The live ed25519 keys of a project, without their private halves. */
export type SigningKeys = {
  /** URL of the page of public keys, which needs no API key. */
  jwksUrl: string;
  /** Keys that sign now, newest first. Empty: callbacks to URLs have no `v1a` signatures. */
  secrets: SecretInfo[];
};

/** Answer to a rotation of a project's key: the new public key, and all that sign now. */
export type RotatedSigningKey = MadePublicKey & SigningKeys;

/** A public key as JWK (RFC 8037). `kid` is the id of the key. */
export type PublicKeyJwk = { kty: 'OKP'; crv: 'Ed25519'; alg: 'EdDSA'; use: 'sig'; kid: string; x: string };

/** The content of a page of public keys (RFC 7517). */
export type PublicKeyPage = { keys: PublicKeyJwk[] };

const shape = {
  jwksUrl: z.string().describe('The page of public keys. It needs no API key.'),
  secrets: z.array(secretInfoSchema).describe('The keys that sign now, newest first.'),
};

/** The live keys of a project. */
export const signingKeysSchema = z.strictObject(shape).meta({
  description: 'The keys that sign callbacks to URLs, and where their public halves are.',
}) satisfies z.ZodType<SigningKeys>;

/** What rotating a project's key answers. */
export const rotatedSigningKeySchema = madePublicKeySchema
  .extend(shape)
  .meta({ description: 'The new public key, and all keys that sign now.' }) satisfies z.ZodType<RotatedSigningKey>;

/** Checks at compile time that schemas and types agree in both directions. */
export type SigningKeySchemasAreExact = [
  Exact<z.infer<typeof signingKeysSchema>, SigningKeys>,
  Exact<z.infer<typeof rotatedSigningKeySchema>, RotatedSigningKey>,
];
