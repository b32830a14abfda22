import { createHash } from "node:crypto";
import { closeSync, fstatSync, readdirSync, readFileSync } from "node:fs";
import { guard } from "./error.ts";
import { native } from "./native.ts";

/** A lock that this process holds, until it is disposed of or the process ends. */
export interface NetnsLock extends Disposable {
  readonly name: string;
}

/**
 * Takes a lock of the process's network namespace; undefined while another holder has it. It is the same one in every mount
 * and PID namespace, needs no disk, and only who may administer the network can take it: EPERM, EACCES for others.
 */
export function takeNetnsLock(name: string): NetnsLock | undefined {
  const fd = guard(() => native.netnsLocks());
  let taken = false;
  try {
    taken = guard(() => native.lockByte(fd, byteOf(name)));
  } finally {
    if (!taken) closeSync(fd);
  }
  if (!taken) return undefined;
  let held = true;
  return {
    name,
    [Symbol.dispose]() {
      if (held) closeSync(fd);
      held = false;
    },
  };
}

/** Whether anybody holds a lock of the process's network namespace. */
export function isNetnsLockTaken(name: string): boolean {
  return withLocks((fd) => native.isByteLocked(fd, byteOf(name)));
}

/** Number of the process that holds a lock; undefined where none is seen, as from another PID namespace. */
export function netnsLockHolder(name: string): number | undefined {
  const { dev, ino } = withLocks((fd) => fstatSync(fd));
  // proc_pid_fdinfo(5): "lock: 1: OFDLCK ADVISORY WRITE -1 00:17:4711 0 0".
  const device = [dev >> 8, dev & 0xff].map((part) => part.toString(16).padStart(2, "0")).join(":");
  const byte = byteOf(name);
  const line = new RegExp(`^lock:.* ${device}:${ino} ${byte} ${byte}$`, "m");
  const pid = readdirSync("/proc").find(
    (one) => /^\d+$/.test(one) && fdinfosOf(one).some((text) => line.test(text)),
  );
  return pid === undefined ? undefined : Number(pid);
}

/** Every name has a byte of its own: 47 bits are enough for that, and fit the offset of a file. */
function byteOf(name: string): number {
  return Math.floor(createHash("sha256").update(name).digest().readUIntBE(0, 6) / 2);
}

function withLocks<T>(work: (fd: number) => T): T {
  const fd = guard(() => native.netnsLocks());
  try {
    return guard(() => work(fd));
  } finally {
    closeSync(fd);
  }
}

function fdinfosOf(pid: string): string[] {
  const directory = `/proc/${pid}/fdinfo`;
  return orGone(() => readdirSync(directory)).flatMap((fd) =>
    orGone(() => [readFileSync(`${directory}/${fd}`, "latin1")]),
  );
}

/** Nothing of a process that has ended, or has closed a descriptor, in between. */
function orGone(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
