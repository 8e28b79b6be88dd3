import classes from './VariationMark.module.css';

/** Variations count from 0 in the API; a letter cannot be mistaken for one more or less. */
export function letterOf(variation: number): string {
  return variation < 26 ? String.fromCharCode(65 + variation) : `#${variation}`;
}

export function hueOf(variation: number): number {
  return variation % 5;
}

export function VariationMark({ variation, picked = false }: { variation: number; picked?: boolean }) {
  return (
    <span
      className={classes.mark}
      data-hue={hueOf(variation)}
      data-picked={picked || undefined}
      title={`Variation ${letterOf(variation)} (number ${variation} in the API)`}
    >
      {letterOf(variation)}
    </span>
  );
}
