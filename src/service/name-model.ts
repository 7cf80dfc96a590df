import type { Model } from '../namespace/model.ts';
import type { Call } from './rpc-service.ts';

const MODEL = 'stheno-model';

/** Names the version of the model that an answer comes from, when the request asks for it by `stheno-model: true`. */
export function nameModel(call: Call, model: Model): void {
  if (call.header(MODEL) === 'true') call.setHeader(MODEL, model.id);
}
