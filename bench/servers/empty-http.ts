import { createServer } from 'node:http';
import { announce } from './announce.ts';

const BODY = Buffer.from('{"allowed":true}\n');
const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'content-length': BODY.length };

// As little as a server on node:http can do for the same answer: it reads each request to its end.
announce(
  createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, HEADERS).end(BODY));
  }),
);
