import { createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { Endpoint } from './endpoint.ts';

/** The snaptoken of a check that was just answered. */
export async function currentSnaptoken({ host, readPort }: Endpoint): Promise<string> {
  const baseUrl = `http://${host}:${readPort}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  try {
    const client = createClient(CheckService, createGrpcTransport({ baseUrl, sessionManager }));
    const subject = { ref: { case: 'id', value: 'nobody' } } as const;
    return (await client.check({ tuple: { namespace: 'Page', object: 'none', relation: 'viewers', subject } }))
      .snaptoken;
  } finally {
    sessionManager.abort();
  }
}
