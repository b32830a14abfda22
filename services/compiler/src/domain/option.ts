import { accept, type Decider, refuse, type WeftEvent } from "@weft/log";
import * as z from "zod";

/** Every setting there is, its values, and what it is for. */
export const optionSchemas = {
  tunnel: z.enum(["vxlan"]).describe("how packets travel between hosts"),
  ipv4: z.enum(["on", "off"]).describe("whether new containers get an IPv4 address unasked"),
  tier: z.enum(["auto", "generic"]).describe("whether containers get programs of their own (auto)"),
} as const;

/** Name of a setting. */
export type OptionKey = keyof typeof optionSchemas;

/** Settings of one scope. */
export type OptionState = Readonly<Record<string, string>>;

/** Settings to change; those not named keep their value. */
export type OptionCommand = {
  readonly kind: "Set";
  readonly scope: string;
  readonly values: Readonly<Record<string, string>>;
};

/** The event of settings. */
export type OptionEvent = WeftEvent<"OptionsSet">;

const scopePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The rule of one scope's settings: known keys and values only, and only what changes is put on record. */
export const optionDecider: Decider<OptionState, OptionCommand, OptionEvent> = {
  initial: {},
  decide({ scope, values }, state) {
    if (!scopePattern.test(scope)) {
      const expected = '"mesh" or the name of a host';
      return refuse("INVALID_ARGUMENT", `${JSON.stringify(scope)} is no scope`, { field: "scope", expected });
    }
    const changed: Record<string, string> = {};
    for (const [key, value] of Object.entries(values)) {
      const field = `values[${JSON.stringify(key)}]`;
      if (!isOptionKey(key)) {
        const expected = `one of ${Object.keys(optionSchemas).join(", ")}`;
        return refuse("INVALID_ARGUMENT", `there is no option ${JSON.stringify(key)}`, { field, expected });
      }
      const { options } = optionSchemas[key];
      if (!optionSchemas[key].safeParse(value).success) {
        const expected = `one of ${options.join(", ")}`;
        return refuse("INVALID_ARGUMENT", `${key} is ${JSON.stringify(value)}`, { field, expected });
      }
      if (state[key] !== value) changed[key] = value;
    }
    if (Object.keys(changed).length === 0) return accept();
    return accept({ type: "OptionsSet", data: { scope, values: changed } });
  },
  evolve(state, event) {
    return { ...state, ...event.data.values };
  },
};

function isOptionKey(key: string): key is OptionKey {
  return Object.hasOwn(optionSchemas, key);
}
