import { type Log, subjects } from "@weft/log";
import { WeftError } from "@weft/netaddr";
import type { Call, Handlers, Request } from "@weft/rpc";
import { aggregates } from "./aggregates.ts";
import type { Builder } from "./builder.ts";
import { optionDecider } from "./domain/option.ts";
import { intentKeeper } from "./intent.ts";

/** The gRPC door of the compiler. */
export function compilerHandlers(log: Log, builder: Builder): Handlers<"Compiler"> {
  const keep = intentKeeper(log);
  const options = aggregates(log, optionDecider);
  const who = ({ actor, cause, signal }: Call) => ({ actor, cause, signal });
  return {
    apply: (request, call) => keep({ verb: "apply", ...whole(request), ...who(call) }),
    delete: (request, call) => keep({ verb: "delete", ...whole(request), ...who(call) }),
    async setOptions({ scope, values, dryRun }, call) {
      const command = { kind: "Set", scope, values } as const;
      // A scope that is refused must not become a subject first.
      const checked = optionDecider.decide(command, optionDecider.initial);
      if (checked.kind === "refused") throw new WeftError(checked.code, checked.message, checked);
      const aggregate = await options(subjects.option(scope));
      if (dryRun) return { revision: 0, event: "" };
      const { revision, id, event } = await aggregate.execute(command, who(call));
      return event === undefined ? { revision: 0, event: "" } : { revision, event: id };
    },
    async build(request, call) {
      const { digest, revision, diagnostics } = await builder.build(request, who(call));
      return { digest, revision, diagnostics: diagnostics.map((each) => ({ ...each })) };
    },
  };
}

function whole({ documents, dryRun }: Request<"Compiler", "apply" | "delete">) {
  const texts = documents.map(({ file, text, line }) => ({
    file: file ?? "",
    text: text ?? "",
    line: line || 1,
  }));
  return { documents: texts, dryRun };
}
