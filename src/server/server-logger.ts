/** What the servers log to; pino's loggers are of this shape. */
export interface ServerLogger {
  error(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}
