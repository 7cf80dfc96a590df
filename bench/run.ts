import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compareWorlds } from './compare-worlds.ts';
import { DATASET_MODEL } from './datasets/dataset-model.ts';
import { record } from './record/record.ts';
import { type RecordFlags, recordOptions } from './record/record-options.ts';

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
  default:
    if (!(await compareWorlds(positionals, values))) process.exitCode = 1;
}

async function runRecord(mode: 'record' | 'smoke', flags: RecordFlags): Promise<void> {
  const results = await record(recordOptions(mode, flags));
  if (typeof flags.json === 'string') writeFileSync(flags.json, `${JSON.stringify(results)}\n`);
  console.log(`\n${results.minutes.toFixed(1)} minutes, ${results.failures.length} failures`);
  for (const failure of results.failures) console.log(`  ${failure}`);
  if (results.failures.length > 0) process.exitCode = 1;
}
