/** The configuration cannot be read: a file is missing or unreadable, or sources contradict each other. */
export class ConfigProviderError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`unable to initialize config provider: ${reason}`, options);
    this.name = 'ConfigProviderError';
  }
}

/** The configuration was read and holds values or keys that are not allowed. */
export class ConfigError extends ConfigProviderError {
  /** For people, on several lines (contract: configuration §1): every problem with its place, value and reason. */
  readonly report: string;

  constructor(reason: string, report: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ConfigError';
    this.report = report;
  }
}
