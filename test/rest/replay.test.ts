import { replaySuites } from '../support/replay/replay-suites.ts';

replaySuites(new URL('../conformance/http/', import.meta.url));
