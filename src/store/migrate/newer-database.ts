/** Error for a database that a newer version of Ringback has migrated. `unknown` is what this program does not know. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
  readonly unknown: readonly string[];

  constructor(unknown: readonly string[]) {
    super(
      `The database is newer than this program, which does not know: ${unknown.join(', ')}. ` +
        'Run the version of Ringback that applied it, or a later one.',
    );
    this.unknown = unknown;
  }
}
