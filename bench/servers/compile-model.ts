import { built } from '../built.ts';
import { largeModel } from '../large-model.ts';

// Reads and compiles a model of as many namespaces as the argument says, once, in a fresh process.
const { parseOpl } = (await built('opl/parse.js')) as typeof import('../../src/opl/parse.ts');
const { Model } = (await built('namespace/model.js')) as typeof import('../../src/namespace/model.ts');
const { compileModel } = (await built('engine/compile-model.js')) as typeof import('../../src/engine/compile-model.ts');

const text = largeModel(Number(process.argv[2]));
const before = process.cpuUsage();
const { namespaces, errors } = parseOpl(text);
if (errors.length > 0) throw new Error(`the model is broken: ${JSON.stringify(errors[0])}`);
const parsed = process.cpuUsage(before);
compileModel(new Model('opl', namespaces));
const all = process.cpuUsage(before);
console.log(JSON.stringify({ parseMs: milliseconds(parsed), totalMs: milliseconds(all) }));

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
