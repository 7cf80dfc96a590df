/** A check that reaches this many steps is cut: a second of work, and more sets than anybody means to nest. */
export const MAX_STEPS = 1_000_000;

/**
 * The same for a check that loads its facts: every level goes again over what the ones before have found, and nothing that
 * is not loaded yet can be left out. So it gives up on no question that the graph has an answer to.
 */
export const MAX_LOADING_STEPS: number = 10 * MAX_STEPS;
