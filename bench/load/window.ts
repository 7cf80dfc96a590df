/** One request, and what its answer must say. */
export interface Question {
  /** gRPC: the message without its prefix, in base64. HTTP/1.1: the whole request, in base64. */
  readonly bytes: string;
  /** gRPC: whether the message begins with field 1 = true or SERVING. HTTP/1.1: whether it says `"allowed":true`. */
  readonly isAllowed: boolean;
}

/** What the generator is asked to do: closed loop, every slot sends its next request when its answer is there. */
export interface WindowOrder {
  readonly protocol: 'grpc' | 'http1';
  readonly port: number;
  /** The process whose CPU time counts. */
  readonly pid: number;
  /** gRPC only: `/package.Service/Method`. */
  readonly path: string;
  readonly questions: readonly Question[];
  readonly connections: number;
  /** Requests under way on each connection; HTTP/1.1 has one. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
}

/** What one window measured. */
export interface WindowResult {
  readonly requests: number;
  readonly wallMs: number;
  readonly serverCpuMs: number;
  readonly generatorCpuMs: number;
  /** CPU time used by anything else on the machine, databases included. */
  readonly elsewhereCpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
