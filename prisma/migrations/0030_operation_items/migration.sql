-- What each operation made, cancelled, or sent again: the ids of jobs or of deliveries. A row goes with its job or delivery.
CREATE TABLE "operation_item" (
    "operation_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,

    CONSTRAINT "operation_item_pkey" PRIMARY KEY ("operation_id","item_id")
);

CREATE INDEX "operation_item_item_id_idx" ON "operation_item"("item_id");
