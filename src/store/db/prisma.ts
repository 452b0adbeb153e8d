import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#src/store/generated/client.ts';

/** Makes the Prisma client, which better-auth uses. */
export function makePrisma(databaseUrl: string): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, max: 5 }) });
}

export type { PrismaClient };
