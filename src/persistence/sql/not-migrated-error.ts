/** The database has no schema yet, and it was not asked to make one (contract: storage §9, the text is exact). */
export class NotMigratedError extends Error {
  override readonly name = 'NotMigratedError';

  constructor() {
    super('Migrations were not applied yet, please apply them first.');
  }
}
