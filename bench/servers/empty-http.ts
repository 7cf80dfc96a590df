import { createServer } from 'node:http';
import { announce } from './announce.ts';

const BODY = Buffer.from('{"allowed":true}\n');
const HEADERS = {
  'stheno-snaptoken': 'AQAAAAAAAQAAAAAAAAAA',
  'content-type': 'application/json; charset=utf-8',
  'content-length': BODY.length,
};

// As little as a server on node:http can do for the same answer: it has each request's body before it answers.
announce(
  createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () => response.writeHead(200, HEADERS).end(BODY));
  }),
);
