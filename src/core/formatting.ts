/** `45 s`, `4 min 05 s`, `2 h 07 min`. @param seconds not negative */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${two(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** Bytes in units of 1000: `4.37 GB`. */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, ["B", "kB", "MB", "GB", "TB"], " ");
}

/** A number of parameters or tokens: `7.24B`, `260K`. */
export function formatCount(count: number): string {
  return formatScaled(count, ["", "K", "M", "B", "T"], "");
}

function formatScaled(value: number, units: readonly string[], space: string): string {
  let scale = 0;
  while (scale < units.length - 1 && Number(value.toPrecision(3)) >= 1000) {
    value /= 1000;
    scale++;
  }
  return `${scale === 0 ? value : Number(value.toPrecision(3))}${space}${units[scale]}`;
}
