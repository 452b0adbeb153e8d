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

/** Sign-in to the dashboard with better-auth: e-mail and password, sessions in the database, no open sign-up. */
export type Sessions = Passwords & {
  /**
   * Passes a request to better-auth's own routes. The caller of this function decides which routes are open, and how
   * often.
   */
  answer(request: Request, peer: string): Promise<Response>;
  /**
   * Returns the person of the session cookie. Refuses a request without a session, and a mutation from another site.
   */
  authenticate(call: Call): Promise<Actor>;
  /** Returns the signed-in person, even one who is in no project. */
  findPerson(headers: Call['headers']): Promise<{ id: string; email: string } | null>;
  /** Refuses a request that a page of another site has sent. */
  requireOurPages(headers: Call['headers']): void;
  /** Makes a user with a password. Returns the user's id. */
  createUser(user: { email: string; name: string; password: string }): Promise<string>;
  newUserId(): Promise<string>;
};

export type SessionOptions = { secret: string; origins: string[]; baseUrl: string };

const dayS = 86_400;
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
    // Without a refresh the row ends when the browser's cookie does, so that a copy of the cookie does not live on by its use.
    session: { expiresIn: 7 * dayS, disableSessionRefresh: true, cookieCache: { enabled: false } },
    // Our own rate limit applies to all processes together.
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
      // This overwrites any address that the caller has sent.
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
      // An interrupted first start may have left the user without a password, or with an unknown one.
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

/**
 * Checks that a request comes from our own pages. Browsers report the origin of a request. A request from another
 * site's page must not use our cookie.
 */
function fromOurPages(headers: Record<string, string | undefined>, origins: string[]): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || origins.includes(headers.origin);
}
