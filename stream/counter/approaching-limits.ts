/** Under half of the count it is not close, and with a count of few one more item is news enough. */
export const CLOSE_PART = 0.5;
export const FIRE_AT_MIN = 10;
/** Held of a group whose items would have to be gone through: a larger one is not named. */
export const ITEMS_MAX = 20_000;
