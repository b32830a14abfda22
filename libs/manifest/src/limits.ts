/** Longest text of one file, in UTF-16 units. */
export const maxTextLength = 64 * 1024 * 1024;

/** Longest document in a text, a list of resources for example, in UTF-16 units. */
export const maxDocumentLength = 4 * 1024 * 1024;

/** Longest source of one resource on record, in bytes of UTF-8: one event, and a message of NATS is at most 1 MiB. */
export const maxSourceBytes = 256 * 1024;

/** Longest name of the file of a resource on record, in bytes of UTF-8. */
export const maxFileNameBytes = 4096;

/** Most resources that one call of parseManifests takes, those inside of lists included. */
export const maxResources = 100_000;

/** Most times that one anchor of a document comes in by aliases (`*name`); more is the "billion laughs" attack. */
export const maxAliases = 100;

/** Most aliases of one document in all. */
export const maxAliasesInAll = 500;

/** Deepest nesting of collections in one document. */
export const maxDepth = 100;

/** Most findings reported at once; reading stops there. */
export const maxFindings = 50;
