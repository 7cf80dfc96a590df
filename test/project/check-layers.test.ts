import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checkLayers } from '../../scripts/check-layers.ts';

describe('the layers of src/', () => {
  it('are kept', () => {
    assert.deepEqual(checkLayers('src'), []);
  });

  const forbidden = [
    {
      rule: 'a lower floor must not import a higher one',
      file: 'engine/check.ts',
      line: "import { serve } from '../server/listener.ts';",
      objection: "engine/check.ts: engine must not import server ('../server/listener.ts')",
    },
    {
      rule: 'types count as much as values',
      file: 'tuple/relation-tuple.ts',
      line: "import type { Model } from '../namespace/model.ts';",
      objection: "tuple/relation-tuple.ts: tuple must not import namespace ('../namespace/model.ts')",
    },
    {
      rule: 'neighbours of one floor must not import each other',
      file: 'graph/edges.ts',
      line: "export { rows } from '../persistence/sql/rows.ts';",
      objection: "graph/edges.ts: graph must not import persistence/sql ('../persistence/sql/rows.ts')",
    },
    {
      rule: 'the interfaces of persistence do not know their implementation',
      file: 'persistence/persister.ts',
      line: "import type { SqlPersister } from './sql/sql-persister.ts';",
      objection: "persistence/persister.ts: persistence must not import persistence/sql ('./sql/sql-persister.ts')",
    },
    {
      rule: 'the engine does not log',
      file: 'engine/check.ts',
      line: "import { logger } from '../observability/logger.ts';",
      objection: "engine/check.ts: engine must not import observability ('../observability/logger.ts')",
    },
    {
      rule: 'a client command does not open the database',
      file: 'cli/check.ts',
      line: "const sql = await import('../persistence/sql/open.ts');",
      objection: "cli/check.ts: cli must not import persistence/sql ('../persistence/sql/open.ts')",
    },
    {
      rule: 'a driver stays at home',
      file: 'service/check-service.ts',
      line: "import { sql } from 'kysely';",
      objection: "service/check-service.ts: 'kysely' belongs in persistence/sql only",
    },
    {
      rule: 'imports over several lines are seen',
      file: 'engine/expand.ts',
      line: "import {\n  type ExpandRequest,\n  type ExpandResponse,\n} from '#gen/expand_pb.js';",
      objection: "engine/expand.ts: '#gen/expand_pb.js' belongs in service, server, client, registry, cli only",
    },
    {
      rule: 'a new folder needs a floor',
      file: 'utils/strings.ts',
      line: "import 'node:fs';",
      objection: 'utils/strings.ts: belongs to no floor of scripts/check-layers.ts',
    },
  ];
  for (const { rule, file, line, objection } of forbidden) {
    it(`are defended: ${rule}`, () => {
      assert.deepEqual(objectionsTo(file, line), [objection]);
    });
  }

  const allowed = [
    { file: 'service/check-service.ts', line: "import { check } from '../engine/check.ts';" },
    { file: 'engine/check.ts', line: "import { evaluate } from './evaluate.ts';" },
    { file: 'cli/serve.ts', line: "import { Registry } from '../registry.ts';" },
    { file: 'cli/commands/migrate-up.ts', line: "import { migrate } from '../../persistence/sql/migrate.ts';" },
    { file: 'cli/expand-tree.ts', line: "import { subjectFromProto } from '../service/messages.ts';" },
    { file: 'persistence/sql/open.ts', line: "import pg from 'pg';" },
    { file: 'engine/check.ts', line: "/** See `import '../server/grpc.ts'`. */" },
  ];
  for (const { file, line } of allowed) {
    it(`allow in ${file}: ${line}`, () => {
      assert.deepEqual(objectionsTo(file, line), []);
    });
  }
});

function objectionsTo(file: string, text: string): string[] {
  const root = mkdtempSync(path.join(tmpdir(), 'layers-'));
  try {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), `${text}\n`);
    return checkLayers(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}
