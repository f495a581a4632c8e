/**
 * Steps that a Debian root without a kernel of its own cannot run, by `<group> <step>` or by the
 * step's name in every group, each with what it takes. They run in every real build.
 */
export const UBUNTU_ONLY: Readonly<Record<string, string>> = {
  PrepareUbuntu: "the snapshot of Ubuntu's archive, and its snaps",
  FinishUbuntu: "a machine that has booted, with Ubuntu's kernel and boot loader",
  OnTheMachine: "a machine that has booted from the image, with Systems Manager's agent",
  CheckPackages: "packages of Ubuntu; Debian's have other versions",
  InstallCompiler: "Ubuntu's compiler; a toolchain of this machine stands in",
  RemoveCompiler: "Ubuntu's compiler; a toolchain of this machine stands in",
};
