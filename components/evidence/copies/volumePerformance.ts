/**
 * What EC2 takes for a gp3 volume. Source: EC2 API reference, CreateVolume and ModifyVolume, and the EBS user guide,
 * "General Purpose SSD volumes" (2025: up to 2,000 MiB/s and 80,000 IOPS; before that, 1,000 and 16,000).
 */
export const GP3 = {
  /** MiB/s, and IOPS, of every volume, in its price. */
  least: { throughput: 125, iops: 3000 },
  mostThroughput: 2000,

  /** MiB/s for each of the IOPS. */
  throughputPerIops: 0.25,

  /** IOPS for each GiB of the volume, where it has more than the least. */
  iopsPerGiB: 500,

  /** MiB/s that a volume is filled at from its snapshot, where somebody pays for that. */
  initializationRate: { least: 100, most: 300 },
} as const;

/** MiB/s of a working volume where no setting says otherwise: what its IOPS, which are in its price, bear, and less than a hash takes. */
export const USUAL_THROUGHPUT = 500;

/** How fast a volume is. */
export interface VolumePerformance {
  /** MiB/s. */
  readonly throughput: number;
  readonly iops: number;
}

/**
 * What to ask EC2 for, so that a gp3 volume of a size reads at a throughput: a small one at what its size gives.
 *
 * @param throughput MiB/s, 125 to 2,000.
 */
export function volumePerformance(throughput: number, sizeGiB: number): VolumePerformance {
  const { least, throughputPerIops, iopsPerGiB } = GP3;
  const iops = Math.max(
    least.iops,
    Math.min(Math.ceil(throughput / throughputPerIops), iopsPerGiB * sizeGiB),
  );
  return { iops, throughput: Math.min(throughput, Math.floor(iops * throughputPerIops)) };
}
