import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#src/store/generated/client.ts';

/** Prisma for everything off the hot path, and for better-auth. */
export function makePrisma(databaseUrl: string): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, max: 5 }) });
}

export type { PrismaClient };
