import {
  keepFold,
  type Log,
  logRoot,
  newestOf,
  openAggregate,
  type Projection,
  pipeline,
  subjects,
} from "@weft/log";
import { type Diagnostic, doInTurns, formatDiagnostic, type Resource, type SourceText } from "@weft/manifest";
import { WeftError } from "@weft/netaddr";
import { breather, type Call, type Handlers, type Request, type ResponseInput } from "@weft/rpc";
import { type Catalog, listed, record } from "./domain/catalog.ts";
import { checkingServices, namingServices } from "./domain/manifests.ts";
import { type ServiceCommand, sameMeaning, serviceDecider } from "./domain/service.ts";

type Applied = ResponseInput<"LoadBalancer", "apply">;

/** Documents of one call. */
const documentLimit = 100_000;

/** Events on their way to the log at once. */
const atOnce = 64;

/** The gRPC door. */
export function lbHandlers(log: Log): Handlers<"LoadBalancer"> {
  const view = keepFold(log, catalogProjection, { snapshotEvery: 0 });
  return {
    async apply(request, call) {
      const pause = breather(call.signal);
      await pause();
      const { services, diagnostics } = await doInTurns(checkingServices(textsOf(request)), pause);
      refuse(diagnostics);
      const commands = services.map(
        ({ resource }): ServiceCommand => ({ kind: "Apply", ...textOf(resource) }),
      );
      return await submit(log, commands, request.dryRun, call);
    },
    async delete(request, call) {
      const pause = breather(call.signal);
      await pause();
      const { resources, diagnostics } = await doInTurns(namingServices(textsOf(request)), pause);
      refuse(diagnostics);
      const commands = resources.map(
        ({ namespace, name }): ServiceCommand => ({ kind: "Remove", namespace, name }),
      );
      return await submit(log, commands, request.dryRun, call);
    },
    async list({ namespace }, { signal }) {
      const { state, revision } = await view(signal);
      const services = listed(state, namespace).map((service) => ({
        ...service,
        selector: { ...service.selector },
        ports: [...service.ports],
      }));
      return { services, revision };
    },
  };
}

function textsOf({ documents }: Request<"LoadBalancer", "apply">): SourceText[] {
  if (documents.length > documentLimit) {
    const details = { field: "documents", expected: `at most ${documentLimit}` };
    throw new WeftError("INVALID_ARGUMENT", `${documents.length} documents in one call`, details);
  }
  return documents.map(({ file, text, line }) => ({ file: file ?? "", text: text ?? "", line: line || 1 }));
}

function textOf({ namespace, name, source, file, line }: Resource) {
  return { namespace, name, source, file, line };
}

/** Everything has been checked when the first event is appended: a finding refuses the whole call. */
function refuse(diagnostics: readonly Diagnostic[]): void {
  const [first] = diagnostics;
  if (first === undefined) return;
  const more = diagnostics.length === 1 ? "" : `, and ${diagnostics.length - 1} more`;
  throw new WeftError("INVALID_ARGUMENT", `${formatDiagnostic(first)}${more}`, { diagnostics });
}

async function submit(
  log: Log,
  commands: readonly ServiceCommand[],
  dryRun: boolean,
  call: Call,
): Promise<Applied> {
  const { actor, cause, signal } = call;
  const one = async (command: ServiceCommand) => {
    const { namespace, name } = command;
    const subject = subjects.service(namespace, name);
    const service = await openAggregate(log, { subject, decider: serviceDecider, signal });
    const outcome = outcomeOf(command, service.state().source);
    const change = { kind: "Service", namespace, name, outcome };
    if (dryRun) return { change, revision: 0, id: "" };
    const { revision, id } = await service.execute(command, { actor, cause, signal });
    return { change: { ...change, revision, event: id }, revision, id };
  };
  const done = await pipeline(commands, atOnce, one, signal);
  const { revision, id: event } = newestOf(done);
  return { changes: done.map(({ change }) => change), revision, event };
}

function outcomeOf(command: ServiceCommand, source: string | undefined): string {
  if (command.kind === "Remove") return source === undefined ? "not found" : "deleted";
  if (source === undefined) return "created";
  return sameMeaning(source, command.source) ? "unchanged" : "configured";
}

const catalogProjection: Projection<Catalog> = {
  name: "services",
  version: 1,
  subject: `${logRoot}.service.>`,
  initial: () => new Map(),
  evolve(catalog, event) {
    record(catalog, event);
    return catalog;
  },
};
