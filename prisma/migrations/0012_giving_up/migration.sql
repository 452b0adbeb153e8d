-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "give_up_on" JSON;

-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "asked_until" TIMESTAMPTZ(3),
ADD COLUMN     "give_up_on" JSON,
ADD COLUMN     "healthy_from" TIMESTAMPTZ(3),
ADD COLUMN     "problem" JSON;
