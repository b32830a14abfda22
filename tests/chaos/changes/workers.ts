import type { Pick } from "@weft/rpc/testing";
import { runCommand } from "../../run-command.ts";
import type { Journal } from "../journal.ts";
import type { ChaosLab } from "../lab.ts";
import { letIn, service, shut } from "../scene.ts";
import { port } from "../traffic.ts";
import { applyText, relabel, runAndRemove } from "./change.ts";
import { Unenforced, Worker } from "./worker.ts";

/** The streams of changes of a run; "gate" and "door" are the names of the flows whose fate they decide. */
export function makeWorkers(lab: ChaosLab, journal: Journal, traffic: string, pick: Pick): Worker[] {
  let open = true;
  let welcome = true;
  let number = 0;
  const gate = async () => {
    open = !open;
    const text = open ? letIn("gate", "gate", { role: "client" }) : shut("gate", "gate");
    const passes = open;
    await applyText(lab, journal, "NetworkPolicy", "gate", text);
    return { passes };
  };
  const door = async () => {
    welcome = !welcome;
    number += 1;
    // The number makes each set of labels one that has no identity yet.
    const labels = { role: "guest", open: welcome ? "yes" : "no", turn: `t${number}` };
    const passes = welcome;
    await relabel(lab, journal, lab.container("guest"), labels);
    return { passes };
  };
  const container = async () => {
    const host = lab.hosts[pick(lab.hosts.length)] ?? "h1";
    await runAndRemove(lab, journal, host, async ({ netns }) => {
      const words = [traffic, "knock", lab.container("far").ipv6, `${port}`];
      const { status } = await runCommand(["nsenter", `--net=${netns}`, ...words]);
      if (status !== 0) throw new Unenforced(`a container of ${host} is attached and cannot connect`);
    });
    return {};
  };
  const services = async () => {
    number += 1;
    await applyText(lab, journal, "Service", "worker", service("worker", number));
    return {};
  };
  return [
    new Worker("gate", pick, gate),
    new Worker("door", pick, door),
    new Worker("containers", pick, container),
    new Worker("services", pick, services),
  ];
}
