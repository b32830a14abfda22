/** Environment variable that marks every process of a mesh with its state directory, so that none is ever lost. */
export const markVariable = "WEFT_MESH_PROCESS";

/** Environment variable that says which of its mesh's processes one is, e.g. "ipam", so that it is found without any note. */
export const nameVariable = "WEFT_PROCESS";
