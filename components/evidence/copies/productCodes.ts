/**
 * Why the volume of a snapshot with product codes of AWS Marketplace cannot be attached: EC2 attaches one
 * to an instance that is stopped, of an account that subscribes to the product, and bills it then.
 *
 * Source: EC2 API reference, AttachVolume.
 *
 * @param snapshot The source, `snap-…`.
 * @param codes Its product codes.
 * @param preserved What there is of it by now, a sentence.
 */
export function notAttachable(
  snapshot: string,
  codes: readonly string[],
  preserved: string,
): string[] {
  return codes.length === 0
    ? []
    : [
        `${snapshot} carries product codes of AWS Marketplace (${codes.join(", ")}), and EC2 attaches such a disk to no running workstation. ${preserved} Replace its device by attach: false, then run this again: it is preserved and recorded without being attached.`,
      ];
}
