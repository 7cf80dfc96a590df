/** A file of recorded exchanges, in the form in which they were recorded. */
export interface Suite {
  readonly suite: string;
  readonly setup: Setup;
  readonly cases: readonly Case[];
}

export interface Setup {
  /** What differs from the defaults, besides the database, the addresses and the namespaces. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Texts by file name; the first is the model unless `namespaces` says something else. */
  readonly files?: Readonly<Record<string, string>>;
  readonly namespaces?: unknown;
}

export interface Case {
  readonly name: string;
  /** All that is stored when the case begins: texts, or objects where a text could not say it. */
  readonly tuples?: readonly (string | object)[];
  readonly steps: readonly Step[];
}

export type PortName = 'read' | 'write' | 'opl' | 'metrics';

interface Expecting {
  readonly expect?: Answer;
  /** Where we answer differently on purpose; without an expectation the step is not for us. */
  readonly stheno?: { readonly decision: number | string; readonly expect?: Answer };
  /** JSON pointers into the expectation: only presence and type are compared. */
  readonly mask?: readonly string[];
  /** JSON pointers to arrays whose order does not matter. */
  readonly unordered?: readonly string[];
  /** Keeps what the pointers show, by name, for a `gathered` step. */
  readonly gather?: Readonly<Record<string, string>>;
}

export interface HttpStep extends Expecting {
  readonly kind: 'http';
  readonly port: PortName;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly base64?: string;
  /** Prior knowledge instead of HTTP/1.1. */
  readonly http2?: boolean;
}

export interface GrpcStep extends Expecting {
  readonly kind: 'grpc';
  readonly port: PortName;
  /** `package.Service/Method` */
  readonly method: string;
  readonly request?: unknown;
  readonly requests?: readonly unknown[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** The message in base64, instead of `request`. */
  readonly raw?: string;
  readonly emptyBody?: boolean;
  readonly compression?: 'gzip';
  /** Cancel after so many answers. */
  readonly take?: number;
}

export type Step =
  | HttpStep
  | GrpcStep
  | ({ readonly kind: 'gathered'; readonly name: string } & Expecting)
  | { readonly kind: 'reconfigure'; readonly setup: Setup };

/** What came back, or what should: `status`, `headers`, `json`, `code`, `response`, … */
export type Answer = Readonly<Record<string, unknown>>;
