import type { IncomingMessage, ServerResponse } from 'node:http';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { toNodeHandler } from 'better-auth/node';
import { Refusal } from '#src/contract/error-code.ts';
import { type Role, roleScopes } from '#src/contract/scope.ts';
import type { Db } from '#src/store/pool.ts';
import { makePrisma } from '#src/store/prisma.ts';
import { findMembership } from '#src/store/projects.ts';
import type { Actor } from './actor.ts';

export type Member = { email: string; name: string; role: Role };

/** Signing in to the dashboard, by better-auth: e-mail and password, sessions in the database, no open sign-up. */
export type Sessions = {
  handle(request: IncomingMessage, response: ServerResponse): Promise<unknown>;
  /** The person whose session cookie came with the request; refuses a stranger, and a mutation from another site. */
  authenticate(headers: Record<string, string | undefined>, method: string): Promise<Actor>;
  findMember(userId: string): Promise<Member | null>;
  /** Makes a user with a password; answers the user's id. */
  createUser(user: { email: string; name: string; password: string }): Promise<string>;
  close(): Promise<void>;
};

export type SessionOptions = { databaseUrl: string; secret: string; origins: string[]; baseUrl: string };

const dayS = 86_400;

export function makeSessions(db: Db, options: SessionOptions): Sessions {
  const prisma = makePrisma(options.databaseUrl);
  const auth = betterAuth({
    appName: 'Ringback',
    baseURL: options.baseUrl,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: options.origins,
    database: prismaAdapter(prisma, { provider: 'postgresql' }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    session: { expiresIn: 7 * dayS, updateAge: dayS, cookieCache: { enabled: false } },
    rateLimit: { enabled: true, window: 60, max: 300, customRules: { '/sign-in/email': { window: 60, max: 10 } } },
    advanced: {
      cookiePrefix: 'ringback',
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: ['x-ringback-peer'] },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
  const handler = toNodeHandler(auth);

  return {
    handle(request, response) {
      // The peer's own address, never one that the caller could name: it keys the sign-in rate limit.
      request.headers['x-ringback-peer'] = request.socket.remoteAddress ?? 'unknown';
      return handler(request, response);
    },
    async authenticate(headers, method) {
      const session = headers.cookie
        ? await auth.api.getSession({ headers: new Headers({ cookie: headers.cookie }) })
        : null;
      if (!session) throw new Refusal('unauthorized', 'sign in, or send an API key as `Authorization: Bearer rbk_…`');
      if (method !== 'GET' && !fromOurPages(headers, options.origins)) {
        throw new Refusal('unauthorized', 'a session can change things only from the dashboard itself');
      }
      const member = await findMembership(db, session.user.id);
      if (!member) throw new Refusal('missing_scope', `${session.user.email} is a member of no project`);
      const scopes = new Set(roleScopes[member.role as Role]);
      return { kind: 'user', id: session.user.id, projectId: member.project_id, scopes };
    },
    async findMember(userId) {
      const row = await findMembership(db, userId);
      return row ? { email: row.email, name: row.name, role: row.role as Role } : null;
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
    close: () => prisma.$disconnect(),
  };
}

/** Browsers say where a request comes from; one that a page of another site made must not act by our cookie. */
function fromOurPages(headers: Record<string, string | undefined>, origins: string[]): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || origins.includes(headers.origin);
}
