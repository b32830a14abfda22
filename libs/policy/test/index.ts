// For tests of whoever works with policies: random worlds, and what the texts say of them.
export * from "./arbitraries.ts";
export * from "./full-arbitraries.ts";
export * from "./oracle.ts";
export * from "./world.ts";
