import * as mesh from "../mesh.ts";

const dual = (container: typeof mesh.alice) => ({ ...container, ipv4: `${container.ipv4}` });

/** The containers of the packet tests, with both families. */
export const [alice, bob, carol] = [dual(mesh.alice), dual(mesh.bob), dual(mesh.carol)];

/** Addresses inside of the mesh that no container has. */
export const nobody = { ipv6: "fd00:1::dead", ipv4: "10.9.0.1" };
