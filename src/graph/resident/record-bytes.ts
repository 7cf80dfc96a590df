/** What a tuple, a set and an object take, with their share of the indexes and without names. */
export const TUPLE_BYTES = 20;
export const VERTEX_BYTES = 20;
export const ENTITY_BYTES = 20;
