/** Which try is looked at: of the job itself, or of one of its deliveries. Null before there is any. */
export type Selection = { owner: string; number: number } | null;
