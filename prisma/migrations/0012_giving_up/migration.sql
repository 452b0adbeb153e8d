-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "give_up_on" JSON;

-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "give_up_on" JSON,
ADD COLUMN     "problem" JSON;
