/** Built objects and compiled JavaScript, kept from one mesh to the next; safe to delete at any time. */
export const cacheDirectory = "/var/cache/weft";
