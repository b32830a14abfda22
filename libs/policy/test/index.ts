// For tests of whoever works with policies: random worlds, and what the texts say of them.

export * from "../src/oracle/oracle.ts";
export * from "./arbitraries.ts";
export * from "./full-arbitraries.ts";
export * from "./world.ts";
