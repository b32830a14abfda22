import { Command } from "commander";
import { addApply } from "./commands/apply.ts";
import { addConformance } from "./commands/conformance.ts";
import { addDown } from "./commands/down.ts";
import { addGet } from "./commands/get.ts";
import { addLab } from "./commands/lab.ts";
import { addLog } from "./commands/log.ts";
import { addObserve } from "./commands/observe.ts";
import { addOption } from "./commands/option.ts";
import { addPlan } from "./commands/plan.ts";
import { addPolicy } from "./commands/policy.ts";
import { addStatus } from "./commands/status.ts";
import { addTrace } from "./commands/trace.ts";
import { addUp } from "./commands/up.ts";
import { addVersion } from "./commands/version.ts";
import { addWait } from "./commands/wait.ts";
import { addWhy } from "./commands/why.ts";
import type { Context } from "./context.ts";

const help = `
Results go to stdout, messages to stderr. -o json is stable.
Exit status: 0 done, 1 failed, 2 bad input or usage (nothing was changed), 130 Ctrl-C, 143 SIGTERM.`;

/** The whole command line. */
export function makeProgram(context: Context): Command {
  const program = new Command("weft")
    .description("A container network whose whole state is one log.")
    .addHelpText("after", help)
    .enablePositionalOptions();
  const all = [
    addUp,
    addDown,
    addStatus,
    addWait,
    addLab,
    addConformance,
    addApply,
    addOption,
    addGet,
    addLog,
    addObserve,
    addPlan,
    addPolicy,
    addTrace,
    addWhy,
    addVersion,
  ];
  for (const add of all) add(program, context);
  strict(program, context);
  return program;
}

/** Everywhere: errors are thrown instead of ending the process, and messages go where all messages go. */
function strict(command: Command, context: Context): void {
  command
    .exitOverride()
    .showHelpAfterError("(--help tells more)")
    .configureOutput({
      writeOut: (text) => context.output.print(text.trimEnd()),
      writeErr: (text) => context.output.say(text.trimEnd()),
    });
  for (const inner of command.commands) strict(inner, context);
}
