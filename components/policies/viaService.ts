import type { Place } from "../aws/arn";

/** Value of `kms:ViaService` for a service in a Region. KMS gives its name in this form in every partition. */
export function viaService({ region }: Pick<Place, "region">, service: string): string {
  return `${service}.${region}.amazonaws.com`;
}
