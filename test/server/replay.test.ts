import { replaySuites } from '../support/replay/replay-suites.ts';

replaySuites(new URL('../conformance/grpc/', import.meta.url));
