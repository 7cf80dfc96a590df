/** One request, and what its answer must say. */
export interface Question {
  /** gRPC: the message without its prefix, in base64. HTTP/1.1: the whole request, in base64. */
  readonly bytes: string;
  /**
   * gRPC: whether the message begins with field 1 = true or SERVING; of a batch check a value for each item; with
   * `undefined` any message will do. HTTP/1.1: whether it says `"allowed":true`.
   */
  readonly isAllowed: boolean | readonly boolean[] | undefined;
}

/** Requests that are sent now and then instead of the questions. */
export interface Writes {
  /** gRPC: `/package.Service/Method`. */
  readonly path: string;
  /** None of them is sent twice, in this window or another one, unless they go round. */
  readonly questions: readonly Question[];
  readonly goRound?: boolean;
  /** Of all requests, 0 to 1. */
  readonly share: number;
}

/** What the generator is asked to do: closed loop, every slot sends its next request when its answer is there. */
export interface WindowOrder {
  readonly protocol: 'grpc' | 'http1';
  /** The loopback interface when it is absent. */
  readonly host?: string;
  readonly port: number;
  /** The process whose CPU time counts; a server that runs elsewhere has none. */
  readonly pid: number | undefined;
  /** The first process of a PostgreSQL on this machine; it and its children are counted separately. */
  readonly databasePid?: number | undefined;
  /** gRPC only: `/package.Service/Method`. */
  readonly path: string;
  readonly questions: readonly Question[];
  /** No question is asked twice, in this window or another one; otherwise they go round. */
  readonly areAskedOnce?: boolean;
  readonly writes?: Writes | undefined;
  readonly connections: number;
  /** Requests under way on each connection; HTTP/1.1 has one. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** The window ends early, after as many answers. */
  readonly maxAnswers?: number;
}

/** What one window measured. */
export interface WindowResult {
  readonly requests: number;
  readonly wallMs: number;
  readonly serverCpuMs: number;
  readonly generatorCpuMs: number;
  /** CPU time of PostgreSQL, where its process was named. */
  readonly databaseCpuMs: number;
  /** CPU time used by anything else on the machine: databases included, unless they were named. */
  readonly elsewhereCpuMs: number;
  /** Of the questions; `writes` has its own. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly writes?: { readonly requests: number; readonly p50Ms: number; readonly p99Ms: number } | undefined;
}
