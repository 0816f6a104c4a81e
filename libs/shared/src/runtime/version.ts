/** The version of all of albatross. */
export const VERSION = '0.1.0';
