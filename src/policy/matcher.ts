import type { StepBudget } from './regexp/step-budget.ts';

/** Tells whether a value matches. Throws a `StepsExhaustedError` when the budget runs out. */
export type Matcher = (value: string, budget: StepBudget) => boolean;
