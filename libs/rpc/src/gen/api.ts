// Generated from the compiled descriptor set by libs/rpc/scripts/generate.ts. Do not edit.
import type { weft } from "@weft/proto";

/** Every unary method of every service: its request and its response codec. */
export type Api = {
  readonly Identity: {
    readonly allocate: readonly [typeof weft.v1.AllocateRequest, typeof weft.v1.AllocateResponse];
    readonly release: readonly [typeof weft.v1.ReleaseIdentitiesRequest, typeof weft.v1.ReleaseIdentitiesResponse];
  };
  readonly Ipam: {
    readonly definePool: readonly [typeof weft.v1.DefinePoolRequest, typeof weft.v1.DefinePoolResponse];
    readonly assignHostPrefix: readonly [typeof weft.v1.AssignHostPrefixRequest, typeof weft.v1.AssignHostPrefixResponse];
    readonly lease: readonly [typeof weft.v1.LeaseRequest, typeof weft.v1.LeaseResponse];
    readonly release: readonly [typeof weft.v1.ReleaseAddressesRequest, typeof weft.v1.ReleaseAddressesResponse];
  };
  readonly Compiler: {
    readonly apply: readonly [typeof weft.v1.ApplyRequest, typeof weft.v1.ApplyResponse];
    readonly delete: readonly [typeof weft.v1.DeleteRequest, typeof weft.v1.ApplyResponse];
    readonly setOptions: readonly [typeof weft.v1.SetOptionsRequest, typeof weft.v1.SetOptionsResponse];
    readonly build: readonly [typeof weft.v1.BuildRequest, typeof weft.v1.BuildResponse];
  };
  readonly Loader: {
    readonly attach: readonly [typeof weft.v1.AttachRequest, typeof weft.v1.AttachResponse];
    readonly relabel: readonly [typeof weft.v1.RelabelRequest, typeof weft.v1.AttachResponse];
    readonly change: readonly [typeof weft.v1.ChangeRequest, typeof weft.v1.AttachResponse];
    readonly detach: readonly [typeof weft.v1.DetachRequest, typeof weft.v1.DetachResponse];
    readonly plan: readonly [typeof weft.v1.PlanRequest, typeof weft.v1.PlanResponse];
    readonly status: readonly [typeof weft.v1.StatusRequest, typeof weft.v1.StatusResponse];
    readonly wait: readonly [typeof weft.v1.WaitRequest, typeof weft.v1.StatusResponse];
  };
  readonly LoadBalancer: {
    readonly apply: readonly [typeof weft.v1.ApplyRequest, typeof weft.v1.ApplyResponse];
    readonly delete: readonly [typeof weft.v1.DeleteRequest, typeof weft.v1.ApplyResponse];
    readonly list: readonly [typeof weft.v1.ListServicesRequest, typeof weft.v1.ListServicesResponse];
  };
};
