import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

const FOLDER = new URL('..', import.meta.url);

/**
 * What a check must answer: `unknown` that the depth ran out (a denial outside strict mode, an
 * error in it), `error` that there is no answer.
 */
const expectedCheck = z.union([z.boolean(), z.enum(['unknown', 'error'])]);
export type CheckOutcome = z.infer<typeof expectedCheck>;

/**
 * A subject, for a node without children, or one key that says `kind subject` (only `kind` where
 * the node has no subject) and its children, in any order.
 */
export type ExpectedTree = string | { [node: string]: ExpectedTree[] };
const expectedTree: z.ZodType<ExpectedTree> = z.lazy(() =>
  z.union([z.string(), z.record(z.string(), z.array(expectedTree))]),
);

const listing = z.strictObject({
  query: z.strictObject({
    namespace: z.string().optional(),
    object: z.string().optional(),
    relation: z.string().optional(),
    subject: z.string().optional(),
  }),
  /** In the order of the answer. */
  tuples: z.array(z.string()),
});

const scenarioFile = z.strictObject({
  /** The model in OPL, or the path of its file from here. */
  model: z.string(),
  tuples: z.array(z.string()),
  /** By the tuple that is asked for. */
  checks: z.record(z.string(), expectedCheck),
  /** Without it the checks must be answered alike in both modes. */
  strict: z.boolean().optional(),
  /** How deep checks and expansions go; without it as deep as the server's default. */
  max_depth: z.int().positive().optional(),
  /** By the set; permits are followed. In strict mode subject ids are not shown, so expansions are for one mode. */
  expands: z.record(z.string(), expectedTree).default({}),
  lists: z.array(listing).default([]),
});

/** A model that people write, what is stored under it, and what has to follow. */
export type Scenario = z.infer<typeof scenarioFile> & { readonly name: string };

/** The scenarios of this folder. @throws for a file that says something else than a scenario can, or twice the same */
export function readScenarios(): Scenario[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => {
    const document: unknown = parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    const result = scenarioFile.safeParse(document);
    if (!result.success) throw new Error(`${file} is not a scenario: ${z.prettifyError(result.error)}`);
    return { name: file.replace(/\.yaml$/, ''), ...result.data, model: modelText(result.data.model) };
  });
}

/** No model does without braces, and no path of ours has one. */
function modelText(model: string): string {
  return model.includes('{') ? model : readFileSync(new URL(model, FOLDER), 'utf8');
}
