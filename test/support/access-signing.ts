import type { Scope } from '#src/contract/project/scope.ts';

const admin = { scope: 'admin' as Scope };
// The project of the calls has no key of this id, so it is found by nobody.
const key = () => ({ secretId: '019a9f70-54c2-7d8b-9a31-6a1d2b3c4d5f' });

/** What each procedure of a project's ed25519 keys needs, as `access.test.ts` describes it. */
export const signingProcedures = {
  'project.signingKeys': { ...admin, input: () => undefined, names: false },
  'project.rotateSigningKey': { ...admin, input: () => ({}), names: false },
  'project.endSigningKey': { ...admin, input: key, names: true },
};

/** What each route of a project's ed25519 keys needs. */
export const signingRoutes = {
  'GET /v1/project/signing-keys': { ...admin, names: false },
  'POST /v1/project/rotate-signing-key': { ...admin, names: false },
  'POST /v1/project/end-signing-key': { ...admin, names: true, json: key },
};
