import { accept, type Decider, refuse, type WeftEvent } from "@weft/log";
import { lifetimeMaxSeconds, lifetimes, mtuBounds, observations, settled, tunnels } from "@weft/model";
import * as z from "zod";

/** What a setting takes, and how that is said. */
interface OptionSchema {
  readonly values: z.ZodType<string>;
  /** For refusals: what would have been right. */
  readonly expected: string;
  readonly purpose: string;
}

function oneOf(values: readonly string[], purpose: string): OptionSchema {
  return { values: z.enum(values), expected: `one of ${values.join(", ")}`, purpose };
}

function whole(least: number, most: number): z.ZodType<string> {
  const inBounds = (text: string): boolean => Number(text) >= least && Number(text) <= most;
  return z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .refine(inBounds);
}

function seconds(purpose: string): OptionSchema {
  const expected = `whole seconds, 1 to ${lifetimeMaxSeconds}`;
  return { values: whole(1, lifetimeMaxSeconds), expected, purpose };
}

const mtu: OptionSchema = {
  values: z.union([z.literal("auto"), whole(mtuBounds.least, mtuBounds.most)]),
  expected: `auto, or bytes, ${mtuBounds.least} to ${mtuBounds.most}`,
  purpose:
    "the largest IP packet that the network between hosts carries, where that is less than the uplink's MTU (auto)",
};

/** Every setting there is, its values, and what it is for. */
const optionSchemas: Readonly<Record<string, OptionSchema>> = {
  tunnel: oneOf(tunnels, "how packets travel between hosts"),
  "tunnel-next": oneOf(
    [...tunnels, settled],
    "a tunnel that hosts take already, before anybody sends with it; current: nothing but what is sent with is taken",
  ),
  underlay: oneOf(["4", "6"], "family of the addresses between hosts"),
  mtu,
  ipv4: oneOf(["on", "off"], "whether new containers get an IPv4 address unasked"),
  observe: oneOf(observations, "what of the packets is put on record (flows)"),
  tier: oneOf(["auto", "generic"], "whether containers get programs of their own (auto)"),
  ...Object.fromEntries(
    Object.keys(lifetimes).map((name) => [
      `lifetime.${name}`,
      seconds(`seconds without a packet after which a flow of this state is forgotten: ${name}`),
    ]),
  ),
};

/** Settings of one scope. */
type OptionState = Readonly<Record<string, string>>;

/** Settings to change; those not named keep their value. */
type OptionCommand = {
  readonly kind: "Set";
  readonly scope: string;
  readonly values: Readonly<Record<string, string>>;
};

/** The event of settings. */
type OptionEvent = WeftEvent<"OptionsSet">;

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
      const schema = Object.hasOwn(optionSchemas, key) ? optionSchemas[key] : undefined;
      if (schema === undefined) {
        const expected = `one of ${Object.keys(optionSchemas).join(", ")}`;
        return refuse("INVALID_ARGUMENT", `there is no option ${JSON.stringify(key)}`, { field, expected });
      }
      const { expected } = schema;
      if (!schema.values.safeParse(value).success) {
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
