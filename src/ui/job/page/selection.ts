/** The selected attempt of the job itself or of one of its deliveries. It is null before there is any. */
export type Selection = { owner: string; number: number } | null;
