/** Environment variable that marks every process of a mesh with its state directory, so that none is ever lost. */
export const markVariable = "WEFT_MESH_PROCESS";

/** Environment variable that says which of its mesh's processes one is, e.g. "ipam", so that it is found without any note. */
export const nameVariable = "WEFT_PROCESS";

/** What that variable says of a process that was started to become any of them; its title then says which. */
export const spareName = "spare";

/** What the title of such a process begins with once it has become something; the name follows. */
export const spareTitle = "weft ";
