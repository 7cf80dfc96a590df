/** About so many steps are taken before others can have their turn: well below a millisecond. */
export const STRETCH_STEPS = 500;
