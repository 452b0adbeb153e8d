import { randomUUID } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { roleScopes } from '#src/contract/project/scope.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { projectLimits } from '#src/domain/limits.ts';
import type { Passwords } from '#src/engine/people/account.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { chooseMembership, namedProject } from '#src/server/call/named-project.ts';
import type { Call } from '#src/server/http/http.ts';
import type { Db } from '#src/store/db/database.ts';
import { findRoles } from '#src/store/people/member-rows.ts';

/** Signing in to the dashboard, by better-auth: e-mail and password, sessions in the database, no open sign-up. */
export type Sessions = Passwords & {
  /** Better-auth's own routes; which of them can be reached, and how often, is not decided here. */
  answer(request: Request, peer: string): Promise<Response>;
  /** The person whose session cookie came with the request; refuses a stranger, and a mutation from another site. */
  authenticate(call: Call): Promise<Actor>;
  /** Who is signed in, member of a project or not. */
  findPerson(headers: Call['headers']): Promise<{ id: string; email: string } | null>;
  /** Refuses what a page of another site has sent. */
  requireOurPages(headers: Call['headers']): void;
  /** Makes a user with a password; answers the user's id. */
  createUser(user: { email: string; name: string; password: string }): Promise<string>;
  newUserId(): Promise<string>;
};

export type SessionOptions = { secret: string; origins: string[]; baseUrl: string };

const dayS = 86_400;
const hourS = 3_600;
const peerHeader = 'x-ringback-peer';

function makeAuth({ prisma }: Db, options: SessionOptions) {
  return betterAuth({
    appName: 'Ringback',
    baseURL: options.baseUrl,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: options.origins,
    database: prismaAdapter(prisma, { provider: 'postgresql' }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: projectLimits.passwordLength.min,
      maxPasswordLength: projectLimits.passwordLength.max,
    },
    session: { expiresIn: 7 * dayS, updateAge: hourS, cookieCache: { enabled: false } },
    // Ours holds for all processes together.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'ringback',
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [peerHeader] },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}

export function makeSessions(db: Db, options: SessionOptions): Sessions {
  const auth = makeAuth(db, options);
  const sessionOf = (headers: Call['headers']) =>
    headers.cookie ? auth.api.getSession({ headers: new Headers({ cookie: headers.cookie }) }) : null;
  const requireOurPages = (headers: Call['headers']) => {
    if (!fromOurPages(headers, options.origins))
      throw new Refusal('unauthorized', 'a session can change things only from the dashboard itself');
  };

  return {
    requireOurPages,
    answer(request, peer) {
      // Never an address that the caller could name.
      request.headers.set(peerHeader, peer);
      return auth.handler(request);
    },
    async authenticate(call) {
      const found = await sessionOf(call.headers);
      if (!found) throw new Refusal('unauthorized', 'sign in, or send an API key as `Authorization: Bearer rbk_…`');
      if (call.method !== 'GET') requireOurPages(call.headers);
      const { user, session } = found;
      const memberships = await findRoles(db, user.id);
      const member = chooseMembership(memberships, memberships.length > 0 ? namedProject(call) : null);
      if (!member) throw new Refusal('no_project', `${user.email} is a member of no project`);
      const scopes = new Set(roleScopes[member.role]);
      return {
        kind: 'user',
        id: user.id,
        name: user.email,
        projectId: member.projectId,
        scopes,
        sessionId: session.id,
      };
    },
    async findPerson(headers) {
      const found = await sessionOf(headers);
      return found && { id: found.user.id, email: found.user.email };
    },
    async createUser({ email, name, password }) {
      const { password: passwords, internalAdapter } = await auth.$context;
      const hash = await passwords.hash(password);
      const known = await internalAdapter.findUserByEmail(email.toLowerCase(), { includeAccounts: true });
      const userId =
        known?.user.id ??
        (await internalAdapter.createUser({ email: email.toLowerCase(), name, emailVerified: true })).id;
      // A first start that was broken off may have left the user without a password, or with one nobody knows.
      if (known?.accounts.some((account) => account.providerId === 'credential')) {
        await internalAdapter.updatePassword(userId, hash);
      } else {
        await internalAdapter.linkAccount({ userId, providerId: 'credential', accountId: userId, password: hash });
      }
      return userId;
    },
    async newUserId() {
      const { generateId } = await auth.$context;
      return generateId({ model: 'user' }) || randomUUID();
    },
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    verifyPassword: async (password, hash) => (await auth.$context).password.verify({ password, hash }),
  };
}

/** Browsers say where a request comes from; one that a page of another site made must not act by our cookie. */
function fromOurPages(headers: Record<string, string | undefined>, origins: string[]): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || origins.includes(headers.origin);
}
