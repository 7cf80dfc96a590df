import { createServer } from 'node:http2';
import { create } from '@bufbuild/protobuf';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { CheckResponseSchema, CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { announce } from './announce.ts';

// What an RPC server on the usual adapter costs: Check with a handler that always allows.
const adapter = connectNodeAdapter({
  routes: (router) => {
    router.rpc(CheckService.method.check, () => create(CheckResponseSchema, { allowed: true }));
  },
});
announce(createServer(adapter));
