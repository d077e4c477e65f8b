import styles from './Dashboard.module.css';

const width = 72;
const height = 20;

/** A line without axes; days that have no value are left out of it. It repeats what the chart below says in full. */
export function Sparkline({ values }: { values: (number | null)[] }) {
  const known = values.map((value, index) => ({ value, index })).filter((point): point is { value: number; index: number } => point.value !== null);
  if (known.length < 2) return null;
  const low = Math.min(...known.map((point) => point.value));
  const range = Math.max(...known.map((point) => point.value)) - low || 1;
  const points = known.map(({ value, index }) => {
    const x = (index / (values.length - 1)) * (width - 2) + 1;
    const y = height - 2 - ((value - low) / range) * (height - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg className={styles.spark} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      <polyline points={points.join(' ')} />
    </svg>
  );
}
