// What is on record in a chaos run, as texts.

/** A policy that lets `from` reach the containers of a role, and nobody else. */
export function letIn(name: string, role: string, from: Readonly<Record<string, string>>): string {
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: chaos }
spec:
  podSelector: { matchLabels: { role: ${role} } }
  ingress: [{ from: [{ podSelector: { matchLabels: ${JSON.stringify(from)} } }] }]
`;
}

/** A policy that lets nobody in. */
export function shut(name: string, role: string): string {
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: chaos }
spec: { podSelector: { matchLabels: { role: ${role} } }, policyTypes: [Ingress] }
`;
}

/** A policy of a container that there is not, with a number, so that each is another. */
export function noise(name: string, number: number): string {
  return letIn(name, "nobody", { number: `n${number}` });
}

/** A service whose port is the number. */
export function service(name: string, number: number): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: chaos }
spec: { selector: { role: nobody }, ports: [{ port: ${1024 + (number % 30_000)} }] }
`;
}

/** What a run starts with: servers that clients may reach, a gate, and a door for those with the label open=yes. */
export const scene = [
  "{apiVersion: v1, kind: Namespace, metadata: {name: chaos}}",
  letIn("servers", "server", { role: "client" }),
  letIn("gate", "gate", { role: "client" }),
  letIn("door", "door", { open: "yes" }),
].join("\n---\n");
