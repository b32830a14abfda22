// Numbers of enum bpf_map_type and enum bpf_prog_type (include/uapi/linux/bpf.h), which never change.

const mapTypes = [
  "unspec",
  "hash",
  "array",
  "prog_array",
  "perf_event_array",
  "percpu_hash",
  "percpu_array",
  "stack_trace",
  "cgroup_array",
  "lru_hash",
  "lru_percpu_hash",
  "lpm_trie",
  "array_of_maps",
  "hash_of_maps",
  "devmap",
  "sockmap",
  "cpumap",
  "xskmap",
  "sockhash",
  "cgroup_storage",
  "reuseport_sockarray",
  "percpu_cgroup_storage",
  "queue",
  "stack",
  "sk_storage",
  "devmap_hash",
  "struct_ops",
  "ringbuf",
  "inode_storage",
  "task_storage",
  "bloom_filter",
  "user_ringbuf",
  "cgrp_storage",
  "arena",
] as const;

/** Kinds of maps, as the kernel names them. */
export type MapType = (typeof mapTypes)[number];

const programTypes = [
  "unspec",
  "socket_filter",
  "kprobe",
  "sched_cls",
  "sched_act",
  "tracepoint",
  "xdp",
  "perf_event",
  "cgroup_skb",
  "cgroup_sock",
  "lwt_in",
  "lwt_out",
  "lwt_xmit",
  "sock_ops",
  "sk_skb",
  "cgroup_device",
  "sk_msg",
  "raw_tracepoint",
  "cgroup_sock_addr",
  "lwt_seg6local",
  "lirc_mode2",
  "sk_reuseport",
  "flow_dissector",
  "cgroup_sysctl",
  "raw_tracepoint_writable",
  "cgroup_sockopt",
  "tracing",
  "struct_ops",
  "ext",
  "lsm",
  "sk_lookup",
  "syscall",
  "netfilter",
] as const;

/** Kinds of programs, as the kernel names them. */
export type ProgramType = (typeof programTypes)[number];

/** The kind with this number; "unspec" for one that is newer than this list. */
export function mapTypeName(number: number): MapType {
  return mapTypes[number] ?? "unspec";
}

/** The kernel's number of a kind of map. */
export function mapTypeNumber(name: MapType): number {
  return mapTypes.indexOf(name);
}

/** The kind with this number; "unspec" for one that is newer than this list. */
export function programTypeName(number: number): ProgramType {
  return programTypes[number] ?? "unspec";
}

/** The kernel's number of a kind of program. */
export function programTypeNumber(name: ProgramType): number {
  return programTypes.indexOf(name);
}

/** True for maps with one value per possible CPU. */
export function isPerCpu(type: MapType): boolean {
  return (
    type === "percpu_hash" ||
    type === "percpu_array" ||
    type === "lru_percpu_hash" ||
    type === "percpu_cgroup_storage"
  );
}
