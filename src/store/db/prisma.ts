import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '#src/store/generated/client.ts';

/** Opens Prisma's client over a pool. Its statements run on the pool's connections, with the pool's limits. */
export function openPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(pool),
    // With this format, a logged error names the call but quotes no source code.
    errorFormat: 'minimal',
    // The pool gives up on a connection, and the database on a statement, before Prisma gives up on the transaction.
    transactionOptions: { maxWait: 6_000, timeout: 60_000 },
  });
}
