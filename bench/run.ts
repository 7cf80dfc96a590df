import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compareWorlds } from './compare-worlds.ts';
import { DATASET_MODEL } from './datasets/dataset-model.ts';
import { printFloors } from './record/print-floors.ts';
import { publish } from './record/publish.ts';
import { record } from './record/record.ts';
import { type RecordFlags, recordOptions } from './record/record-options.ts';
import { studyMemory } from './record/study-memory.ts';
import { studyNodeOptions } from './record/study-node-options.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    'window-ms': { type: 'string' },
    'in-flight': { type: 'string' },
    tuples: { type: 'string' },
    questions: { type: 'string' },
    datasets: { type: 'string' },
    servers: { type: 'string' },
    postgres: { type: 'string' },
    target: { type: 'string' },
    'target-name': { type: 'string' },
    'target-pid': { type: 'string' },
    'target-postgres-pid': { type: 'string' },
    'target-loaded': { type: 'boolean' },
    json: { type: 'string' },
    'write-docs': { type: 'boolean' },
    minutes: { type: 'string', default: '10' },
  },
});

// PostgreSQL's starter ends the process with 0 once nothing is left to do, whatever its exit code was set to.
process.exit((await run(positionals)) ? 0 : 1);

/** Returns whether everything that was measured is as it should be. */
async function run([command, argument = '']: readonly string[]): Promise<boolean> {
  switch (command) {
    case 'model':
      console.log(DATASET_MODEL);
      return true;
    case 'record':
    case 'smoke':
      return await runRecord(command, values);
    case 'publish':
      publish(JSON.parse(readFileSync(argument, 'utf8')));
      return true;
    case 'memory':
      return await studyMemory(recordOptions('record', values), Number(values.minutes));
    case 'node-options':
      await studyNodeOptions(recordOptions('record', values));
      return true;
    default:
      return await compareWorlds(positionals, values);
  }
}

async function runRecord(mode: 'record' | 'smoke', flags: RecordFlags): Promise<boolean> {
  const results = await record(recordOptions(mode, flags));
  if (typeof flags.json === 'string') writeFileSync(flags.json, `${JSON.stringify(results)}\n`);
  if (flags['write-docs'] === true) publish(results);
  const reachesFloors = printFloors(results);
  console.log(`\n${results.minutes.toFixed(1)} minutes, ${results.failures.length} failures`);
  for (const failure of results.failures) console.log(`  ${failure}`);
  return results.failures.length === 0 && reachesFloors;
}
