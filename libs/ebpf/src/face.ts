import { addAddress, addresses, deleteAddress } from "./address.ts";
import { isBpffs, mountBpffs, unmountBpffs } from "./bpffs.ts";
import { attachClsact, openClsact, removeClsact } from "./clsact.ts";
import { createVeth, deleteLink, link, links, setLink } from "./device.ts";
import { features, setFeature } from "./feature.ts";
import { attachCgroup, attachTcx, attachXdp, Link } from "./link.ts";
import { BpfMap } from "./map.ts";
import { addNeighbour, deleteNeighbour, neighbours } from "./neighbour.ts";
import { runNetwork } from "./netlink-message.ts";
import { createNetns, deleteNetns, openNetns } from "./netns.ts";
import { Program } from "./program.ts";
import { RingBuffer } from "./ring.ts";
import { addRoute, deleteRoute, routes } from "./route.ts";
import { ObjectSpec } from "./spec.ts";
import { readSysctl, writeSysctl } from "./sysctl.ts";

/** Everything of this package that touches a kernel, so that a service can be given a fake of it in its tests. */
export interface Face {
  readonly ObjectSpec: typeof ObjectSpec;
  readonly BpfMap: typeof BpfMap;
  readonly Program: typeof Program;
  readonly Link: typeof Link;
  readonly RingBuffer: typeof RingBuffer;
  readonly attachTcx: typeof attachTcx;
  readonly attachClsact: typeof attachClsact;
  readonly openClsact: typeof openClsact;
  readonly removeClsact: typeof removeClsact;
  readonly attachXdp: typeof attachXdp;
  readonly attachCgroup: typeof attachCgroup;
  readonly mountBpffs: typeof mountBpffs;
  readonly unmountBpffs: typeof unmountBpffs;
  readonly isBpffs: typeof isBpffs;
  readonly createNetns: typeof createNetns;
  readonly openNetns: typeof openNetns;
  readonly deleteNetns: typeof deleteNetns;
  readonly runNetwork: typeof runNetwork;
  readonly createVeth: typeof createVeth;
  readonly setLink: typeof setLink;
  readonly deleteLink: typeof deleteLink;
  readonly link: typeof link;
  readonly links: typeof links;
  readonly addAddress: typeof addAddress;
  readonly deleteAddress: typeof deleteAddress;
  readonly addresses: typeof addresses;
  readonly addRoute: typeof addRoute;
  readonly deleteRoute: typeof deleteRoute;
  readonly routes: typeof routes;
  readonly addNeighbour: typeof addNeighbour;
  readonly deleteNeighbour: typeof deleteNeighbour;
  readonly neighbours: typeof neighbours;
  readonly features: typeof features;
  readonly setFeature: typeof setFeature;
  readonly readSysctl: typeof readSysctl;
  readonly writeSysctl: typeof writeSysctl;
}

/** The kernel of this machine. */
export const kernel: Face = {
  ObjectSpec,
  BpfMap,
  Program,
  Link,
  RingBuffer,
  attachTcx,
  attachClsact,
  openClsact,
  removeClsact,
  attachXdp,
  attachCgroup,
  mountBpffs,
  unmountBpffs,
  isBpffs,
  createNetns,
  openNetns,
  deleteNetns,
  runNetwork,
  createVeth,
  setLink,
  deleteLink,
  link,
  links,
  addAddress,
  deleteAddress,
  addresses,
  addRoute,
  deleteRoute,
  routes,
  addNeighbour,
  deleteNeighbour,
  neighbours,
  features,
  setFeature,
  readSysctl,
  writeSysctl,
};
