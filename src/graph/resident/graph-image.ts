import type { EdgesImage } from './edges.ts';
import type { EntitiesImage } from './entities.ts';
import type { GraphSeeds } from './graph-seeds.ts';
import type { NameUsesImage } from './name-uses.ts';
import type { NamespacesImage } from './namespaces.ts';
import type { VerticesImage } from './vertices.ts';

/** A graph on its way from one thread to another: plain objects and typed arrays, as the structured clone algorithm takes them. */
export interface GraphImage {
  readonly names: readonly string[];
  readonly nameUses: NameUsesImage;
  readonly namespaces: NamespacesImage;
  readonly checksum: Uint32Array;
  readonly seeds: GraphSeeds;
  readonly entities: EntitiesImage;
  readonly vertices: VerticesImage;
  readonly edges: EdgesImage;
}

/** The memory of an image, so that it is handed over and not copied. */
export function buffersOf(image: GraphImage): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  collect(image, buffers);
  return buffers;
}

function collect(value: unknown, into: ArrayBuffer[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value))
    into.push(value.buffer as ArrayBuffer); // nothing in a graph is shared
  else for (const part of Object.values(value)) collect(part, into);
}
