import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '#src/store/generated/client.ts';

/** Opens Prisma's client over a pool: its statements run on the pool's connections, and the limits of the pool hold for them. */
export function openPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(pool),
    // An error that is logged names the call, and quotes no source around it.
    errorFormat: 'minimal',
    // The pool gives up on a connection, and the database on a statement, before Prisma gives up on the transaction.
    transactionOptions: { maxWait: 6_000, timeout: 60_000 },
  });
}
