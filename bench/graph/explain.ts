import type { ExplainOptions } from '../../src/engine/permission-engine.ts';
import { GraphPermissionEngine } from '../../src/graph/graph-permission-engine.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { parseTuple } from '../../src/tuple/tuple-text.ts';
import { DRIVE_MODEL } from './drive-model.ts';

/**
 * What an explanation costs beside the check of the same question on the resident graph, in CPU time and in turns, without
 * a server around it: `npx tsx bench/graph/explain.ts`.
 */

const OPTIONS: ExplainOptions = { model: DRIVE_MODEL, strict: false, maxDepth: 25, mayBeStale: true, maxSteps: 100 };
const QUESTIONS = [
  'Doc:plain#viewers@ann',
  'Doc:plain#view@ann',
  'Doc:plain#view@bob',
  'Doc:deep#view@ann',
  'Doc:deep#view@bob',
  'Doc:deep#read@ann',
  'Doc:deep#read@eve',
];
const ROUNDS = 30;
const ROUND_CALLS = 300;

const engine = engineOn(graphOf(tuples()));
for (const text of QUESTIONS) await measure(text, parseTuple(text));

async function measure(text: string, question: RelationTuple): Promise<void> {
  const { answer } = await engine.explain(question, OPTIONS);
  const checkUs: number[] = [];
  const explainUs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    checkUs.push(await cost(() => engine.check([question], OPTIONS)));
    explainUs.push(await cost(() => engine.explain(question, OPTIONS)));
  }
  const [check, explained] = [Math.min(...checkUs), Math.min(...explainUs)];
  console.log(
    `${text}, ${answer.kind}: check ${check.toFixed(1)} us, explain ${explained.toFixed(1)} us, ` +
      `${(explained / check).toFixed(1)} times`,
  );
}

/** CPU time of a call in microseconds. */
async function cost(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < ROUND_CALLS; call++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ROUND_CALLS;
}

/** Documents with a viewer of their own, and one whose viewers come by ten groups and three folders. */
function* tuples(): Generator<string> {
  yield 'Doc:plain#viewers@ann';
  yield 'Doc:deep#banned@eve';
  yield 'Doc:deep#parents@(Folder:a#)';
  yield 'Folder:a#parents@(Folder:b#)';
  yield 'Folder:b#parents@(Folder:c#)';
  yield 'Folder:c#viewers@(Group:9#members)';
  for (let i = 0; i < 10; i++) yield `Doc:deep#viewers@(Group:of-doc-${i}#members)`;
  for (let i = 0; i < 10; i++) yield `Group:${i}#members@user-${i}`;
  yield 'Group:9#members@ann';
  yield 'Group:9#members@eve';
}

function graphOf(texts: Iterable<string>): ResidentGraph {
  const graph = new ResidentGraph();
  for (const text of texts) graph.insert(parseTuple(text));
  return graph;
}

function engineOn(graph: ResidentGraph): GraphPermissionEngine {
  const database = new SqlPermissionEngine({
    persister: { readFacts: none, listTuples: none, readSnapshot: none, readRevision: none },
  });
  return new GraphPermissionEngine({
    state: { graph, revision: 1, fresh: async () => 1, awaitRevision: async () => 1, hold: () => () => {} },
    budget: { absent: new Set(), isAbsent: () => false },
    database,
    both: database,
  });
}

function none(): never {
  throw new Error('the graph has everything');
}
