-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "format" TEXT NOT NULL DEFAULT 'ringback';

-- AlterTable
ALTER TABLE "job" ADD COLUMN     "gateway" TEXT;
