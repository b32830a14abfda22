/** Option of a kernel test: skipped, with the reason, where it cannot run. */
export const kernelTest: { readonly skip?: string } = process.getuid?.() === 0 ? {} : { skip: "needs root" };
