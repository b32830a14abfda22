// Addresses, prefixes, MACs, label sets, and the one error type. Pure.
export * from "./address.ts";
export * from "./error.ts";
export * from "./labels.ts";
export * from "./mac.ts";
export * from "./prefix.ts";
