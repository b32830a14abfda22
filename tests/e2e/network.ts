import { execFileSync } from "node:child_process";

/** A network namespace that stands for a whole machine: an uplink with both families, and a router behind it. */
interface TestMachine extends Disposable {
  /** Words that run a command in it. */
  readonly enter: readonly string[];
  readonly uplink: string;
  /** Runs a shell script in it, and gives what it printed. */
  sh(script: string): string;
}

let made = 0;

/** Makes one, with names of its own; disposing removes it and its devices. */
export function openMachine(): TestMachine {
  made += 1;
  const name = `wt-${process.pid}-m${made}`;
  const router = `${name}-r`;
  const run = (line: string) => execFileSync("ip", line.split(" "), { encoding: "utf8" });
  const enter = ["nsenter", `--net=/run/netns/${name}`, "--"];
  try {
    for (const one of [name, router]) run(`netns add ${one}`);
    run(`-n ${name} link set lo up`);
    run(`link add up0 netns ${name} type veth peer name down0 netns ${router}`);
    run(`-n ${router} link set down0 up`);
    run(`-n ${name} link set up0 up`);
    run(`-n ${router} address add 10.250.0.1/30 dev down0`);
    run(`-n ${name} address add 10.250.0.2/30 dev up0`);
    run(`-n ${name} address add fd00:250::2/64 dev up0 nodad`);
    run(`-n ${name} route add default via 10.250.0.1`);
  } catch (error) {
    remove();
    throw error;
  }
  function remove(): void {
    for (const one of [name, router]) {
      try {
        run(`netns delete ${one}`);
      } catch {
        // It was not made.
      }
    }
  }
  return {
    enter,
    uplink: "up0",
    sh: (script) =>
      execFileSync(enter[0] ?? "", [...enter.slice(1), "sh", "-c", script], { encoding: "utf8" }),
    [Symbol.dispose]: remove,
  };
}

const watched = [
  ...["ipv4/ip_forward", "ipv4/conf/*/forwarding", "ipv4/conf/*/rp_filter", "ipv4/conf/*/accept_redirects"],
  ...["ipv6/conf/*/forwarding", "ipv6/conf/*/accept_ra"],
];

/** Everything of a machine's network that a host changes: devices, routes, qdiscs with their filters, sysctls. */
export function networkOf(machine: TestMachine): string {
  return machine.sh(`
    ip -o link | sed 's/^[0-9]*: //'
    ip route; ip -6 route show default; ip neighbour show nud permanent
    tc qdisc show
    for way in ingress egress; do tc filter show dev ${machine.uplink} $way; done
    cd /proc/sys/net; for file in ${watched.join(" ")}; do echo "$file $(cat $file)"; done`);
}
