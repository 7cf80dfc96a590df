import Database from 'better-sqlite3';
import pg from 'pg';
import { askedTuples } from '../questions.ts';
import { announce } from './announce.ts';
import { answer, unaryFloor } from './unary-floor.ts';

// The floor of a direct check: the empty handler and one primary-key look-up in Stheno's own tables, through the
// driver that Stheno uses. It reads no message: it looks the asked tuples up in turn.
const [, , dialect, location = ''] = process.argv;
const lookUp = dialect === 'sqlite' ? sqliteLookUp(location) : await postgresLookUp(location);
const tuples = askedTuples();
let next = 0;

const server = unaryFloor((stream) => {
  const { object, user } = tuples[next++ % tuples.length] ?? { object: '', user: '' };
  // A query that fails ends this server, and with it the measurement.
  void Promise.resolve(lookUp(object, user)).then(() => answer(stream));
});
announce(server);

function sqliteLookUp(file: string): (object: string, user: string) => unknown {
  const statement = new Database(file).prepare(
    `SELECT 1 FROM relation_tuples WHERE nid = 1 AND namespace = 'files' AND object = ? AND relation = 'view'
       AND subject_namespace = '' AND subject_object = ? AND subject_relation = ''`,
  );
  return (object, user) => statement.get(object, user);
}

async function postgresLookUp(connectionString: string): Promise<(object: string, user: string) => Promise<unknown>> {
  const pool = new pg.Pool({ connectionString, max: 4 });
  const text = `SELECT 1 FROM relation_tuples WHERE nid = 1 AND namespace = 'files' AND object = $1 AND relation = 'view'
      AND subject_namespace = '' AND subject_object = $2 AND subject_relation = ''`;
  await pool.query('SELECT 1');
  return (object, user) => pool.query({ name: 'look-up', text, values: [object, user] });
}
