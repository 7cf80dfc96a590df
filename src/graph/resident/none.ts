/** In place of a number: there is no such thing, or a list ends here. */
export const NONE = -1;
