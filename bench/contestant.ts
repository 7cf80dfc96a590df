import type { Question } from './load/window.ts';
import type { ServerProcess } from './server-process.ts';

/** A server with the requests it is driven with. */
export interface Contestant {
  readonly name: string;
  readonly server: ServerProcess;
  readonly protocol: 'grpc' | 'http1';
  /** gRPC only: `/package.Service/Method`. */
  readonly path: string;
  readonly questions: readonly Question[];
}

/** What has to hold between two contestants: `of` may use at most `atMost` times the CPU time a request of `base`. */
export interface Claim {
  readonly of: string;
  readonly base: string;
  readonly atMost: number;
}
