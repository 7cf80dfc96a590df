import { ResidentGraph } from './resident/resident-graph.ts';
import type { AbsentNamespaces } from './resident-facts.ts';

/** How many tuples come and go between two looks at the size of the graph. */
const LOOK_EVERY = 1024;
/** A namespace comes back when all then take no more than this share of the budget, so that it does not go again at once. */
const RETURN_SHARE = 0.8;

/** So much may names take that nothing has any more, and so large a share of the budget. */
const MAX_UNUSED_NAME_BYTES = 1024 * 1024;
const MAX_UNUSED_NAME_SHARE = 1 / 16;

/** A namespace that does not fit. */
interface Absence {
  /** How many, as far as it is known. */
  tuples: number;
  /** What one of them took when the namespace went. */
  readonly tupleBytes: number;
}

/**
 * Keeps a graph within its memory: when it grows over the budget the largest namespace goes as a whole, and the graph
 * is loaded anew without it; when there is room again the smallest comes back. What is absent is counted as it is
 * passed by while the graph is loaded, so that it is known what it would take.
 */
export class NamespaceBudget {
  readonly maxBytes: number;
  readonly #onChange: (absent: readonly string[]) => void;
  /** The namespaces that have tuples in the graph. */
  readonly #present = new Set<string>();
  /** Those that do not fit. */
  readonly #absences = new Map<string, Absence>();
  readonly #numbers = new Set<number>();
  #graph: ResidentGraph | undefined;
  #untilLook: number = LOOK_EVERY;
  #isChanging = false;
  /** What the names of the model and of namespaces take, which no set needs to have, as it was at the first look at the graph. */
  #unusedAtFirst: { readonly graph: ResidentGraph; readonly bytes: number } | undefined;
  /** The namespace that comes back with the next graph. */
  #returning: string | undefined;

  constructor(parts: {
    maxBytes: number;
    /** Called in a turn of its own when other namespaces are absent: the graph has to be loaded anew. */
    onChange: (absent: readonly string[]) => void;
  }) {
    this.maxBytes = parts.maxBytes;
    this.#onChange = parts.onChange;
  }

  /** An empty graph in the place of the one before, which is held to the budget from now on. */
  createGraph(): ResidentGraph {
    const graph = new ResidentGraph();
    this.#graph = graph;
    this.#present.clear();
    this.#numbers.clear();
    if (this.#returning !== undefined) this.#absences.delete(this.#returning);
    this.#returning = undefined;
    for (const [namespace, absence] of this.#absences) {
      this.#numbers.add(graph.names.intern(namespace));
      absence.tuples = 0;
    }
    return graph;
  }

  /** A graph with every namespace, in the place of the one that is being filled: held to the budget from now on. */
  adopt(graph: ResidentGraph): void {
    this.#graph = graph;
    for (const name of graph.names.all()) if (graph.tupleCountOf(name) > 0) this.#present.add(name);
  }

  /** The graph that is filled or followed. */
  get graph(): ResidentGraph | undefined {
    return this.#graph;
  }

  /** The absent namespaces by their numbers in the graph. */
  get absent(): AbsentNamespaces {
    return this.#numbers;
  }

  isAbsent(namespace: string): boolean {
    return this.#absences.has(namespace);
  }

  /** Whether a tuple of the namespace belongs into the graph, or, if it goes, out of it. */
  accepts(namespace: string): boolean {
    if (--this.#untilLook <= 0) this.#look();
    const absence = this.#absences.get(namespace);
    if (absence === undefined) {
      this.#present.add(namespace);
      return true;
    }
    absence.tuples++;
    return false;
  }

  /** Whether so many names are left of sets that are gone that the graph should be loaded anew. To be called now and then. */
  hasUnusedNames(): boolean {
    const graph = this.#graph;
    if (graph === undefined) return false;
    if (this.#unusedAtFirst?.graph !== graph) this.#unusedAtFirst = { graph, bytes: graph.nameUses.unusedByteSize };
    const max = Math.min(MAX_UNUSED_NAME_BYTES, this.maxBytes * MAX_UNUSED_NAME_SHARE);
    return graph.nameUses.unusedByteSize - this.#unusedAtFirst.bytes > max;
  }

  /** Lets a namespace come back if there is room. To be called now and then while the graph is followed. */
  review(): void {
    const graph = this.#graph;
    const [smallest] = [...this.#absences].sort(([, a], [, b]) => bytesOf(a) - bytesOf(b));
    if (graph === undefined || smallest === undefined || this.#isChanging) return;
    const [namespace, absence] = smallest;
    if (takenBytes(graph) + bytesOf(absence) > this.maxBytes * RETURN_SHARE) return;
    this.#returning = namespace;
    this.#change();
  }

  /** Lets the largest namespace go if the graph has grown over the budget. */
  #look(): void {
    this.#untilLook = LOOK_EVERY;
    const graph = this.#graph;
    if (graph === undefined || !isOverBudget(graph, this.maxBytes) || this.#isChanging) return;
    const [largest] = [...this.#present].sort((a, b) => graph.byteSizeOf(b) - graph.byteSizeOf(a));
    if (largest === undefined) return;
    this.#present.delete(largest);
    this.#absences.set(largest, { tuples: graph.tupleCountOf(largest), tupleBytes: tupleBytesOf(graph, largest) });
    this.#numbers.add(graph.names.intern(largest));
    this.#change();
  }

  /** Later, as whoever asks whether a tuple belongs into the graph is in the midst of changing it. */
  #change(): void {
    this.#isChanging = true;
    setImmediate(() => {
      this.#isChanging = false;
      this.#onChange([...this.#absences.keys()].filter((namespace) => namespace !== this.#returning));
    });
  }
}

/** Whether the graph takes more than it may. */
export function isOverBudget(graph: ResidentGraph, maxBytes: number): boolean {
  return takenBytes(graph) > maxBytes;
}

/** With the names that nothing has any more, which stay as long as the graph does. */
function takenBytes(graph: ResidentGraph): number {
  return graph.usedByteSize + graph.nameUses.unusedByteSize;
}

function bytesOf({ tuples, tupleBytes }: Absence): number {
  return tuples * tupleBytes;
}

/** Long names make a namespace's tuples larger than others'; subject ids belong to no namespace, so they count for all alike. */
function tupleBytesOf(graph: ResidentGraph, namespace: string): number {
  const own = graph.byteSizeOf(namespace) / Math.max(1, graph.tupleCountOf(namespace));
  return Math.max(own, graph.usedByteSize / Math.max(1, graph.tupleCount));
}
