-- CreateTable
CREATE TABLE "listener" (
    "endpoint_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "listener_pkey" PRIMARY KEY ("endpoint_id")
);

-- CreateTable
CREATE TABLE "listener_message" (
    "id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "taken_at" TIMESTAMPTZ(3),
    "sealed" BYTEA NOT NULL,
    "status" INTEGER,
    "answer_sealed" BYTEA,

    CONSTRAINT "listener_message_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "listener_message_endpoint_id_idx" ON "listener_message"("endpoint_id");
