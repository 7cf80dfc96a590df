import { announce } from './announce.ts';
import { answer, unaryFloor } from './unary-floor.ts';

// The floor of the transport.
announce(unaryFloor(answer));
