const letters = (first: string, last: string): string[] => {
  const from = first.charCodeAt(0);
  return Array.from({ length: last.charCodeAt(0) - from + 1 }, (_, index) =>
    String.fromCharCode(from + index),
  );
};

/**
 * Names that a working volume can be attached as, in the order in which they are handed out: those that
 * EC2 recommends first. On a Nitro instance a name is EC2's alone: the kernel numbers the disks itself, and
 * the volume id tells them apart.
 *
 * Source: EC2 user guide, "Device names for volumes on Amazon EC2 instances".
 */
export const DEVICE_NAMES: readonly string[] = [
  ...letters("f", "p").map((letter) => `/dev/sd${letter}`),
  ...["b", "c"].flatMap((first) => letters("a", "z").map((second) => `/dev/xvd${first}${second}`)),
];

/** The same as a pattern, for who reads one. */
export const DEVICE_NAME = /^\/dev\/(sd[f-p]|xvd[bc][a-z])$/;
