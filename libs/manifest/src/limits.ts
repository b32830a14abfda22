/** Longest text of one file, in UTF-16 units. */
export const maxTextLength = 4 * 1024 * 1024;

/** Most resources that one call of parseManifests takes, those inside of lists included. */
export const maxResources = 10_000;

/** Most YAML aliases (`*name`) of one document; more is the "billion laughs" attack. */
export const maxAliases = 100;

/** Deepest nesting of collections in one document. */
export const maxDepth = 100;

/** Most findings reported at once; reading stops there. */
export const maxFindings = 50;
