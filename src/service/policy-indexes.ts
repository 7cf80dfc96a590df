import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DocumentChange, DocumentKey, PolicyDocuments } from '../persistence/policy-documents.ts';
import type { Revision } from '../persistence/revision.ts';
import { parsePolicy, parseRole } from '../policy/documents.ts';
import { FLAVORS, type Flavor } from '../policy/flavor.ts';
import { PolicyIndex } from '../policy/policy-index.ts';
import { parseCollection } from './stored-policies.ts';

/** How long a load holds up other requests at most, but for one document that takes longer. */
const MAX_TURN_MS = 4;

/** The indexes of one state of the store, by flavor. */
type Indexes = ReadonlyMap<Flavor, PolicyIndex>;

/**
 * Keeps an index of the policies and roles of each flavor at the newest state of the store:
 * it is loaded when it is first asked for, and follows the change log from then on.
 */
export class PolicyIndexes {
  readonly #documents: PolicyDocuments;
  #held: { readonly indexes: Indexes; revision: Revision } | undefined;
  /** The reading that is under way, settled when none is. */
  #running: Promise<unknown> = Promise.resolve();
  /** The reading that begins when that one ends. */
  #next: Promise<Indexes> | undefined;

  constructor({ documents }: { documents: PolicyDocuments }) {
    this.#documents = documents;
  }

  /**
   * The index of a flavor with every change that was acknowledged anywhere before the call.
   * It stays at that state until the caller gives up the turn. Calls that come while the log is
   * being read share the next reading, because that one begins after them.
   */
  async fresh(flavor: Flavor): Promise<PolicyIndex> {
    this.#next ??= this.#begin();
    return indexOf(await this.#next, flavor);
  }

  /** How many policies of a flavor are held; 0 before they were first asked for. */
  policyCount(flavor: Flavor): number {
    return this.#held?.indexes.get(flavor)?.policyCount ?? 0;
  }

  #begin(): Promise<Indexes> {
    const reading = this.#running.then(() => {
      this.#next = undefined;
      return this.#catchUp();
    });
    this.#running = reading.catch(() => {}); // whoever asked gets it
    return reading;
  }

  async #catchUp(): Promise<Indexes> {
    const held = this.#held;
    if (held === undefined) return this.#load();
    const found = await this.#documents.readChanges(held.revision);
    if (found.kind === 'gap') return this.#load();
    for (const change of found.changes) apply(held.indexes, change);
    held.revision = found.revision;
    return held.indexes;
  }

  async #load(): Promise<Indexes> {
    const indexes: Indexes = new Map(FLAVORS.map((flavor) => [flavor, new PolicyIndex({ flavor })]));
    let revision: Revision = 0;
    await this.#documents.load(async (page) => {
      revision = page.revision;
      let beganMs = performance.now();
      for (const { collection, text } of page.documents) {
        put(indexes, collection, text);
        if (performance.now() - beganMs < MAX_TURN_MS) continue;
        await nextTurn();
        beganMs = performance.now();
      }
    });
    this.#held = { indexes, revision };
    return indexes;
  }
}

function apply(indexes: Indexes, { key, text }: DocumentChange): void {
  if (text === undefined) remove(indexes, key);
  else put(indexes, key.collection, text);
}

function remove(indexes: Indexes, { collection, id }: DocumentKey): void {
  const { flavor, kind } = parseCollection(collection);
  const index = indexOf(indexes, flavor);
  if (kind === 'policies') index.deletePolicy(id);
  else index.deleteRole(id);
}

function put(indexes: Indexes, collection: string, text: string): void {
  const { flavor, kind } = parseCollection(collection);
  const index = indexOf(indexes, flavor);
  if (kind === 'policies') index.upsertPolicy(parsePolicy(text));
  else index.upsertRole(parseRole(text));
}

function indexOf(indexes: Indexes, flavor: Flavor): PolicyIndex {
  const index = indexes.get(flavor);
  if (index === undefined) throw new Error(`BUG: no index of the flavor "${flavor}"`);
  return index;
}
