/** A check that reaches this many steps is cut: a second of work, and more sets than anybody means to nest. */
export const MAX_STEPS = 1_000_000;
