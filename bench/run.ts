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

const [command] = positionals;
switch (command) {
  case 'model':
    console.log(DATASET_MODEL);
    break;
  case 'record':
  case 'smoke':
    await runRecord(command, values);
    break;
  case 'memory':
    if (!(await studyMemory(recordOptions('record', values), Number(values.minutes)))) process.exitCode = 1;
    break;
  case 'node-options':
    await studyNodeOptions(recordOptions('record', values));
    break;
  case 'publish':
    publish(JSON.parse(readFileSync(positionals[1] ?? '', 'utf8')));
    break;
  default:
    if (!(await compareWorlds(positionals, values))) process.exitCode = 1;
}

async function runRecord(mode: 'record' | 'smoke', flags: RecordFlags): Promise<void> {
  const results = await record(recordOptions(mode, flags));
  if (typeof flags.json === 'string') writeFileSync(flags.json, `${JSON.stringify(results)}\n`);
  if (flags['write-docs'] === true) publish(results);
  const reachesFloors = printFloors(results);
  console.log(`\n${results.minutes.toFixed(1)} minutes, ${results.failures.length} failures`);
  for (const failure of results.failures) console.log(`  ${failure}`);
  if (results.failures.length > 0 || !reachesFloors) process.exitCode = 1;
}
